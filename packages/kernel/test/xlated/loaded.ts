import { execFileSync } from 'node:child_process';
import { mapTypes } from '../../../core/src/abi/index.ts';
import { type Host, type HostProgram, loadCollection } from '../../../core/src/host/index.ts';
import type { CollectionSpec } from '../../../core/src/object/index.ts';
import { Bpf } from '../../src/bpf/bpf.ts';
import { KoffiDriver } from '../../src/ffi/koffi.ts';

const ARRAY = mapTypes.array;

/** A program as the kernel holds it. */
export interface Translated {
  readonly code: Uint8Array;
  /** Its maps in the kernel's order: number, and a text of type, sizes, entries, flags and, of arrays of one entry, the value. */
  readonly maps: ReadonlyMap<number, string>;
}

/** Translated programs by name, or why the object was not loaded. */
export type Loaded = { readonly programs: ReadonlyMap<string, Translated> } | { readonly error: string };

/** Loads objects through libbpf. */
export function loadByLibbpf(loader: string, files: readonly string[]): Map<string, Loaded> {
  const objects = new Map<string, Loaded>();
  let programs = new Map<string, Translated>();
  for (const line of execFileSync(loader, files, { encoding: 'latin1', maxBuffer: 1 << 28 }).split('\n')) {
    const [kind, name = '', text = '', ...maps] = line.split('\t');
    if (kind === 'object') {
      programs = new Map();
      objects.set(name, text === '0' ? { programs } : { error: `error ${text}` });
    } else if (kind === 'program') {
      const code = Uint8Array.from(Buffer.from(text, 'hex'));
      programs.set(name, { code, maps: new Map(maps.map(splitMap)) });
    }
  }
  return objects;
}

function splitMap(text: string): [number, string] {
  const end = text.indexOf(':');
  return [Number(text.slice(0, end)), text.slice(end + 1)];
}

/** Loads an object through skep, and asks the kernel what it made of it. */
export function loadBySkep(spec: CollectionSpec, host: Host): Loaded {
  const found = new Map<string, Translated>();
  try {
    using collection = loadCollection(spec, watched(host, found));
    return Object.keys(collection.programs).length > 0 ? { programs: found } : { error: 'no programs' };
  } catch (error) {
    return { error: error instanceof Error ? String(error) : 'unknown' };
  }
}

/** The same host; it notes each program that is loaded. */
function watched(host: Host, found: Map<string, Translated>): Host {
  const bpf = new Bpf(new KoffiDriver());
  return {
    name: host.name,
    probe: (feature) => host.probe(feature),
    createMap: (...all) => host.createMap(...all),
    kernelConfig: (name) => host.kernelConfig?.(name),
    dispose: () => undefined,
    loadProgram(spec, environment) {
      const program = host.loadProgram(spec, environment);
      found.set(spec.name, translated(bpf, program));
      return program;
    },
  };
}

function translated(bpf: Bpf, program: HostProgram): Translated {
  if (!('descriptor' in program) || typeof program.descriptor !== 'number') throw new Error('not of a kernel');
  const code = new Uint8Array(1 << 20);
  const ids = new Uint8Array(4 * 64);
  const info = bpf.attr('prog_info', {
    xlated_prog_insns: code,
    xlated_prog_len: code.length,
    map_ids: ids,
    nr_map_ids: 64,
  });
  askInfo(bpf, program.descriptor, info.bytes);
  const view = new DataView(ids.buffer);
  const numbers = Array.from({ length: info.u32('nr_map_ids') }, (_, index) => view.getUint32(index * 4, true));
  const maps = new Map(numbers.map((id) => [id, mapText(bpf, id)] as const));
  return { code: code.slice(0, info.u32('xlated_prog_len')), maps };
}

function mapText(bpf: Bpf, id: number): string {
  const descriptor = bpf.call('map_get_fd_by_id', bpf.attr('get_id', { map_id: id }));
  const info = bpf.attr('map_info');
  askInfo(bpf, descriptor, info.bytes);
  const fields = ['type', 'key_size', 'value_size', 'max_entries', 'map_flags'] as const;
  const definition = fields.map((field) => info.u32(field)).join(':');
  const single = info.u32('type') === ARRAY && info.u32('max_entries') === 1;
  const value = single ? firstValue(bpf, descriptor, info.u32('value_size')) : '';
  bpf.close(descriptor);
  return `${definition}:${value}`;
}

function firstValue(bpf: Bpf, descriptor: number, size: number): string {
  const value = new Uint8Array(size);
  const attr = bpf.attr('map_element', { map_fd: descriptor, key: new Uint8Array(4), value });
  return bpf.call('map_lookup_elem', attr) < 0 ? '' : Buffer.from(value).toString('hex');
}

function askInfo(bpf: Bpf, descriptor: number, bytes: Uint8Array): void {
  const attr = bpf.attr('info', { bpf_fd: descriptor, info_len: bytes.length, info: bytes });
  const result = bpf.call('obj_get_info_by_fd', attr);
  if (result < 0) throw new Error(`no information: error ${result}`);
}
