import ts from 'typescript-js';
import * as bpf from '../../../bpf/src/index.ts';
import * as net from '../../../bpf/src/net/index.ts';
import {
  copiedSpace,
  type Environment,
  type PacketMemory,
  parse,
  programOf,
  runIn,
  type Space,
  variableOf,
  viewAt,
} from '../../../bpf/src/runtime/index.ts';
import { type DeclaredMap, PlainMap } from './plain-map.ts';

const HEADROOM = 256;
/** What the kernel keeps at the start of the room for itself (struct xdp_frame). */
const FRAME = 40;
const ETHERNET = 14;

/** What a run as plain TypeScript gave. */
export interface PlainResult {
  readonly code: number;
  readonly data: Uint8Array;
}

/** A module that runs as the JavaScript it is, over maps and packets of its own. */
export class PlainModule {
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #maps = new Map<object, PlainMap>();
  readonly #variables = new Map<object, Space>();
  readonly #environment: Environment;

  constructor(text: string) {
    this.#exports = evaluate(text);
    this.#environment = {
      map: (spec) => this.#map(spec),
      variable: (spec) => this.#variable(spec),
      tailCall: () => undefined,
      time: () => 0n,
      printk: () => undefined,
    };
  }

  #map(spec: object): PlainMap {
    const known = this.#maps.get(spec) ?? new PlainMap(spec as DeclaredMap);
    this.#maps.set(spec, known);
    return known;
  }

  #variable(spec: object): Space {
    const initial = variableOf(spec)?.initial ?? new Uint8Array(0);
    const bytes = initial.slice();
    const known = this.#variables.get(spec) ?? { u8: bytes, view: new DataView(bytes.buffer) };
    this.#variables.set(spec, known);
    return known;
  }

  /** The map of an exported name. */
  map(name: string): PlainMap {
    return this.#map(this.#exports[name] as object);
  }

  /** Bytes of an exported variable. */
  variable(name: string): Uint8Array {
    return this.#variable(this.#exports[name] as object).u8;
  }

  run(name: string, packet: Uint8Array): PlainResult {
    const program = programOf(this.#exports[name]);
    if (program === undefined) throw new Error(`no program ${name}`);
    const context = program.kind === 'xdp' ? new XdpPacket(packet) : new SkbPacket(packet, program.kind);
    const code = runIn(this.#environment, () => program.run(context as never));
    return { code: Number(code) >>> 0, data: context.bytes() };
  }
}

function evaluate(text: string): Readonly<Record<string, unknown>> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: false },
  });
  const found: Record<string, unknown> = {};
  const modules: Readonly<Record<string, unknown>> = { 'skep/bpf': bpf, 'skep/bpf/net': net };
  new Function('exports', 'require', outputText)(found, (name: string) => modules[name]);
  return found;
}

/** The linear data of a packet behind some room. */
class Packet implements PacketMemory {
  readonly u8: Uint8Array;
  readonly view: DataView;
  data = HEADROOM;
  dataEnd: number;
  readonly ifindex = 1;
  readonly rxQueue = 0;

  constructor(packet: Uint8Array) {
    this.u8 = new Uint8Array(HEADROOM + packet.length);
    this.u8.set(packet, HEADROOM);
    this.view = new DataView(this.u8.buffer);
    this.dataEnd = this.u8.length;
  }

  get length(): number {
    return this.dataEnd - this.data;
  }

  at(schema: unknown, offset: number): unknown {
    return viewAt(this, schema, offset);
  }

  parse(...headers: readonly unknown[]): unknown[] | undefined {
    return parse(this, headers);
  }

  bytes(): Uint8Array {
    return this.u8.slice(this.data, this.dataEnd);
  }
}

class XdpPacket extends Packet {
  adjustHead(delta: number): boolean {
    const data = this.data + delta;
    if (data < FRAME || data > this.dataEnd - ETHERNET) return false;
    this.data = data;
    return true;
  }
}

class SkbPacket extends Packet {
  mark = 0;

  constructor(packet: Uint8Array, kind: string) {
    super(packet);
    if (kind === 'socket_filter') this.data += ETHERNET;
  }

  pull(length: number): boolean {
    return length <= this.length;
  }

  copy(schema: { readonly size: number }, offset: number): unknown {
    if (offset + schema.size > this.length) return undefined;
    const space = copiedSpace(this, this.data + offset, schema.size);
    return viewAt({ ...space, data: 0, dataEnd: schema.size }, schema, 0);
  }
}
