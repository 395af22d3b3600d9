import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapTypes } from '../../packages/core/src/abi/map-types.gen.ts';
import { type ProgramType, programTypes } from '../../packages/core/src/abi/program-types.gen.ts';
import type { MapDefinition } from '../../packages/core/src/maps/definition.ts';
import { findTool, whyNoBpf } from '../../packages/core/test/support/tools.ts';

/** A map in the kernel. Its key and value sizes are those of user space: per-CPU values stand side by side. */
export interface KernelMap {
  readonly fd: number;
  readonly definition: MapDefinition;
  /** Bytes of a value as lookups give it. */
  readonly valueSize: number;
}

/** A program in the kernel. */
export interface KernelProgram {
  readonly fd: number;
}

/** Puts a map's file descriptor, or the address of a byte of its first value, into a 64-bit immediate load. */
export interface MapReference {
  /** Slot of the instruction. */
  readonly slot: number;
  readonly map: KernelMap;
  /** Present: the address of this byte of the first value, not the map. */
  readonly offset?: number;
}

/** What {@link KernelOracle.load} needs. */
export interface ProgramSource {
  readonly type: ProgramType;
  readonly code: Uint8Array;
  readonly maps?: readonly MapReference[];
  /** GPL unless said otherwise. */
  readonly license?: string;
  /** Number of the expected attach type. */
  readonly attachType?: number;
  readonly flags?: number;
  /** BTF with the types of its functions: callbacks need them. */
  readonly btf?: KernelBtf;
  /** The functions by slot and id of their FUNC type. */
  readonly functions?: readonly { readonly slot: number; readonly type: number }[];
}

/** BTF in the kernel. */
export interface KernelBtf {
  readonly fd: number;
}

/** Options of {@link KernelOracle.testRun}. */
export interface TestRunOptions {
  readonly repeat?: number;
  readonly flags?: number;
  readonly cpu?: number;
  /** `struct xdp_md` or `struct __sk_buff`; it comes back in the result. */
  readonly ctx?: Uint8Array;
}

/** What a test run gave. `errno` is 0 where it ran, else negative and the rest is empty. */
export interface TestRunResult {
  readonly errno: number;
  readonly retval: number;
  /** The packet as the program left it. */
  readonly data: Uint8Array;
  readonly ctx: Uint8Array;
  /** Mean of the runs in whole nanoseconds. */
  readonly duration: number;
}

const perCpuTypes: readonly string[] = ['percpu_array', 'percpu_hash', 'lru_percpu_hash'];

/**
 * The running kernel as a judge of our own results: a process that passes requests to bpf(2). Requests may be made
 * without waiting for the answers before; they are answered in order, some hundred thousand in a second.
 *
 *     await using kernel = await KernelOracle.start();
 *     const map = await kernel.createMap({ type: 'hash', keySize: 4, valueSize: 8, maxEntries: 10 });
 *     await kernel.update(map, key, value);                    // 0 or a negative error number
 */
export class KernelOracle {
  readonly #process;
  readonly #folder: string;
  readonly #waiting: ((line: string) => void)[] = [];
  #rest = '';
  #ended: Error | undefined;
  /** CPUs that per-CPU maps have values for. Programs run on CPU 0. */
  readonly cpus: number;

  private constructor(program: string, folder: string, cpus: number) {
    this.#folder = folder;
    this.cpus = cpus;
    this.#process = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout.setEncoding('latin1').on('data', (text: string) => this.#receive(text));
    this.#process.stdin.on('error', () => this.#end('its input is closed'));
    this.#process.on('error', (error) => this.#end(error.message));
    this.#process.on('exit', (code, signal) => this.#end(`it ended with ${code ?? signal}`));
  }

  /** What is missing here to ask the kernel, or undefined where nothing is. */
  static missing(): string | undefined {
    return whyNoBpf() ?? (findTool('gcc') === undefined ? 'gcc' : undefined);
  }

  /** Compiles and starts the oracle. */
  static async start(): Promise<KernelOracle> {
    const folder = mkdtempSync(join(tmpdir(), 'skep-oracle-'));
    const program = join(folder, 'kernel');
    execFileSync('gcc', ['-O2', '-Wall', '-o', program, join(import.meta.dirname, 'kernel.c')]);
    const cpus = Number(execFileSync(program, { input: 'cpus\n', encoding: 'latin1' }));
    return new KernelOracle(program, folder, cpus);
  }

