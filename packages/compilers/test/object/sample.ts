import type { MapType } from '@skep/core/abi';
import {
  type DataType,
  FunctionBuilder,
  IrFunction,
  type Location,
  type MapDeclaration,
  type Module,
  type ParameterDeclaration,
  type Value,
  type VariableDeclaration,
} from '../../src/ir/index.ts';

export const u8: DataType = { kind: 'int', name: 'unsigned char', size: 1, encoding: 'unsigned' };
export const u32: DataType = { kind: 'int', name: 'unsigned int', size: 4, encoding: 'unsigned' };
export const u64: DataType = { kind: 'int', name: 'unsigned long long', size: 8, encoding: 'unsigned' };
export const i64: DataType = { kind: 'int', name: 'long', size: 8, encoding: 'signed' };
const int: DataType = { kind: 'int', name: 'int', size: 4, encoding: 'signed' };
const prefix: DataType = {
  kind: 'struct',
  name: 'prefix',
  size: 8,
  members: [
    { name: 'bits', type: u32, bitOffset: 0 },
    { name: 'address', type: { kind: 'array', element: u8, length: 4 }, bitOffset: 32 },
  ],
};
const fields = ['data', 'data_end', 'data_meta', 'ingress_ifindex', 'rx_queue_index', 'egress_ifindex'];
const members = fields.map((name, at) => ({ name, type: u32, bitOffset: at * 32 }));
export const xdpContext: DataType = { kind: 'pointer', target: { kind: 'struct', name: 'xdp_md', size: 24, members } };
const loopContext: DataType = { kind: 'pointer', target: { kind: 'void' } };

const file = { name: 'sample.bpf.ts', lines: Array.from({ length: 30 }, (_, at) => `source line ${at + 1}`) };
export function at(line: number): Location {
  return { file, line, column: 3 };
}

const pure = { reads: true, writes: false, packet: false };
const writing = { reads: true, writes: true, packet: false };

/** A builder for an XDP program. */
export function xdp(name: string, section = 'xdp'): FunctionBuilder {
  const parameters: ParameterDeclaration[] = [{ name: 'ctx', type: 'context', declared: xdpContext }];
  const result = { type: 'i64', declared: int } as const;
  const options = { name, section, linkage: 'global', parameters, result, location: at(1) } as const;
  const builder = new FunctionBuilder(new IrFunction(options));
  builder.location = at(2);
  return builder;
}

/** A builder for a function that programs call. */
export function subprogram(name: string, parameters: readonly ParameterDeclaration[], linkage: 'static' | 'global') {
  const options = { name, linkage, parameters, result: { type: 'i64', declared: i64 }, location: at(20) } as const;
  const builder = new FunctionBuilder(new IrFunction(options));
  builder.location = at(21);
  return builder;
}

function map(name: string, type: MapType, more: Partial<MapDeclaration> = {}): MapDeclaration {
  return { name, type, key: u32, value: u64, keySize: 4, valueSize: 8, maxEntries: 4, flags: 0, ...more };
}

/** A module with one of everything: maps of all kinds of definition, variables, calls, a callback, a tail call. */
export function sampleModule(): Module {
  const counts = map('counts', 'hash');
  const perCpu = map('per_cpu', 'percpu_array', { maxEntries: 2 });
  const trie = map('trie', 'lpm_trie', { keySize: 8, valueSize: 4, key: prefix, value: u32, flags: 1 });
  const inner: MapDeclaration = map('inner', 'array', { maxEntries: 3 });
  const { key: _key, value: _value, ...plain } = map('outer', 'array_of_maps', { valueSize: 4, inner });
  const records: MapDeclaration = map('records', 'ringbuf', { keySize: 0, valueSize: 0, maxEntries: 4096 });
  const next = tailTarget();
  const {
    key: _k,
    value: _v,
    ...jumpsPlain
  } = map('jumps', 'prog_array', { valueSize: 4, programs: [undefined, next] });
  const limit = variable('limit', '.rodata', u32, [7, 0, 0, 0]);
  const state = variable('state', '.data', u64, [1, 2, 0, 0, 0, 0, 0, 0]);
  const total = variable('total', '.bss', u64, [0, 0, 0, 0, 0, 0, 0, 0]);
  const triple = tripler();
  const shared = globalFunction();
  const visit = callback();
  const functions = [
    mainProgram(counts, { limit, state, total }, { triple, shared }),
    looping(visit),
    jumping(jumpsPlain),
    next,
    triple,
    shared,
    visit,
  ];
  const maps = [counts, perCpu, trie, plain, records, jumpsPlain];
  return { name: 'sample', license: 'GPL', maps, variables: [limit, state, total], functions };
}

