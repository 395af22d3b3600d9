import type { Btf } from '../btf/reader.ts';
import type { DataSectionType, StructType, TypeId } from '../btf/types.ts';
import type { ElfSection } from './elf.ts';
import type { MapSpec } from './map-spec.ts';
import { badObject, describeSymbol, type ObjectFile } from './object-file.ts';
import type { ProgramSpec } from './program-spec.ts';
import { relocationSize } from './relocate-data.ts';

/** The map is registered by a link (Linux 6.4). */
const BPF_F_LINK = 0x2000;

/**
 * The maps of sections `.struct_ops` and `.struct_ops.link` (Linux 5.6): each variable is a struct of functions for
 * the kernel. Its value type is the struct as the object declares it, its contents are the members that are plain
 * data; a relocation at a member names the program that stands for it.
 * @throws SKEP_BAD_OBJECT where the section has no type information, or a relocation fits no member and no program.
 */
export function readStructOps(object: ObjectFile, section: ElfSection, programNames: ReadonlySet<string>): MapSpec[] {
  const { btf } = object;
  const id = btf?.findByName(section.name, 'datasec');
  if (section.size === 0) return [];
  if (btf === undefined || id === undefined) {
    throw badObject(
      `section ${section.name} has no type information`,
      { section: section.name },
      { remedy: 'compile with -g' },
    );
  }
  const programs = programsAt(object, section, programNames);
  const maps = (btf.type(id) as DataSectionType).variables.map(({ type, offset, size }): MapSpec => {
    const variable = btf.type(type);
    if (variable.kind !== 'var' || offset + size > section.data.length) {
      throw badObject(`a variable of section ${section.name} does not lie in it`, { section: section.name, offset });
    }
    const functions = new Map<string, string>();
    for (const [name, at] of members(btf, variable.type)) {
      const program = programs.get(offset + at);
      if (program !== undefined && programs.delete(offset + at)) functions.set(name, program);
    }
    return {
      name: variable.name,
      type: 'struct_ops',
      keySize: 4,
      valueSize: size,
      maxEntries: 1,
      flags: section.name === '.struct_ops.link' ? BPF_F_LINK : 0,
      mapExtra: 0n,
      pinning: 'none',
      valueType: variable.type,
      contents: [
        { key: new Uint8Array(4), value: { kind: 'bytes', bytes: section.data.subarray(offset, offset + size) } },
      ],
      frozen: false,
      structOps: { struct: btf.name(btf.strip(variable.type)).replace(/___.*$/, ''), functions },
      origin: 'struct_ops',
      section: section.name,
    };
  });
  const [stray] = programs.keys();
  if (stray === undefined) return maps;
  throw badObject('a program stands at no member of a struct', { section: section.name, offset: stray });
}

/** Names and byte offsets of a struct's members. */
function members(btf: Btf, type: TypeId): [name: string, offset: number][] {
  const struct = btf.type(btf.strip(type));
  if (struct.kind !== 'struct') return [];
  return (struct as StructType).members.map(({ name, bitOffset }) => [name, bitOffset / 8]);
}

/** Programs by the offset in the section where their address stands. */
function programsAt({ elf }: ObjectFile, section: ElfSection, programNames: ReadonlySet<string>): Map<number, string> {
  const found = new Map<number, string>();
  for (const { offset, type, symbol: index } of section.relocations) {
    const symbol = index === undefined ? undefined : elf.symbols[index];
    if (symbol !== undefined && programNames.has(symbol.name) && relocationSize(type) === 8) {
      found.set(offset, symbol.name);
      continue;
    }
    throw badObject(
      `a member of a struct in ${section.name} is no program of this object`,
      { section: section.name, offset },
      { reason: symbol === undefined ? 'it names nothing' : `it names ${describeSymbol(elf, symbol)}` },
    );
  }
  return found;
}

/**
 * The programs with the members that they stand for. One program may stand for a member in several structs.
 * @throws SKEP_BAD_OBJECT where it stands for different members: the kernel checks it against one.
 */
export function withStructMembers(
  programs: ReadonlyMap<string, ProgramSpec>,
  maps: ReadonlyMap<string, MapSpec>,
): Map<string, ProgramSpec> {
  const result = new Map(programs);
  for (const { structOps, section } of maps.values()) {
    for (const [member, name] of structOps?.functions ?? []) {
      const program = result.get(name);
      const struct = structOps?.struct ?? '';
      if (program === undefined) continue;
      const { structMember: known } = program;
      if (known !== undefined && (known.struct !== struct || known.member !== member)) {
        throw badObject(
          `program ${name} stands for ${struct}.${member} and for ${known.struct}.${known.member}`,
          { section, program: name },
          { remedy: 'write a program for each' },
        );
      }
      result.set(name, { ...program, structMember: { struct, member } });
    }
  }
  return result;
}