  /** Ends the process; the kernel frees what it held. */
  async stop(): Promise<void> {
    if (this.#ended === undefined) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.stdin.end();
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** The file descriptor of a new map, or a negative error number. */
  async tryCreateMap(
    definition: Partial<MapDefinition> & Pick<MapDefinition, 'type'>,
    inner?: KernelMap,
  ): Promise<KernelMap | number> {
    const full = { name: 'map', keySize: 4, valueSize: 4, maxEntries: 1, flags: 0, mapExtra: 0n, ...definition };
    const { type, keySize, valueSize, maxEntries, flags, mapExtra } = full;
    const fd = await this.#number(
      `create ${mapTypes[type]} ${keySize} ${valueSize} ${maxEntries} ${flags} ${inner?.fd ?? 0} ${mapExtra}`,
    );
    if (fd < 0) return fd;
    const whole = perCpuTypes.includes(type) ? Math.ceil(valueSize / 8) * 8 * this.cpus : valueSize;
    return { fd, definition: full, valueSize: whole };
  }

  /** A new map. @throws where the kernel refuses it. */
  async createMap(
    definition: Partial<MapDefinition> & Pick<MapDefinition, 'type'>,
    inner?: KernelMap,
  ): Promise<KernelMap> {
    const map = await this.tryCreateMap(definition, inner);
    if (typeof map === 'number') throw new Error(`the kernel refuses the map: error ${map}`);
    return map;
  }

  close(object: KernelMap | KernelProgram | KernelBtf): Promise<number> {
    return this.#number(`close ${object.fd}`);
  }

  /** The value, or a negative error number. Without a key: peek at a queue or stack. */
  lookup(map: KernelMap, key?: Uint8Array, flags = 0): Promise<Uint8Array | number> {
    return this.#bytes(`lookup ${map.fd} ${hex(key)} ${map.valueSize} ${flags}`);
  }

  /** Takes an entry out and gives its value. Without a key: pop from a queue or stack. */
  take(map: KernelMap, key?: Uint8Array, flags = 0): Promise<Uint8Array | number> {
    return this.#bytes(`take ${map.fd} ${hex(key)} ${map.valueSize} ${flags}`);
  }

  /** 0 or a negative error number. Without a key: push to a queue or stack. */
  update(map: KernelMap, key: Uint8Array | undefined, value: Uint8Array, flags: number | bigint = 0): Promise<number> {
    return this.#number(`update ${map.fd} ${hex(key)} ${hex(value)} ${flags}`);
  }

  /** Puts a map or a program into a map of maps or a program array. */
  updateReference(map: KernelMap, key: Uint8Array, to: KernelMap | KernelProgram, flags = 0): Promise<number> {
    return this.update(map, key, new Uint8Array(new Uint32Array([to.fd]).buffer), flags);
  }

  /** Updates in one system call; gives how many were made. Keys and values stand side by side. */
  async updateBatch(map: KernelMap, count: number, keys: Uint8Array, values: Uint8Array, flags = 0): Promise<number> {
    const [, done] = await this.#ask(`batch ${map.fd} ${count} ${hex(keys)} ${hex(values)} ${flags}`);
    return Number(done);
  }

  delete(map: KernelMap, key: Uint8Array): Promise<number> {
    return this.#number(`delete ${map.fd} ${hex(key)}`);
  }

  /** The key after `key` (the first without one), or a negative error number. */
  nextKey(map: KernelMap, key?: Uint8Array): Promise<Uint8Array | number> {
    return this.#bytes(`next ${map.fd} ${hex(key)} ${map.definition.keySize}`);
  }

  /** All entries in the kernel's order. */
  async dump(map: KernelMap): Promise<{ key: Uint8Array; value: Uint8Array }[]> {
    const [, ...words] = await this.#ask(`dump ${map.fd} ${map.definition.keySize} ${map.valueSize}`);
    const entries = [];
    for (let at = 0; at + 1 < words.length; at += 2) {
      entries.push({ key: unhex(words[at]), value: unhex(words[at + 1]) });
    }
    return entries;
  }

  freeze(map: KernelMap): Promise<number> {
    return this.#number(`freeze ${map.fd}`);
  }

  /** Loads BTF. @throws where the kernel refuses it. */
  async loadBtf(bytes: Uint8Array): Promise<KernelBtf> {
    const fd = await this.#number(`btf ${hex(bytes)}`);
    if (fd < 0) throw new Error(`the kernel refuses the BTF: error ${fd}`);
    return { fd };
  }

  /** Loads a program: its file descriptor, or the error and what the verifier says. */
  async load(source: ProgramSource): Promise<KernelProgram | { readonly errno: number; readonly log: string }> {
    const [result, log] = await this.#ask(`load ${loadWords(source)}`);
    const fd = Number(result);
    return fd >= 0 ? { fd } : { errno: fd, log: new TextDecoder().decode(unhex(log)) };
  }

  /** What the verifier says of each instruction (log level 2), be the program accepted or not. It is not kept. */
  async trace(source: ProgramSource): Promise<string> {
    const [, log] = await this.#ask(`trace ${loadWords(source)}`);
    return new TextDecoder().decode(unhex(log));
  }

  /** Loads a program. @throws with the verifier's words where the kernel refuses it. */
  async loadOrThrow(source: ProgramSource): Promise<KernelProgram> {
    const program = await this.load(source);
    if ('errno' in program) throw new Error(`the kernel refuses the program: error ${program.errno}\n${program.log}`);
    return program;
  }

  /** Runs a program on a packet (BPF_PROG_TEST_RUN). */
  async testRun(program: KernelProgram, packet: Uint8Array, options: TestRunOptions = {}): Promise<TestRunResult> {
    const { repeat = 1, flags = 0, cpu = 0, ctx } = options;
    const [errno, retval, duration, data, context] = await this.#ask(
      `run ${program.fd} ${repeat} ${flags} ${cpu} ${hex(packet)} ${hex(ctx)}`,
    );
    return {
      errno: Number(errno),
      retval: Number(retval ?? 0),
      duration: Number(duration ?? 0),
      data: unhex(data),
      ctx: unhex(context),
    };
  }

