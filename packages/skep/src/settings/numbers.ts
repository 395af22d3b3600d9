import { InvalidArgumentError } from 'commander';

/** Reads a whole number from `least` to `most`, decimal or 0x. For commander's options. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^(\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`expected a whole number ${range}`);
  };
}

/** Reads a size in bytes: `65536`, `512K`, `64M`, `1G` (powers of 1024), up to 4 GiB. */
export function byteSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([KMG]?)(?:i?B)?$/i.exec(text) ?? [];
  const size = Number(digits) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase());
  if (size > 0 && size <= 2 ** 32) return size;
  throw new InvalidArgumentError('expected a size up to 4G, such as 256M');
}
