import { alignUp } from '../base/bytes.ts';
import type { Btf } from '../btf/reader.ts';
import type { DataSectionType, SectionVariable, TypeId } from '../btf/types.ts';

/** Deepest nesting of types that has an alignment; the BTF reader's limit. */
const MAX_DEPTH = 32;

/**
 * Places the variables of the virtual section `.kconfig`, which no ELF section backs: largest alignment first, then
 * by size and name, each at its alignment. Kernel configuration values are integers, enumerations and strings.
 * @throws SKEP_BAD_BTF for a variable without size.
 */
export function layOutKconfig(btf: Btf, section: DataSectionType): { size: number; variables: SectionVariable[] } {
  const known = section.variables.map(({ type }) => ({
    type,
    size: btf.sizeOf(type),
    alignment: alignmentOf(btf, type),
    name: btf.name(type),
  }));
  known.sort((a, b) => b.alignment - a.alignment || a.size - b.size || (a.name < b.name ? -1 : 1));
  let size = 0;
  const variables = known.map((variable) => {
    const offset = alignUp(size, variable.alignment);
    size = offset + variable.size;
    return { type: variable.type, offset, size: variable.size };
  });
  return { size, variables };
}

/** Alignment of an integer, an enumeration or an array of them: their size, up to 8. */
function alignmentOf(btf: Btf, id: TypeId): number {
  let at = id;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const type = btf.type(at);
    if (type.kind === 'var') at = type.type;
    else if (type.kind === 'array') at = type.type;
    else if (btf.strip(at) !== at) at = btf.strip(at);
    else return 'size' in type && [1, 2, 4].includes(type.size) ? type.size : 8;
  }
  return 8;
}