  /** Takes the records that a ring buffer holds up to the first that is not submitted. */
  async consumeRing(map: KernelMap): Promise<Uint8Array[]> {
    const [errno, ...records] = await this.#ask(`ring ${map.fd} ${map.definition.maxEntries}`);
    if (errno !== '0') throw new Error(`the ring buffer cannot be read: error ${errno}`);
    return records.map(unhex);
  }

  /** Opens a buffer of `pages` pages (a power of two) for every CPU of a perf event array. */
  openPerf(map: KernelMap, pages = 8): Promise<number> {
    return this.#number(`perf_open ${map.fd} ${this.cpus} ${pages}`);
  }

  /** Takes what programs put out; the kernel pads each record at its end to 4 bytes past a multiple of 8. */
  async readPerf(map: KernelMap): Promise<{ lost: number; records: { cpu: number; data: Uint8Array }[] }> {
    const [, lost, ...words] = await this.#ask(`perf_read ${map.fd}`);
    const records = [];
    for (let at = 0; at + 1 < words.length; at += 2) {
      records.push({ cpu: Number(words[at]), data: unhex(words[at + 1]) });
    }
    return { lost: Number(lost), records };
  }

  #ask(request: string): Promise<string[]> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#process.stdin.write(`${request}\n`);
    return new Promise((resolve, reject) => {
      this.#waiting.push((line) => {
        if (this.#ended) reject(this.#ended);
        else resolve(line.split(' '));
      });
    });
  }

  async #number(request: string): Promise<number> {
    const [result] = await this.#ask(request);
    return Number(result);
  }

  async #bytes(request: string): Promise<Uint8Array | number> {
    const [errno, bytes] = await this.#ask(request);
    return errno === '0' ? unhex(bytes) : Number(errno);
  }

  #receive(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#waiting.shift()?.(line);
  }

  #end(why: string): void {
    this.#ended ??= new Error(`the kernel oracle is gone: ${why}`);
    for (const wake of this.#waiting.splice(0)) wake('');
  }
}

function loadWords(source: ProgramSource): string {
  const { type, license = 'GPL', attachType = 0, flags = 0, btf, functions = [] } = source;
  const records = Uint32Array.from(functions.flatMap((info) => [info.slot, info.type]));
  const code = hex(withMaps(source));
  return `${programTypes[type]} ${attachType} ${flags} ${license} ${code} ${btf?.fd ?? 0} ${hex(new Uint8Array(records.buffer))}`;
}

function hex(bytes: Uint8Array | undefined): string {
  if (bytes === undefined || bytes.length === 0) return '-';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function unhex(text: string | undefined): Uint8Array {
  return text === undefined || text === '-' ? new Uint8Array(0) : Uint8Array.from(Buffer.from(text, 'hex'));
}

/** The code with the file descriptors of its maps (src_reg 1: map, 2: byte in its first value). */
function withMaps(source: ProgramSource): Uint8Array {
  const code = source.code.slice();
  const view = new DataView(code.buffer);
  for (const { slot, map, offset } of source.maps ?? []) {
    const at = slot * 8;
    view.setUint8(at + 1, (view.getUint8(at + 1) & 0x0f) | (offset === undefined ? 0x10 : 0x20));
    view.setInt32(at + 4, map.fd, true);
    view.setInt32(at + 12, offset ?? 0, true);
  }
  return code;
}
