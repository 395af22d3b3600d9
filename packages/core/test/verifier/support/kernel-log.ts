/** Bounds of a number as the kernel's log of level 2 has them. */
export type LoggedBounds = Record<string, bigint>;

const unbounded: LoggedBounds = {
  value: 0n,
  mask: 2n ** 64n - 1n,
  umin: 0n,
  umax: 2n ** 64n - 1n,
  smin: -(2n ** 63n),
  smax: 2n ** 63n - 1n,
  umin32: 0n,
  umax32: 2n ** 32n - 1n,
  smin32: -(2n ** 31n),
  smax32: 2n ** 31n - 1n,
};

function number(text: string): bigint {
  return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
}

/** Signed numbers stand in the log as unsigned hexadecimal ones where they are large. */
function clip(name: string, value: bigint): bigint {
  const width = name.endsWith('32') ? 32 : 64;
  return name.startsWith('s') ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

function constant(value: bigint): LoggedBounds {
  const unsigned = BigInt.asUintN(64, value);
  const half = BigInt.asUintN(32, value);
  const [signed, signedHalf] = [BigInt.asIntN(64, value), BigInt.asIntN(32, value)];
  return {
    value: unsigned,
    mask: 0n,
    umin: unsigned,
    umax: unsigned,
    smin: signed,
    smax: signed,
    umin32: half,
    umax32: half,
    smin32: signedHalf,
    smax32: signedHalf,
  };
}

/** `smin=smin32=0,smax=255,var_off=(0x0; 0xff)`: the number after the last sign is that of all names before it. */
function ranges(text: string): LoggedBounds {
  const bounds = { ...unbounded };
  for (const [, value, mask] of text.matchAll(/var_off=\((0x[0-9a-f]+); (0x[0-9a-f]+)\)/g)) {
    bounds.value = BigInt(value ?? 0);
    bounds.mask = BigInt(mask ?? 0);
  }
  for (const [, names = '', value = '0'] of text.matchAll(/((?:[su](?:min|max)(?:32)?=)+)(-?(?:0x)?[0-9a-f]+)/g)) {
    for (const name of names.split('=')) if (name !== '') bounds[name] = clip(name, number(value));
  }
  return bounds;
}

/**
 * Numbers in registers behind each instruction of the first path that the kernel walked, by slot and register. Of
 * what is not printed nothing is said.
 */
export function loggedBounds(log: string): Map<number, Map<number, LoggedBounds>> {
  const steps = new Map<number, Map<number, LoggedBounds>>();
  const path = (log.split('\nfrom ')[0] ?? '').replace(/^[\s\S]*?\n0: R1/, '0: R1');
  for (const [, slot, state = ''] of path.matchAll(/^(\d+): \([0-9a-f]{2}\) .*?; (R.*)$/gm)) {
    const registers = new Map<number, LoggedBounds>();
    for (const [, register, inside, value] of state.matchAll(
      /R(\d+)(?:_w)?=(?:scalar\(((?:\([^)]*\)|[^()])*)\)|(-?(?:0x)?[0-9a-f]+)(?= |$))/g,
    )) {
      registers.set(Number(register), value === undefined ? ranges(inside ?? '') : constant(number(value)));
    }
    steps.set(Number(slot), registers);
  }
  return steps;
}
