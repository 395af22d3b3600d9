import type { BtfExtFunction, BtfExtLine } from '../../btf/ext.ts';
import { writeBtfExt } from '../../btf/ext.ts';
import type { SectionVariable, TypeId } from '../../btf/types.ts';
import { SymbolType } from '../elf.ts';
import type { Assembly } from './assembly.ts';
import { labelsBySection } from './infer-symbols.ts';
import type { SectionBuilder } from './section-builder.ts';
import type { AssemblySymbol } from './symbols.ts';

/** Names that the kernel takes for functions and variables in BTF. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Sections whose labels are global variables. */
const VARIABLES = /^\.(rodata|data|bss)(\.|$)/;

/** The sections .BTF and .BTF.ext. */
export interface Description {
  readonly btf: Uint8Array;
  readonly ext: Uint8Array;
}

/**
 * Describes a program written by hand in BTF, as a compiler does with -g: its maps, global variables and functions,
 * and for each instruction the line of assembly it stands in, so that faults and kernel logs speak of that line.
 */
export function describeAssembly(assembly: Assembly): Description {
  const functions = new Map<string, readonly BtfExtFunction[]>();
  const lines = new Map<string, readonly BtfExtLine[]>();
  describeMaps(assembly);
  for (const [section, labels] of labelsBySection(assembly)) {
    if (VARIABLES.test(section.name)) describeVariables(assembly, section, labels);
    if (!section.executable) continue;
    const found = labels.filter((label) => label.type === SymbolType.FUNC && label.size > 0);
    // The kernel wants all functions described, or none.
    if (found.length === 0 || !found.every((label) => IDENTIFIER.test(label.name))) continue;
    functions.set(
      section.name,
      found.map((label) => describeFunction(assembly, section, label)),
    );
    lines.set(section.name, describeLines(assembly, section));
  }
  const { builder } = assembly.types;
  const ext = writeBtfExt({ functions, lines, coreRelocations: new Map() }, builder);
  return { btf: builder.finish(), ext };
}

function describeMaps(assembly: Assembly): void {
  const { builder } = assembly.types;
  if (assembly.maps.size === 0) return;
  const variables: SectionVariable[] = [];
  for (const { name, type, offset, size } of assembly.maps.values()) {
    variables.push({ type: builder.add({ kind: 'var', name, type, linkage: 'global' }), offset, size });
  }
  builder.add({ kind: 'datasec', name: '.maps', size: assembly.findSection('.maps')?.size ?? 0, variables });
}

function describeVariables(assembly: Assembly, section: SectionBuilder, labels: readonly AssemblySymbol[]): void {
  const { builder } = assembly.types;
  const variables: SectionVariable[] = [];
  let end = 0;
  for (const label of labels) {
    // Two labels at one place would overlap, which BTF does not allow.
    if (label.size === 0 || label.value < end || !IDENTIFIER.test(label.name)) continue;
    const linkage = label.local ? 'static' : 'global';
    const type = builder.add({ kind: 'var', name: label.name, type: typeOfSize(assembly, label.size), linkage });
    variables.push({ type, offset: label.value, size: label.size });
    end = label.value + label.size;
  }
  if (variables.length > 0) builder.add({ kind: 'datasec', name: section.name, size: section.size, variables });
}

/** An integer of this size where there is one, else bytes. */
function typeOfSize({ types }: Assembly, size: number): TypeId {
  const name = size === 1 || size === 2 || size === 4 || size === 8 ? `__u${size * 8}` : undefined;
  const byte = types.named('__u8') ?? 0;
  return (name === undefined ? undefined : types.named(name)) ?? types.array(byte, size);
}

/**
 * Programs are global and take their context; what stands in .text is static, so that the kernel checks it where it is
 * called and asks for no argument types.
 */
function describeFunction(assembly: Assembly, section: SectionBuilder, label: AssemblySymbol): BtfExtFunction {
  const { types } = assembly;
  const isProgram = section.name !== '.text';
  const type = isProgram ? types.programPrototype('ctx') : types.voidPrototype();
  const linkage = isProgram ? 'global' : 'static';
  return { offset: label.value, type: types.builder.add({ kind: 'func', name: label.name, type, linkage }) };
}

function describeLines(assembly: Assembly, section: SectionBuilder): BtfExtLine[] {
  const file = assembly.file ?? 'assembly.s';
  return section.lines.map(({ offset, token, text }) => {
    // BTF strings end at a zero byte.
    return { offset, file, text: text.replaceAll('\0', ' ').trim(), line: token.line, column: token.start + 1 };
  });
}
