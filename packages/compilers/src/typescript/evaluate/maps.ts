import type { MapType } from '@skep/core/abi';
import type TypeScript from 'typescript-js';
import type { MapDeclaration } from '../../ir/index.ts';
import { dataTypeOf, integers, type RecordSchema, type Schema, structOf } from '../schema/index.ts';
import { type Evaluation, propertiesOf } from './evaluation.ts';
import type { StaticMap } from './static-value.ts';

const BPF_F_NO_PREALLOC = 1;
const LARGEST = 0xffff_ffffn;

/** What the constructor of a map class takes before its options. */
interface MapClass {
  readonly type: MapType;
  readonly takes: 'key value' | 'value' | 'key' | 'inner' | 'key inner' | 'nothing';
  /** The key where the constructor takes none: an index, or nothing. */
  readonly indexed?: boolean;
  /** Userland's value where the constructor takes none. */
  readonly valueSize?: number;
  readonly flags?: number;
}

const classes: Readonly<Record<string, MapClass>> = {
  HashMap: { type: 'hash', takes: 'key value' },
  LruHash: { type: 'lru_hash', takes: 'key value' },
  PerCpuHash: { type: 'percpu_hash', takes: 'key value' },
  LruPerCpuHash: { type: 'lru_percpu_hash', takes: 'key value' },
  ArrayMap: { type: 'array', takes: 'value', indexed: true },
  PerCpuArray: { type: 'percpu_array', takes: 'value', indexed: true },
  LpmTrie: { type: 'lpm_trie', takes: 'key value', flags: BPF_F_NO_PREALLOC },
  RingBuf: { type: 'ringbuf', takes: 'value' },
  Queue: { type: 'queue', takes: 'value' },
  Stack: { type: 'stack', takes: 'value' },
  BloomFilter: { type: 'bloom_filter', takes: 'value' },
  ArrayOfMaps: { type: 'array_of_maps', takes: 'inner', indexed: true, valueSize: 4 },
  HashOfMaps: { type: 'hash_of_maps', takes: 'key inner', valueSize: 4 },
  SockMap: { type: 'sockmap', takes: 'nothing', indexed: true, valueSize: 4 },
  SockHash: { type: 'sockhash', takes: 'key', valueSize: 4 },
  DevMap: { type: 'devmap', takes: 'nothing', indexed: true, valueSize: 4 },
  CpuMap: { type: 'cpumap', takes: 'nothing', indexed: true, valueSize: 4 },
  XskMap: { type: 'xskmap', takes: 'nothing', indexed: true, valueSize: 4 },
};
const later = new Set(['TaskStorage', 'CgroupStorage', 'InodeStorage', 'SkStorage']);

/** The map that `new HashMap(..)` declares; undefined, and reported, where it cannot be. */
export function mapOf(
  evaluation: Evaluation,
  node: TypeScript.NewExpression,
  className: string,
  name: string,
): StaticMap | undefined {
  if (className === 'ProgArray') return programArray(evaluation, node, name);
  if (later.has(className)) {
    evaluation.reporter.report(node, 4015, { name: className });
    return undefined;
  }
  const found = Object.hasOwn(classes, className) ? classes[className] : undefined;
  return found === undefined ? undefined : plainMap(evaluation, node, className, name, found);
}

