import type { ContextField } from '../../abi/contexts/field.ts';
import type { ProgramType } from '../../abi/program-types.gen.ts';
import { verdictName } from '../../abi/verdicts.ts';
import { parseIpv4, parseIpv6 } from '../../base/address.ts';
import { SkepError } from '../../base/errors.ts';
import type { Memory, OwnedRegion } from '../../maps/memory.ts';
import type { Context, ContextFields, ContextOptions, PacketCopy } from './context.ts';
import { rightsOf } from './field-rights.ts';

/** What a context without a packet is made from. */
export interface StructureLayout {
  readonly type: ProgramType;
  /** Name of the structure in faults: `bpf_sock_addr`. */
  readonly structure: string;
  /** Bytes of the structure. */
  readonly size: number;
  readonly fields: readonly ContextField[];
}

/** Where a value of the caller goes: a field, or the words of an address. */
interface Place {
  readonly offset: number;
  readonly size: number;
}

/** Context of programs that see no packet but a structure, whose fields the run says; all others are 0. */
export class StructureContext implements Context {
  readonly redirect: undefined;
  readonly copies: readonly PacketCopy[] = [];
  readonly #memory: Memory;
  readonly #layout: StructureLayout;
  readonly #region: OwnedRegion;
  readonly #places: ReadonlyMap<string, Place>;

  constructor(memory: Memory, layout: StructureLayout) {
    this.#memory = memory;
    this.#layout = layout;
    this.#places = placesOf(layout.fields);
    const allowed = rightsOf(layout.fields, layout.size);
    const region: OwnedRegion = memory.allocateRegion({
      kind: 'context',
      name: layout.structure,
      count: 1,
      stride: layout.size,
      offset: 0,
      size: layout.size,
      writable: true,
      readable: true,
      allows: (address, size, write) => allowed(address - region.start, size, write),
    });
    this.#region = region;
  }

  get address(): number {
    return this.#region.start;
  }

  begin(packet: Uint8Array, { fields }: ContextOptions): void {
    const { type, size, structure } = this.#layout;
    if (packet.length > 0) {
      throw new SkepError('SKEP_BAD_PACKET', `programs of type ${type} are given no packet`, {
        reason: `they see ${structure}`,
        remedy: 'run it on an empty packet, with { context }',
      });
    }
    const bytes = fields instanceof Uint8Array ? this.#whole(fields) : this.#encode(fields ?? {});
    this.#memory.u8.set(bytes, this.address);
    this.#memory.u8.fill(0, this.address + bytes.length, this.address + size);
  }

  verdict(code: number): string {
    return verdictName(this.#layout.type, code) ?? String(code | 0);
  }
  isRedirect(): boolean {
    return false;
  }
  data(): Uint8Array {
    return new Uint8Array(0);
  }
  structure(): Uint8Array {
    return this.#memory.u8.slice(this.address, this.address + this.#layout.size);
  }
  loadPacket(): undefined {
    return undefined;
  }
  dispose(): void {
    this.#memory.free(this.#region.start);
  }

  #whole(bytes: Uint8Array): Uint8Array {
    const { size, structure } = this.#layout;
    if (bytes.length <= size) return bytes;
    throw new SkepError('SKEP_BAD_VALUE', `a context of ${bytes.length} bytes is too long`, {
      reason: `${structure} has ${size} bytes`,
    });
  }

  #encode(fields: ContextFields): Uint8Array {
    const { size, structure } = this.#layout;
    const bytes = new Uint8Array(size);
    for (const [name, value] of Object.entries(fields)) {
      const place = this.#places.get(name);
      if (place === undefined) {
        throw new SkepError('SKEP_BAD_VALUE', `${structure} has no field ${name} that a test can set`, {
          reason: `programs of this kind see ${[...this.#places.keys()].join(', ')}`,
        });
      }
      bytes.set(bytesOf(value, place.size, name), place.offset);
    }
    return bytes;
  }
}

/** `sk` is a socket, of which the VM has none; the words of an IPv6 address are one place. */
function placesOf(fields: readonly ContextField[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const { name, offset, size } of fields) {
    if (name === 'sk' || name.includes('..')) continue;
    const [plain = name, index] = name.split('[');
    if (index === undefined) places.set(name, { offset, size });
    else if (!places.has(plain)) places.set(plain, { offset, size: 16 });
  }
  return places;
}

/** A number in the order of the machine, an address as text in network order, a list of 32-bit words, or bytes. */
function bytesOf(value: unknown, size: number, name: string): Uint8Array {
  const bytes = typeof value === 'string' ? addressBytes(value, size) : numberBytes(value, size);
  if (bytes?.length === size) return bytes;
  throw new SkepError('SKEP_BAD_VALUE', `field ${name} of the context does not take ${String(value)}`, {
    reason: size === 4 ? 'it takes a 32-bit number or an IPv4 address' : 'it takes an IPv6 address or four words',
  });
}

function addressBytes(text: string, size: number): Uint8Array | undefined {
  return size === 4 ? parseIpv4(text) : parseIpv6(text);
}

function numberBytes(value: unknown, size: number): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  const words = Array.isArray(value) ? value.map(Number) : [Number(value)];
  if (words.length * 4 !== size) return undefined;
  if (!words.every((word) => Number.isInteger(word) && word >= -(2 ** 31) && word < 2 ** 32)) return undefined;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word >>> 0, true);
  return bytes;
}
