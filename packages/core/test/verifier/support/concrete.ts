import { Alu, Class, Jump } from '../../../src/isa/opcode.ts';
import { Register } from '../../../src/verifier/register.ts';

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const s64 = (value: bigint) => BigInt.asIntN(64, value);
const high = (value: bigint) => Number(BigInt.asIntN(32, value >> 32n));
const low = (value: bigint) => Number(BigInt.asIntN(32, value));

/** Operations that bound their result, and those that do not, by name. */
export const operations: readonly (readonly [name: string, operation: number, offset: number])[] = [
  ['add', Alu.ADD, 0],
  ['sub', Alu.SUB, 0],
  ['mul', Alu.MUL, 0],
  ['and', Alu.AND, 0],
  ['or', Alu.OR, 0],
  ['xor', Alu.XOR, 0],
  ['lsh', Alu.LSH, 0],
  ['rsh', Alu.RSH, 0],
  ['arsh', Alu.ARSH, 0],
  ['neg', Alu.NEG, 0],
  ['div', Alu.DIV, 0],
  ['mod', Alu.MOD, 0],
  ['mov', Alu.MOV, 0],
  ['movsx8', Alu.MOV, 8],
  ['movsx16', Alu.MOV, 16],
  ['movsx32', Alu.MOV, 32],
];

/** Result of an arithmetic instruction on unsigned 64-bit numbers (RFC 9669, section 4.1). */
export function evaluate(opcode: number, offset: number, a: bigint, b: bigint): bigint {
  const width = (opcode & 7) === Class.ALU64 ? 64 : 32;
  const cut = (value: bigint) => BigInt.asUintN(width, value);
  const [x, y] = [cut(a), cut(b)];
  const count = y & BigInt(width - 1);
  const results: Record<number, () => bigint> = {
    [Alu.ADD]: () => x + y,
    [Alu.SUB]: () => x - y,
    [Alu.MUL]: () => x * y,
    [Alu.AND]: () => x & y,
    [Alu.OR]: () => x | y,
    [Alu.XOR]: () => x ^ y,
    [Alu.LSH]: () => x << count,
    [Alu.RSH]: () => x >> count,
    [Alu.ARSH]: () => BigInt.asIntN(width, x) >> count,
    [Alu.NEG]: () => -x,
    [Alu.DIV]: () => (y === 0n ? 0n : x / y),
    [Alu.MOD]: () => (y === 0n ? x : x % y),
    [Alu.MOV]: () => (offset === 0 ? y : BigInt.asIntN(offset, y)),
  };
  return cut(results[opcode & 0xf0]?.() ?? 0n);
}

/** Comparisons by name. */
export const comparisons: readonly (readonly [name: string, operation: number])[] = [
  ['jeq', Jump.JEQ],
  ['jne', Jump.JNE],
  ['jset', Jump.JSET],
  ['jgt', Jump.JGT],
  ['jge', Jump.JGE],
  ['jlt', Jump.JLT],
  ['jle', Jump.JLE],
  ['jsgt', Jump.JSGT],
  ['jsge', Jump.JSGE],
  ['jslt', Jump.JSLT],
  ['jsle', Jump.JSLE],
];

/** Whether a conditional jump is taken (RFC 9669, section 4.3). */
export function holds(operation: number, wide: boolean, a: bigint, b: bigint): boolean {
  const width = wide ? 64 : 32;
  const [x, y] = [BigInt.asUintN(width, a), BigInt.asUintN(width, b)];
  const [sx, sy] = [BigInt.asIntN(width, a), BigInt.asIntN(width, b)];
  const results: Record<number, boolean> = {
    [Jump.JEQ]: x === y,
    [Jump.JNE]: x !== y,
    [Jump.JSET]: (x & y) !== 0n,
    [Jump.JGT]: x > y,
    [Jump.JGE]: x >= y,
    [Jump.JLT]: x < y,
    [Jump.JLE]: x <= y,
    [Jump.JSGT]: sx > sy,
    [Jump.JSGE]: sx >= sy,
    [Jump.JSLT]: sx < sy,
    [Jump.JSLE]: sx <= sy,
  };
  return results[operation] ?? false;
}