function variable(name: string, section: VariableDeclaration['section'], type: DataType, bytes: number[]) {
  const initial = Uint8Array.from(bytes);
  return { name, section, type, align: initial.length, initial, exported: true } as const;
}

function tailTarget(): IrFunction {
  const builder = xdp('next');
  builder.return(builder.constant(3));
  return builder.finish();
}

function tripler(): IrFunction {
  const builder = subprogram('triple', [{ name: 'value', type: 'i64', declared: u64 }], 'static');
  builder.return(builder.binary('mul', builder.parameter(0), builder.constant(3)));
  return builder.finish();
}

function globalFunction(): IrFunction {
  const builder = subprogram('plus_one', [{ name: 'value', type: 'i64', declared: u64 }], 'global');
  builder.return(builder.binary('add', builder.parameter(0), builder.constant(1)));
  return builder.finish();
}

/** `(index, context) => { context.sum += index; return index === 5 ? 1 : 0 }` */
function callback(): IrFunction {
  const builder = subprogram(
    'visit',
    [
      { name: 'index', type: 'i64', declared: u64 },
      { name: 'context', type: 'stack', declared: loopContext },
    ],
    'static',
  );
  const [index, context] = [builder.parameter(0), builder.parameter(1)];
  builder.store(context, 8, 0, builder.binary('add', builder.load(context, 8, 0), index));
  builder.return(builder.compare('eq', index, builder.constant(5)));
  return builder.finish();
}

function mainProgram(
  counts: MapDeclaration,
  { limit, state, total }: Readonly<Record<'limit' | 'state' | 'total', VariableDeclaration>>,
  { triple, shared }: { readonly triple: IrFunction; readonly shared: IrFunction },
): IrFunction {
  const builder = xdp('main');
  const key = builder.slot('key', 4, 4);
  builder.store(builder.slotAddress(key), 4, 0, builder.constant(1));
  const found = builder.helper('map_lookup_elem', [builder.map(counts), builder.slotAddress(key)], pure, 'map_value');
  const [hit, miss, after] = [builder.block('hit'), builder.block('miss'), builder.block('after')];
  builder.location = at(4);
  builder.branch({ kind: 'compare', operator: 'ne', width: 64 }, found, builder.constant(0), hit, miss);
  builder.seal(hit);
  builder.seal(miss);
  builder.enter(hit);
  builder.location = at(5);
  builder.atomic('add', found, 8, 0, [builder.constant(1)], false);
  builder.jump(after);
  builder.enter(miss);
  builder.location = at(6);
  const one = builder.slot('one', 8);
  builder.store(builder.slotAddress(one), 8, 0, builder.constant(1));
  const pointers: Value[] = [builder.map(counts), builder.slotAddress(key), builder.slotAddress(one)];
  builder.helper('map_update_elem', [...pointers, builder.constant(0)], writing);
  builder.jump(after);
  builder.seal(after);
  builder.enter(after);
  builder.location = at(7);
  const tripled = builder.call(triple, [builder.load(builder.variableAddress(limit), 4, 0)]);
  const sum = builder.binary(
    'add',
    builder.call(shared, [tripled]),
    builder.load(builder.variableAddress(state), 8, 0),
  );
  builder.store(builder.variableAddress(total), 8, 0, sum);
  builder.location = at(8);
  builder.return(builder.constant(2));
  return builder.finish();
}

/** Sums 0 to 5 in a callback, and gives the sum. */
function looping(visit: IrFunction): IrFunction {
  const builder = xdp('looping');
  const sum = builder.slot('sum', 8);
  builder.zero(builder.slotAddress(sum), 0, 8);
  builder.location = at(11);
  const values = [builder.constant(100), builder.functionAddress(visit), builder.slotAddress(sum), builder.constant(0)];
  builder.helper('loop', values, writing);
  builder.return(builder.load(builder.slotAddress(sum), 8, 0));
  return builder.finish();
}

function jumping(jumps: MapDeclaration): IrFunction {
  const builder = xdp('jumping');
  builder.helper('tail_call', [builder.parameter(0), builder.map(jumps), builder.constant(1)], writing);
  builder.return(builder.constant(1));
  return builder.finish();
}
