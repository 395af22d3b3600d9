import { SkepError } from '../base/errors.ts';
import type { BpfMap } from '../maps/map.ts';
import { ProgArrayMap } from '../maps/prog-array.ts';
import type { RingBuffer } from '../maps/ring-buffer.ts';
import type { Context } from './contexts/context.ts';
import { type AccessScene, explainAccess, hex, type MemoryAccess, pairValue } from './explain-access.ts';
import { Fault } from './fault.ts';
import { FRAME_SIZE, Frames, MAX_FRAMES } from './frames.ts';
import { interpret } from './interpret.ts';
import type { InterpreterState } from './interpreter-state.ts';
import type { VirtualMachine } from './machine.ts';
import type { WasmMemory } from './memory.ts';
import { WORDS } from './operation.ts';
import { type BoundHelper, FUNCTION_TAG, type LoadedProgram, noProgram, slotBefore } from './program.ts';
import { REGISTER_WORDS, type RegisterIndex, type RegisterViews, registerValue, registerViews } from './registers.ts';
import type { Run } from './run.ts';

/** Tail calls in one run (MAX_TAIL_CALL_CNT); the next one falls through. */
const MAX_TAIL_CALLS = 33;
/** Words counted before they are booked: keeps the interpreter's counter a small integer. */
const COUNTER_LIMIT = 2 ** 30;
/** Bytes that a helper may work on for one instruction of the budget. */
const BYTES_PER_INSTRUCTION = 64;
const TWO_32 = 0x1_0000_0000;

/** Where and when a run takes place. */
export interface RunSetting {
  readonly cpu: number;
  /** Nanoseconds, as halves. */
  readonly timeLow: number;
  readonly timeHigh: number;
}

/**
 * Runs programs of one machine, one at a time: the state of the interpreter between its loops, and what helper
 * functions see of a run.
 */
export class Execution implements Run, InterpreterState, AccessScene {
  readonly machine: VirtualMachine;
  readonly memory: WasmMemory;
  readonly registers: Int32Array = new Int32Array(REGISTER_WORDS);
  readonly views: RegisterViews = registerViews(this.registers);
  readonly frames: Frames;
  program: LoadedProgram = noProgram;
  cpu = 0;
  timeLow = 0;
  timeHigh = 0;
  readonly records: Map<number, RingBuffer> = new Map();
  lock = 0;

  /** Word of the code behind the instruction that is being executed. */
  next = 0;
  /** Words executed since they were last booked. */
  executed = 0;
  /** Words that may be executed before they are booked. */
  limit = 0;
  /** Part of memory that the last checked access went to, and all of which its kind of access may reach. */
  windowLow = 0;
  windowLength = 0;
  /** Helper that last returned 0. */
  nullFrom: BoundHelper | undefined;
  /** Helper that is being executed. */
  helper: BoundHelper | undefined;
  #context: Context | undefined;
  #booked = 0;
  #tailCalls = 0;
  #running = false;

  constructor(machine: VirtualMachine) {
    this.machine = machine;
    this.memory = machine.memory;
    this.frames = new Frames(machine.memory);
  }

  get context(): Context {
    if (this.#context === undefined) throw new Error('no run is under way');
    return this.#context;
  }

  /** Lowest address of the current stack frame. */
  get frame(): number {
    return this.frames.current;
  }
  get depth(): number {
    return this.frames.depth;
  }
  /** Instructions executed in this run so far. */
  get instructions(): number {
    return this.#booked + Math.floor(this.executed / WORDS);
  }

  /**
   * Runs `program` to its end, with the address of the context, laid out before, in r1 and `second` in r2; everything
   * else starts as zero. Gives the low half of r0, unsigned.
   * @throws a Fault (SKEP_FAULT), SKEP_BUSY where a run of this machine is under way.
   */
  run(program: LoadedProgram, context: Context, setting: RunSetting, second: number = 0): number {
    const { low } = this.views;
    this.checkIdle();
    this.#context = context;
    this.cpu = setting.cpu;
    this.timeLow = setting.timeLow;
    this.timeHigh = setting.timeHigh;
    this.registers.fill(0);
    this.frames.reset();
    this.program = program;
    this.nullFrom = undefined;
    this.helper = undefined;
    this.#tailCalls = 0;
    this.#booked = 0;
    this.#restartCounter();
    low[2] = context.address;
    low[4] = second;
    low[20] = this.frame + FRAME_SIZE;
    this.#running = true;
    try {
      interpret(this, 0);
      this.#checkNothingHeld();
    } finally {
      this.#running = false;
      this.#releaseHeld();
    }
    return low[0] >>> 0;
  }

  /** @throws SKEP_BUSY where a run of this machine is under way. */
  checkIdle(): void {
    if (!this.#running) return;
    throw new SkepError('SKEP_BUSY', 'the VM is running a program already', {
      reason: 'a clock or print function of a VM may not run its programs',
    });
  }

  /** As the kernel's verifier: a program gives back what it takes. */
  #checkNothingHeld(): void {
    if (this.records.size !== 0) {
      this.fault(
        `the program ends with ${this.records.size} of the records it reserved in a ring buffer`,
        'call ringbuf_submit or ringbuf_discard on every path behind ringbuf_reserve',
      );
    }
    if (this.lock !== 0) {
      this.fault('the program ends with a spin lock that it has taken', 'call spin_unlock on every path');
    }
  }

  /** Gives back what the run still holds, so that the reader and later runs do not wait for it. */
  #releaseHeld(): void {
    for (const [address, ring] of this.records) ring.discard(address, 0);
    this.records.clear();
    if (this.lock !== 0 && this.memory.access(this.lock, 4, true)) this.memory.view.setUint32(this.lock, 0, true);
    this.lock = 0;
  }

