import { parseIpv4, parseIpv6, parseMac } from '../base/address.ts';
import { SkepError } from '../base/errors.ts';

/** One layer of a packet under construction. */
export interface Layer {
  /** EtherType that names this layer to an Ethernet header or VLAN tag before it. */
  readonly etherType?: number;
  /** Protocol number that names this layer to an IP header before it. */
  readonly protocol?: number;
  /** Addresses of an IP layer, for the pseudo header of the checksum in it. */
  readonly addresses?: { readonly source: Uint8Array; readonly destination: Uint8Array };
  /** This layer and `payload`, as they stand in the packet. `next` and `outer` are its neighbours. */
  encode(payload: Uint8Array, next: Layer | undefined, outer: Layer | undefined): Uint8Array;
}

/** Encodes layers from the innermost to the outermost. */
export function encodeLayers(layers: readonly Layer[], payload: Uint8Array): Uint8Array {
  return layers.reduceRight<Uint8Array>(
    (bytes, layer, index) => layer.encode(bytes, layers[index + 1], layers[index - 1]),
    Uint8Array.from(payload),
  );
}

/** `header` and `payload` one after the other. */
export function concat(header: Uint8Array, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(header.length + payload.length);
  bytes.set(header);
  bytes.set(payload, header.length);
  return bytes;
}

/** `value` where it is an integer of `bits` bits, `name`d in the error. @throws SKEP_BAD_VALUE */
export function fieldValue(name: string, value: number, bits: number): number {
  const limit = 2 ** bits - 1;
  if (Number.isInteger(value) && value >= 0 && value <= limit) return value;
  throw new SkepError('SKEP_BAD_VALUE', `${name} cannot be ${value}`, {
    reason: `the field has ${bits} bits`,
    remedy: `give an integer from 0 to ${limit}`,
  });
}

/** A length that is to be filled in. @throws SKEP_BAD_PACKET where it does not fit its field of 16 bits */
export function lengthValue(name: string, length: number): number {
  if (length <= 0xffff) return length;
  throw new SkepError('SKEP_BAD_PACKET', `the packet is too long for ${name}`, {
    reason: `it has ${length} bytes; the length field holds at most 65535`,
    remedy: 'give a shorter payload, or the length itself where it is to be wrong',
  });
}

type AddressKind = 'MAC' | 'IPv4' | 'IPv6';

const parsers: Record<AddressKind, { parse: (text: string) => Uint8Array | undefined; example: string }> = {
  MAC: { parse: parseMac, example: '02:00:00:00:00:01' },
  IPv4: { parse: parseIpv4, example: '10.0.0.1' },
  IPv6: { parse: parseIpv6, example: 'fd00::1' },
};

/** The bytes of an address given as text. @throws SKEP_BAD_VALUE */
export function addressValue(kind: AddressKind, text: string): Uint8Array {
  const { parse, example } = parsers[kind];
  const bytes = parse(text);
  if (bytes !== undefined) return bytes;
  throw new SkepError(
    'SKEP_BAD_VALUE',
    `${JSON.stringify(text)} is not an ${kind} address`.replace('an MAC', 'a MAC'),
    {
      reason: `an address such as ${example} is expected`,
      remedy: 'correct the address',
    },
  );
}
