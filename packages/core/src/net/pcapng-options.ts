const utf8 = new TextDecoder('utf-8');

/** Option codes of an Interface Description Block (pcapng, section 4.2) that skep reads or writes. */
export const interfaceOptions = { end: 0, name: 2, timeResolution: 9, timeOffset: 14 } as const;

/** What the options of an Interface Description Block say, with the defaults of the format. */
export interface InterfaceOptions {
  name?: string;
  /** The `if_tsresol` octet; 6 (microseconds) by default. */
  resolution: number;
  /** `if_tsoffset` in seconds. */
  offset: number;
}

/**
 * Reads options from `start` to `end`: code, length, value, each padded to 32 bits. A list that breaks off ends
 * there: the block around it has its own length, so nothing after it is lost.
 */
export function readInterfaceOptions(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
): InterfaceOptions {
  const options: InterfaceOptions = { resolution: 6, offset: 0 };
  let at = start;
  while (end - at >= 4) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    const value = at + 4;
    if (code === interfaceOptions.end || end - value < length) break;
    if (code === interfaceOptions.name) options.name = utf8.decode(bytes.subarray(value, value + length));
    if (code === interfaceOptions.timeResolution && length === 1) options.resolution = view.getUint8(value);
    if (code === interfaceOptions.timeOffset && length === 8) {
      options.offset = Number(view.getBigInt64(value, littleEndian));
    }
    at = value + length + ((4 - (length % 4)) % 4);
  }
  return options;
}