  // Counting.

  /** Books `words` that were executed. @throws a Fault where the budget is used up. */
  spend(words: number): void {
    this.#booked += Math.floor(words / WORDS);
    this.#restartCounter();
    if (this.#booked > this.machine.budget) {
      this.fault(
        `the program executed more than ${this.machine.budget} instructions`,
        'raise the budget of the VM (--budget), or look for a loop that does not end',
      );
    }
  }
  charge(bytes: number): void {
    this.executed += Math.floor(bytes / BYTES_PER_INSTRUCTION) * WORDS;
  }
  #restartCounter(): void {
    this.executed = 0;
    this.limit = Math.min((this.machine.budget - this.#booked) * WORDS, COUNTER_LIMIT);
  }

  // Calls.

  /** Enters a function that returns to word `back`. */
  enter(back: number): void {
    if (this.frames.depth === MAX_FRAMES - 1) {
      this.fault(
        `the call is the ${MAX_FRAMES}th inside another`,
        `at most ${MAX_FRAMES} functions may be active, as in the kernel`,
      );
    }
    this.frames.push(this.views, this.program, back);
  }
  /** Leaves the current function and gives the word to return to. */
  leave(): number {
    const back = this.frames.pop(this.views);
    this.program = this.frames.program;
    return back;
  }
  /** Word at which the function in `slot` starts. @throws a Fault where none starts there. */
  functionStart(slot: number): number {
    const start = this.program.entries.has(slot) ? this.program.starts[slot] : undefined;
    return start ?? this.fault(`no function starts at instruction ${slot}`);
  }

  callHelper(helper: BoundHelper): void {
    this.helper = helper;
    helper.helper(this);
    if (this.views.low[0] === 0 && this.views.high[0] === 0) this.nullFrom = helper;
    this.helper = undefined;
  }
  /** Calls the helper that the kernel knows by the number in a register. */
  callHelperByNumber(low: number, high: number): void {
    const helper = high === 0 ? this.program.helperById(low) : undefined;
    if (helper === undefined) {
      this.fault(
        `call through a register that holds ${hex(low, high)}`,
        'it must hold the reference of a function of this program, or the number of a helper the VM has',
      );
    }
    this.callHelper(helper);
  }

  /**
   * The helper tail_call: switches to the program at index r3 of program array r2, which goes on in the same frame.
   * False where there is none or there were too many; then the program runs on.
   */
  tailCall(): boolean {
    const map = this.map(2);
    if (!(map instanceof ProgArrayMap)) {
      return this.fault(`tail_call on map ${map.definition.name}, which is no prog_array`);
    }
    const program = this.machine.programByNumber(map.program(this.unsigned(3)));
    if (program === undefined || this.#tailCalls >= MAX_TAIL_CALLS) return false;
    if (program.type !== this.program.type) {
      return this.fault(`tail_call from a program of type ${this.program.type} to one of type ${program.type}`);
    }
    this.#tailCalls += 1;
    this.program = program;
    return true;
  }

  loopsTooOften(): boolean {
    return this.frames.loopsTooOften();
  }

  /** The end marker behind the last instruction was reached. */
  endOfProgram(): never {
    return this.fault('the program runs past its last instruction', 'end every path with exit or a jump');
  }

  // Memory.

  /** Checks a read at the sum of a register and an offset; gives its address, and opens the window around it. */
  readAccess(low: number, high: number, offset: number, size: number): number {
    return this.#access(low, high, offset, size, false);
  }
  /** Checks a write likewise. */
  writeAccess(low: number, high: number, offset: number, size: number): number {
    return this.#access(low, high, offset, size, true);
  }

  #access(low: number, high: number, offset: number, size: number, write: boolean): number {
    const { memory } = this;
    const address = (low >>> 0) + offset;
    if (high !== 0 || address < 0 || address + size > TWO_32 || !memory.access(address, size, write)) {
      return this.#refuse({ low, high, offset, size, write });
    }
    this.#openWindow(address, size);
    return address | 0;
  }

  /** The whole element around a checked access, unless single addresses in it have their own rules. */
  #openWindow(address: number, size: number): void {
    const region = this.memory.findRegion(address);
    this.windowLength = 0;
    if (region === undefined || (region.allows !== undefined && region.kind !== 'stack')) return;
    const within = ((address - region.start) % region.stride) - region.offset;
    // The readable key of a hash map's entry lies outside the part that the window covers.
    if (within < 0 || within + size > region.size) return;
    this.windowLow = (address - within) | 0;
    this.windowLength = region.size;
  }

