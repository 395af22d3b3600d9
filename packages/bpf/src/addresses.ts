import type { Bytes } from './fixed-array.ts';
import type { u32 } from './integers.ts';
import { byteAddress, ipv4Address } from './runtime/scalar.ts';
import type { Schema } from './schema.ts';
import type { layout } from './symbols.ts';

/** An IPv4 address: a number in host order in the program (`10.0.0.1` is 0x0a000001), dotted text in userland. */
export type ipv4 = u32 & { readonly [layout]?: 'network' | undefined };

/** An IPv6 address: 16 bytes in the program, text such as `2001:db8::1` in userland. */
export type ipv6 = Bytes<16>;

/** An Ethernet address: 6 bytes in the program, text such as `02:00:00:00:00:01` in userland. */
export type mac = Bytes<6>;

/** The schema of an IPv4 address. Called with a literal it is a constant: `ipv4('10.0.0.1')`. */
export interface Ipv4Address extends Schema<ipv4, string> {
  (value: number): ipv4;
  (text: `${number}.${number}.${number}.${number}`): ipv4;
}

/** The schema of an address that is bytes in the program and text in userland. The text must be a literal. */
export interface ByteAddress<Length extends number> extends Schema<Bytes<Length>, string> {
  (text: string): Bytes<Length>;
}

/** Four bytes in network order. */
export const ipv4: Ipv4Address = ipv4Address() as Ipv4Address;
/** Sixteen bytes. */
export const ipv6: ByteAddress<16> = byteAddress('ipv6', 16) as ByteAddress<16>;
/** Six bytes. */
export const mac: ByteAddress<6> = byteAddress('mac', 6) as ByteAddress<6>;
