/**
 * Writes the tables of `@skep/kernel` from the BTF of the running kernel: where each field of `union bpf_attr` lies,
 * of the info structures, and the numbers of commands and link types.
 *
 *     node --conditions=source --import tsx scripts/generate-kernel-abi.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Btf } from '../packages/core/src/btf/reader.ts';
import type { StructType } from '../packages/core/src/btf/types.ts';

const btf = Btf.parse(readFileSync('/sys/kernel/btf/vmlinux'));
const folder = join(import.meta.dirname, '../packages/kernel/src/bpf');
const header = '// Generated from the BTF of a running kernel by scripts/generate-kernel-abi.ts. Do not edit.\n\n';

/** The anonymous members of `union bpf_attr`, in their order, by the command that takes them. */
const anonymous = ['map_create', 'map_element', 'prog_load', 'object', 'prog_attach', 'get_id', 'btf_load'];

type Fields = [name: string, offset: number, size: number][];

function structAt(id: number): StructType | undefined {
  const type = btf.type(btf.strip(id));
  return type.kind === 'struct' || type.kind === 'union' ? type : undefined;
}

/** Fields by their path; anonymous members leave no name in it. Bit fields are left out. */
function fieldsOf(struct: StructType, prefix = '', base = 0): Fields {
  return struct.members.flatMap((member): Fields => {
    if (member.bitSize > 0) return [];
    const offset = base + member.bitOffset / 8;
    const inner = structAt(member.type);
    const path = member.name === '' ? prefix : `${prefix}${member.name}`;
    if (inner === undefined) return [[path, offset, btf.sizeOf(member.type)]];
    return fieldsOf(inner, member.name === '' ? prefix : `${path}.`, offset);
  });
}

function structNamed(name: string, kind: 'struct' | 'union'): StructType {
  const id = btf.findByName(name, kind);
  const struct = id === undefined ? undefined : structAt(id);
  if (struct === undefined) throw new Error(`the kernel's BTF has no ${kind} ${name}`);
  return struct;
}

function layoutText(name: string, size: number, fields: Fields): string {
  const rows = fields.map(
    ([path, offset, bytes]) => `    ${/\W/.test(path) ? `'${path}'` : path}: [${offset}, ${bytes}],\n`,
  );
  return `  ${name}: {\n    $size: [${size}, 0],\n${rows.join('')}  },\n`;
}

function attrLayouts(): string {
  const names = [...anonymous];
  const parts = structNamed('bpf_attr', 'union').members.map((member) => {
    const struct = structAt(member.type);
    if (struct === undefined) throw new Error('a member of bpf_attr is no struct');
    const fields = fieldsOf(struct).filter(([path]) => path !== '');
    const end = Math.max(...fields.map(([, offset, size]) => offset + size));
    return layoutText(member.name === '' ? (names.shift() ?? 'unknown') : member.name, end, fields);
  });
  return `/** Fields of \`union bpf_attr\` by the command that takes them: [offset, size] in bytes. */\nexport const attrLayouts = {\n${parts.join('')}} as const;\n`;
}

function infoLayouts(): string {
  const parts = ['bpf_map_info', 'bpf_prog_info', 'bpf_btf_info', 'bpf_link_info'].map((name) => {
    const struct = structNamed(name, 'struct');
    return layoutText(name.replace(/^bpf_/, ''), struct.size, fieldsOf(struct));
  });
  return `/** Fields of what BPF_OBJ_GET_INFO_BY_FD gives: [offset, size] in bytes. */\nexport const infoLayouts = {\n${parts.join('')}} as const;\n`;
}

function enumText(enumName: string, prefix: string, constant: string, typeName: string, doc: string): string {
  const id = btf.findByName(enumName, 'enum');
  const type = id === undefined ? undefined : btf.type(id);
  if (type?.kind !== 'enum') throw new Error(`the kernel's BTF has no enum ${enumName}`);
  const seen = new Set<bigint>();
  const rows = type.values.flatMap(({ name, value }) => {
    if (!name.startsWith(prefix) || seen.has(value)) return [];
    seen.add(value);
    return [`  ${name.slice(prefix.length).toLowerCase()}: ${value},\n`];
  });
  return `/** ${doc} */\nexport const ${constant} = {\n${rows.join('')}} as const;\n\n/** A name in {@link ${constant}}. */\nexport type ${typeName} = keyof typeof ${constant};\n`;
}

writeFileSync(join(folder, 'layouts.gen.ts'), `${header}${attrLayouts()}\n${infoLayouts()}`);
writeFileSync(
  join(folder, 'commands.gen.ts'),
  `${header}${enumText('bpf_cmd', 'BPF_', 'commands', 'Command', 'Commands of bpf(2) by name (`BPF_MAP_CREATE` is `map_create`).')}\n${enumText('bpf_link_type', 'BPF_LINK_TYPE_', 'linkTypes', 'LinkType', 'Link types by the kernel’s name.')}`,
);
