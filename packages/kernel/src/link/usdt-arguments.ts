import { SkepError } from '@skep/core/base';

/** Where an argument of a static probe is, as its note says. Offsets of registers are those in `struct pt_regs`. */
export type UsdtLocation =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'register'; readonly register: number }
  /** In memory at register + index * 2^scale + offset. */
  | {
      readonly kind: 'memory';
      readonly register: number;
      readonly offset: bigint;
      readonly index?: number;
      readonly scale?: number;
    };

/** An argument of a static probe: 1, 2, 4 or 8 bytes somewhere. */
export interface UsdtArgument {
  readonly size: number;
  readonly signed: boolean;
  readonly location: UsdtLocation;
}

/** Machines whose notes can be read. */
export type UsdtMachine = 'x64' | 'arm64';

/** `struct pt_regs` of x86-64 (asm/ptrace.h), 8 bytes each; the gaps hold what no argument is in. */
const x64Order = ['r15', 'r14', 'r13', 'r12', 'bp', 'bx', 'r11', 'r10', 'r9', 'r8', 'ax', 'cx', 'dx', 'si', 'di'];
const x64Registers = new Map<string, number>([
  ...x64Order.flatMap((name, index): [string, number][] => x64Names(name).map((one) => [one, index * 8])),
  ['rip', 128],
  ...x64Names('sp').map((one): [string, number] => [one, 152]),
]);

/** The names of a register by its width: rax, eax, ax, al; r8, r8d, r8w, r8b. */
function x64Names(name: string): string[] {
  if (name.startsWith('r')) return [name, `${name}d`, `${name}w`, `${name}b`];
  return [`r${name}`, `e${name}`, name, name.endsWith('x') ? `${name[0]}l` : `${name}l`];
}

/** `struct user_pt_regs` of arm64: x0 to x30, sp, pc. */
const arm64Registers = new Map<string, number>([
  ...Array.from({ length: 31 }, (_, number) => number).flatMap((number): [string, number][] => [
    [`x${number}`, number * 8],
    [`w${number}`, number * 8],
  ]),
  ['sp', 248],
]);

const registers = { x64: x64Registers, arm64: arm64Registers } as const;

/** `$5`; `%rax`; `-8(%rbp)`, `(%rax,%rcx,8)`. */
const x64Forms = {
  constant: /^\$(-?\d+)$/,
  register: /^%(\w+)$/,
  memory: /^(-?\d+)?\(%(\w+)(?:,%(\w+)(?:,([1248]))?)?\)$/,
} as const;

/** `5`; `x0`; `[sp, 16]`, `[x1]`, `[x1, x2]`. */
const arm64Forms = {
  constant: /^(-?\d+)$/,
  register: /^([xw]\d+|sp)$/,
  memory: /^\[(\w+)(?:,(-?\d+)|,(x\d+))?\]$/,
} as const;

/**
 * Reads the argument string of a note: `-4@%edi 8@-16(%rbp) 4@$7`. The number in front of `@` is the size, negative
 * for signed values (systemtap's sys/sdt.h).
 * @throws SKEP_NOT_SUPPORTED for a form that is none of a constant, a register or memory at a register.
 */
export function parseUsdtArguments(text: string, machine: UsdtMachine): UsdtArgument[] {
  return split(text).map((part) => {
    const [, size = '', place = ''] = /^(-?[1248])@(.+)$/.exec(part) ?? [];
    const location = machine === 'x64' ? x64Location(place) : arm64Location(place.replaceAll(/\s/g, ''));
    if (size === '' || location === undefined) {
      throw new SkepError('SKEP_NOT_SUPPORTED', `argument ${part} of a static probe cannot be read`, {
        reason: 'it is no constant, register or memory at a register',
        remedy: 'use a user probe (SEC("uprobe")) at a function instead',
      });
    }
    return { size: Math.abs(Number(size)), signed: size.startsWith('-'), location };
  });
}

/** Arguments stand apart by blanks; those of arm64 may have a blank behind the comma in brackets. */
function split(text: string): string[] {
  return text.match(/[^\s[]+(?:\[[^\]]*\])?/g) ?? [];
}

function x64Location(place: string): UsdtLocation | undefined {
  const constant = x64Forms.constant.exec(place)?.[1];
  if (constant !== undefined) return { kind: 'constant', value: BigInt(constant) };
  const register = registerOf('x64', x64Forms.register.exec(place)?.[1]);
  if (register !== undefined) return { kind: 'register', register };
  const [, offset = '0', baseName, indexName, scale = '1'] = x64Forms.memory.exec(place) ?? [];
  return memory('x64', { offset, baseName, indexName, scale: Math.log2(Number(scale)) });
}

function arm64Location(place: string): UsdtLocation | undefined {
  const constant = arm64Forms.constant.exec(place)?.[1];
  if (constant !== undefined) return { kind: 'constant', value: BigInt(constant) };
  const register = registerOf('arm64', arm64Forms.register.exec(place)?.[1]);
  if (register !== undefined) return { kind: 'register', register };
  const [, baseName, offset = '0', indexName] = arm64Forms.memory.exec(place) ?? [];
  return memory('arm64', { offset, baseName, indexName, scale: 0 });
}

function memory(
  machine: UsdtMachine,
  parts: { offset: string; baseName: string | undefined; indexName: string | undefined; scale: number },
): UsdtLocation | undefined {
  const register = registerOf(machine, parts.baseName);
  const index = registerOf(machine, parts.indexName);
  if (register === undefined || (parts.indexName !== undefined && index === undefined)) return undefined;
  const offset = BigInt(parts.offset);
  return { kind: 'memory', register, offset, ...(index === undefined ? {} : { index, scale: parts.scale }) };
}

function registerOf(machine: UsdtMachine, name: string | undefined): number | undefined {
  return name === undefined ? undefined : registers[machine].get(name);
}