  /** A legacy packet load of the opcode's size; its result goes into r0. False outside the packet. */
  loadPacket(opcode: number, offset: number, index: RegisterIndex): boolean {
    const { low, high } = this.views;
    const size = (opcode & 0x18) === 0x10 ? 1 : (opcode & 0x18) === 0x08 ? 2 : 4;
    const indexed = (opcode & 0xe0) === 0x40;
    const value = this.context.loadPacket(indexed ? (low[index] + offset) | 0 : offset, size);
    low[0] = value ?? 0;
    high[0] = 0;
    return value !== undefined;
  }

  // What helpers see.

  low(argument: number): number {
    return this.registers[2 * argument] ?? 0;
  }
  unsigned(argument: number): number {
    return this.low(argument) >>> 0;
  }
  #high(argument: number): number {
    return this.registers[2 * argument + 1] ?? 0;
  }

  readable(argument: number, size: number): number {
    return this.#argumentAddress(argument, size, false);
  }
  writable(argument: number, size: number): number {
    return this.#argumentAddress(argument, size, true);
  }
  #argumentAddress(argument: number, size: number, write: boolean): number {
    const low = this.low(argument);
    const high = this.#high(argument);
    const address = low >>> 0;
    if (size === 0) return address;
    if (high !== 0 || address + size > TWO_32 || !this.memory.access(address, size, write)) {
      return this.#refuse({ low, high, offset: 0, size, write, argument });
    }
    if (size >= BYTES_PER_INSTRUCTION) this.charge(size);
    return address;
  }

  map(argument: number): BpfMap {
    const map = this.#high(argument) === 0 ? this.machine.mapByHandle(this.unsigned(argument)) : undefined;
    return map ?? this.fault(`argument ${argument} of ${this.#helperName} is no map`);
  }
  function(argument: number): number {
    const slot = this.low(argument);
    if (this.#high(argument) !== FUNCTION_TAG || !this.program.entries.has(slot)) {
      return this.fault(`argument ${argument} of ${this.#helperName} is no function of this program`);
    }
    return slot;
  }

  returnSigned(value: number): void {
    this.views.low[0] = value;
    this.views.high[0] = value >> 31;
  }
  returnUnsigned(value: number): void {
    this.views.low[0] = value;
    this.views.high[0] = 0;
  }

  callback(slot: number, ...halves: number[]): number {
    const { next, helper } = this;
    const start = this.functionStart(slot);
    if (this.executed > this.limit) this.spend(this.executed);
    this.enter(next);
    for (let at = 0; at < halves.length; at++) this.registers[2 + at] = halves[at] ?? 0;
    interpret(this, start);
    this.next = this.leave();
    this.helper = helper;
    return this.views.low[0];
  }

  // Faults.

  get #helperName(): string {
    return this.helper?.name ?? 'tail_call';
  }

  fault(what: string, remedy?: string): never {
    throw this.#faultOf(what, { ...(remedy === undefined ? {} : { remedy }) });
  }

  #refuse(access: MemoryAccess): never {
    const { what, reason, remedy } = explainAccess(this, access);
    throw this.#faultOf(what, {
      reason,
      ...(remedy === undefined ? {} : { remedy }),
      address: BigInt.asUintN(64, pairValue(access.low, access.high) + BigInt(access.offset)),
    });
  }

  #faultOf(what: string, details: { reason?: string; remedy?: string; address?: bigint }): Fault {
    return new Fault(this.program, slotBefore(this.program, this.next), what, {
      ...details,
      registers: Array.from({ length: REGISTER_WORDS / 2 }, (_, number) => registerValue(this.registers, number)),
      executed: this.instructions,
    });
  }
}