function plainMap(
  evaluation: Evaluation,
  node: TypeScript.NewExpression,
  className: string,
  name: string,
  { type, takes, indexed = false, valueSize, flags = 0 }: MapClass,
): StaticMap | undefined {
  const wanted = takes === 'nothing' ? [] : takes.split(' ');
  const nodes = node.arguments ?? [];
  const argument = (what: string) => nodes[wanted.indexOf(what)];
  const keyNode = argument('key');
  const valueNode = argument('value');
  const innerNode = argument('inner');
  const key = keyNode ? evaluation.schema(keyNode) : indexed ? integers.u32 : undefined;
  const value = valueNode && evaluation.schema(valueNode);
  const inner = innerNode && evaluation.expression(innerNode);
  if ((keyNode && !key) || (valueNode && !value)) return undefined;
  if (innerNode && inner?.kind !== 'map') {
    evaluation.reporter.report(innerNode, 3001);
    return undefined;
  }
  const options = propertiesOf(nodes[wanted.length]);
  const maxEntries = entriesOf(evaluation, node, type, options);
  if (maxEntries === undefined) return undefined;
  const innerMap = inner?.kind === 'map' ? inner.map : undefined;
  const stored = type === 'lpm_trie' && key ? prefixKey(key, name) : key;
  const hasValue = type !== 'ringbuf';
  const declaration: MapDeclaration = {
    name,
    type,
    ...(stored && type !== 'queue' && type !== 'stack' ? { key: dataTypeOf(stored) } : {}),
    ...(value ? { value: dataTypeOf(value) } : {}),
    keySize: stored?.size ?? 0,
    valueSize: hasValue ? (value?.size ?? valueSize ?? 0) : 0,
    maxEntries,
    flags: flags | flagsOf(evaluation, options),
    ...hashes(evaluation, options),
    ...(options.has('pin') ? { pinned: true } : {}),
    ...(innerMap ? { inner: innerMap.declaration } : {}),
  };
  return { className, declaration, key, value, inner: innerMap, names: [], node };
}

/** What a trie stores: the length of the prefix in bits, and the key in network order. */
function prefixKey(key: Schema, name: string): RecordSchema {
  const record = structOf([
    ['prefixlen', integers.u32],
    ['data', key],
  ]);
  record.name = `${name}_key`;
  return record;
}

function entriesOf(
  evaluation: Evaluation,
  node: TypeScript.NewExpression,
  type: MapType,
  options: ReadonlyMap<string, TypeScript.Expression>,
): number | undefined {
  const option = options.get(type === 'ringbuf' ? 'bytes' : 'maxEntries');
  const value = option && evaluation.integer(option);
  if (value === undefined) {
    if (option === undefined) evaluation.reporter.report(node, 3001);
    return undefined;
  }
  const isGood = type === 'ringbuf' ? value >= 4096n && (value & (value - 1n)) === 0n : value >= 1n;
  if (isGood && value <= LARGEST) return Number(value);
  evaluation.reporter.report(option ?? node, type === 'ringbuf' ? 4003 : 4002);
  return undefined;
}

function flagsOf(evaluation: Evaluation, options: ReadonlyMap<string, TypeScript.Expression>): number {
  const option = options.get('preallocate');
  const value = option && evaluation.expression(option);
  return value?.kind === 'boolean' && !value.value ? BPF_F_NO_PREALLOC : 0;
}

function hashes(evaluation: Evaluation, options: ReadonlyMap<string, TypeScript.Expression>): { mapExtra?: bigint } {
  const option = options.get('hashes');
  const value = option && evaluation.integer(option);
  return value === undefined ? {} : { mapExtra: value };
}

function programArray(evaluation: Evaluation, node: TypeScript.NewExpression, name: string): StaticMap | undefined {
  const [wrapperNode, list] = node.arguments ?? [];
  const wrapper = wrapperNode && evaluation.expression(wrapperNode);
  const value = list && evaluation.expression(list);
  if (value?.kind !== 'list') {
    evaluation.reporter.report(list ?? node, 3001);
    return undefined;
  }
  const names = value.elements.flatMap((element) => (element.kind === 'text' ? [element.value] : []));
  const declaration: MapDeclaration = {
    name,
    type: 'prog_array',
    key: dataTypeOf(integers.u32),
    value: dataTypeOf(integers.u32),
    keySize: 4,
    valueSize: 4,
    maxEntries: Math.max(1, names.length),
    flags: 0,
    programs: [],
  };
  return {
    className: 'ProgArray',
    declaration,
    key: undefined,
    value: undefined,
    inner: undefined,
    names,
    wrapper: wrapper?.kind === 'library' ? wrapper.name : '',
    node,
  };
}
