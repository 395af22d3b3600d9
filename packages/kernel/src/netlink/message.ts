/** NLA_F_NESTED: the attribute's payload is attributes. */
const NESTED = 0x8000;
/** Bytes of `struct nlmsghdr`, and of an attribute's header. */
const HEADER = 16;
const ATTRIBUTE_HEADER = 4;

const text = new TextEncoder();
const aligned = (length: number): number => (length + 3) & ~3;

/** What an attribute holds: a 32-bit number, text with its zero byte, bytes, or attributes. */
export type AttributeValue = number | string | Uint8Array | readonly Attribute[];
/** Number and value of a netlink attribute. */
export type Attribute = readonly [type: number, value: AttributeValue];

/** A request: header, the family's own header, attributes (linux/netlink.h). */
export function encodeMessage(
  type: number,
  flags: number,
  sequence: number,
  body: Uint8Array,
  attributes: readonly Attribute[],
): Uint8Array {
  const tail = encodeAttributes(attributes);
  const bytes = new Uint8Array(HEADER + aligned(body.length) + tail.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, sequence, true);
  bytes.set(body, HEADER);
  bytes.set(tail, HEADER + aligned(body.length));
  return bytes;
}

function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  const parts = attributes.map(([type, value]) => {
    const payload = encodeValue(value);
    const part = new Uint8Array(ATTRIBUTE_HEADER + aligned(payload.length));
    const view = new DataView(part.buffer);
    view.setUint16(0, ATTRIBUTE_HEADER + payload.length, true);
    view.setUint16(2, Array.isArray(value) ? type | NESTED : type, true);
    part.set(payload, ATTRIBUTE_HEADER);
    return part;
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function encodeValue(value: AttributeValue): Uint8Array {
  if (typeof value === 'string') return text.encode(`${value}\0`);
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'number') return encodeAttributes(value);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

/** One message of an answer. */
export interface Message {
  readonly type: number;
  readonly sequence: number;
  /** The family's own header and the attributes. */
  readonly payload: Uint8Array;
}

/** The messages of one datagram; a length that does not fit ends the list. */
export function decodeMessages(bytes: Uint8Array): Message[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Message[] = [];
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = view.getUint32(at, true);
    if (length < HEADER || at + length > bytes.length) break;
    messages.push({
      type: view.getUint16(at + 4, true),
      sequence: view.getUint32(at + 8, true),
      payload: bytes.subarray(at + HEADER, at + length),
    });
    at += aligned(length);
  }
  return messages;
}

/** Attributes by number; of several with one number the last. */
export function decodeAttributes(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const attributes = new Map<number, Uint8Array>();
  for (let at = 0; at + ATTRIBUTE_HEADER <= bytes.length; ) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER || at + length > bytes.length) break;
    attributes.set(view.getUint16(at + 2, true) & 0x3fff, bytes.subarray(at + ATTRIBUTE_HEADER, at + length));
    at += aligned(length);
  }
  return attributes;
}
