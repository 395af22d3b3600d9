/**
 * Writes the ABI tables of `packages/core/src/abi/*.gen.ts` from the enumerations in a kernel's BTF.
 *
 *     node --conditions=source --import tsx scripts/generate-abi.ts [BTF]
 *
 * The BTF defaults to the running kernel's. What newer kernels add is listed here by hand, with its number, until the
 * tables are generated on one of them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { Btf } from '../packages/core/src/btf/reader.ts';

interface Table {
  /** Enumeration in the kernel. */
  readonly enumeration: string;
  /** Start of its enumerators, cut off. */
  readonly prefix: string;
  readonly file: string;
  readonly constant: string;
  readonly type: string;
  /** First sentence of the docstring. */
  readonly about: string;
  /** Enumerators that are aliases or markers, not entries. */
  readonly skip?: RegExp;
  /** Entries of kernels newer than the tables' own: name and number. */
  readonly newer?: Readonly<Record<string, number>>;
}

const tables: readonly Table[] = [
  {
    enumeration: 'bpf_prog_type',
    prefix: 'BPF_PROG_TYPE_',
    file: 'program-types.gen.ts',
    constant: 'programTypes',
    type: 'ProgramType',
    about: "Program types by the kernel's name (`BPF_PROG_TYPE_XDP` is `xdp`), with their number.",
  },
  {
    enumeration: 'bpf_map_type',
    prefix: 'BPF_MAP_TYPE_',
    file: 'map-types.gen.ts',
    constant: 'mapTypes',
    type: 'MapType',
    about: "Map types by the kernel's name (`BPF_MAP_TYPE_HASH` is `hash`), with their number.",
  },
  {
    enumeration: 'bpf_attach_type',
    prefix: 'BPF_',
    file: 'attach-types.gen.ts',
    constant: 'attachTypes',
    type: 'AttachType',
    about: "Attach types by the kernel's name (`BPF_XDP_DEVMAP` is `xdp_devmap`), with their number.",
    newer: { trace_fsession: 58, trace_fentry_multi: 59, trace_fexit_multi: 60, trace_fsession_multi: 61 },
  },
  {
    enumeration: 'bpf_func_id',
    prefix: 'BPF_FUNC_',
    file: 'helpers.gen.ts',
    constant: 'helpers',
    type: 'HelperName',
    about: 'Helper functions by name (`BPF_FUNC_map_lookup_elem` is `map_lookup_elem`), with their number.',
  },
];

/** Entries of an enumeration by number. Of two names for one number the one without `_deprecated` stays. */
function entriesOf(btf: Btf, table: Table): Map<number, string> {
  const id = btf.findByName(table.enumeration, 'enum');
  const type = id === undefined ? undefined : btf.type(id);
  if (type?.kind !== 'enum') throw new Error(`there is no enumeration ${table.enumeration} in this BTF`);
  const entries = new Map<number, string>();
  for (const { name, value } of type.values) {
    if (!name.startsWith(table.prefix)) continue;
    const plain = name
      .slice(table.prefix.length)
      .toLowerCase()
      .replace(/_deprecated$/, '');
    if (!entries.has(Number(value))) entries.set(Number(value), plain);
  }
  for (const [name, value] of Object.entries(table.newer ?? {})) entries.set(value, name);
  return new Map([...entries].sort(([left], [right]) => left - right));
}

function source(table: Table, entries: ReadonlyMap<number, string>, kernel: string): string {
  const newer = new Set(Object.keys(table.newer ?? {}));
  const lines = [...entries].map(
    ([value, name]) => `  ${name}: ${value},${newer.has(name) ? ' // Linux 7.0 and later' : ''}`,
  );
  return `// Generated from the enumeration \`${table.enumeration}\` in the BTF of Linux ${kernel} by scripts/generate-abi.ts. Do not edit.

/** ${table.about} */
export const ${table.constant} = {
${lines.join('\n')}
} as const;

/** A name in {@link ${table.constant}}. */
export type ${table.type} = keyof typeof ${table.constant};
`;
}

const btf = Btf.parse(new Uint8Array(readFileSync(process.argv[2] ?? '/sys/kernel/btf/vmlinux')));
const kernel = /^\d+\.\d+/.exec(release())?.[0] ?? release();
for (const table of tables) {
  const entries = entriesOf(btf, table);
  const file = new URL(`../packages/core/src/abi/${table.file}`, import.meta.url);
  writeFileSync(file, source(table, entries, kernel));
  process.stdout.write(`${table.file}: ${entries.size} entries\n`);
}