const least = (values: readonly bigint[]) => values.reduce((a, b) => (a < b ? a : b));
const most = (values: readonly bigint[]) => values.reduce((a, b) => (a > b ? a : b));

/** The narrowest bounds of some unsigned 64-bit numbers. */
export function hull(values: readonly bigint[]): Register {
  const out = new Register(1);
  const all = values.reduce((a, b) => a & b);
  const any = values.reduce((a, b) => a | b);
  const signed = values.map(s64);
  const halves = values.map((value) => BigInt.asUintN(32, value));
  const signedHalves = values.map((value) => BigInt.asIntN(32, value));
  [out.valueHigh, out.valueLow] = [high(all), low(all)];
  [out.maskHigh, out.maskLow] = [high(any & ~all), low(any & ~all)];
  [out.uminHigh, out.uminLow] = [high(least(values)), low(least(values))];
  [out.umaxHigh, out.umaxLow] = [high(most(values)), low(most(values))];
  [out.sminHigh, out.sminLow] = [high(least(signed)), low(least(signed))];
  [out.smaxHigh, out.smaxLow] = [high(most(signed)), low(most(signed))];
  [out.umin32, out.umax32] = [low(least(halves)), low(most(halves))];
  [out.smin32, out.smax32] = [low(least(signedHalves)), low(most(signedHalves))];
  return out;
}

/** The bounds as numbers. */
export function describeBounds(r: Register): Record<string, bigint> {
  const join = (upper: number, lower: number) => (BigInt(upper >>> 0) << 32n) | BigInt(lower >>> 0);
  return {
    value: join(r.valueHigh, r.valueLow),
    mask: join(r.maskHigh, r.maskLow),
    umin: join(r.uminHigh, r.uminLow),
    umax: join(r.umaxHigh, r.umaxLow),
    smin: s64(join(r.sminHigh, r.sminLow)),
    smax: s64(join(r.smaxHigh, r.smaxLow)),
    umin32: BigInt(r.umin32 >>> 0),
    umax32: BigInt(r.umax32 >>> 0),
    smin32: BigInt(r.smin32),
    smax32: BigInt(r.smax32),
  };
}

/** The bound that an unsigned 64-bit number violates, or undefined. */
export function violated(r: Register, value: bigint): string | undefined {
  const b = describeBounds(r) as Record<
    'value' | 'mask' | 'umin' | 'umax' | 'smin' | 'smax' | 'umin32' | 'umax32' | 'smin32' | 'smax32',
    bigint
  >;
  const half = BigInt.asUintN(32, value);
  const signedHalf = BigInt.asIntN(32, value);
  if ((u64(~b.mask) & value) !== b.value) return 'bits';
  if (value < b.umin || value > b.umax) return 'unsigned';
  if (s64(value) < b.smin || s64(value) > b.smax) return 'signed';
  if (half < b.umin32 || half > b.umax32) return 'unsigned 32';
  return signedHalf < b.smin32 || signedHalf > b.smax32 ? 'signed 32' : undefined;
}

/** The state of a small generator of pseudo-random numbers; gives whole numbers below a limit. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** A number near an end of some range, or any. */
export function interesting(roll: (below: number) => number): bigint {
  const anchors = [0n, 0x80n, 0x8000n, 1n << 31n, 1n << 32n, 1n << 63n, 0x7fffffffn << 32n, 1n << 33n];
  const anchor = anchors[roll(anchors.length)] ?? 0n;
  switch (roll(4)) {
    case 0:
      return (BigInt(roll(2 ** 32)) << 32n) | BigInt(roll(2 ** 32));
    case 1:
      return BigInt(roll(64));
    default:
      return u64(anchor + BigInt(roll(17) - 8));
  }
}
