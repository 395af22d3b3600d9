import type { Diagnostic } from '../base/diagnostic.ts';
import { atPlace } from '../base/errors.ts';
import { readBtfMaps } from './btf-maps.ts';
import { readObjectBtf } from './btf-section.ts';
import { type CodeSection, splitCode } from './code-section.ts';
import type { CollectionSpec, KconfigSpec, VariableSpec } from './collection-spec.ts';
import { dataMap, kconfigMap, sectionVariables } from './data-maps.ts';
import type { Elf, ElfSection } from './elf.ts';
import { readElf } from './elf-reader.ts';
import { readLegacyMaps } from './legacy-maps.ts';
import type { MapSpec } from './map-spec.ts';
import { badObject, groupSymbols, type ObjectFile, type SectionRole, sectionRole } from './object-file.ts';
import { programFunctions, readPrograms } from './read-programs.ts';
import type { SectionTarget } from './relocate-code.ts';
import { relocationSize } from './relocate-data.ts';
import { withStaticValues } from './static-values.ts';
import { readStructOps, withStructMembers } from './struct-ops.ts';

/** Options of {@link readCollection}. */
export interface ReadOptions {
  /** Name of the file, for messages. */
  readonly file?: string;
}

/**
 * Reads an eBPF object file, as clang, gcc or skep wrote it, into the blueprint of what it holds. The result depends
 * on nothing but the bytes; it refers to them, so they must not change.
 * @throws SKEP_BAD_ELF, SKEP_BAD_BTF, SKEP_BAD_OBJECT with file, section and offset or instruction.
 */
export function readCollection(bytes: Uint8Array, options: ReadOptions = {}): CollectionSpec {
  return atPlace(placeOf(options), () => collectionFromElf(readElf(bytes), options));
}

/**
 * The same from an ELF file that has been read, or that an assembler made.
 * @throws SKEP_BAD_BTF, SKEP_BAD_OBJECT
 */
export function collectionFromElf(elf: Elf, options: ReadOptions = {}): CollectionSpec {
  return atPlace(placeOf(options), () => new CollectionReader(elf).read(options));
}

function placeOf({ file }: ReadOptions): { file?: string } {
  return file === undefined ? {} : { file };
}

class CollectionReader {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #object: ObjectFile;
  readonly #sections: { section: ElfSection; index: number; role: SectionRole }[];
  readonly #maps = new Map<string, MapSpec>();
  readonly #variables = new Map<string, VariableSpec>();
  readonly #targets = new Map<number, SectionTarget>();
  readonly #code: CodeSection[] = [];

  constructor(elf: Elf) {
    const report = (diagnostic: Diagnostic): void => {
      this.#diagnostics.push(diagnostic);
    };
    this.#sections = elf.sections.map((section, index) => ({ section, index, role: sectionRole(section) }));
    this.#object = { elf, symbolsOf: groupSymbols(elf.symbols), report, ...readObjectBtf(elf, report) };
  }

  read({ file }: ReadOptions): CollectionSpec {
    this.#splitCode();
    const entries = programFunctions(this.#code);
    this.#readMaps(new Set(entries.map(({ name }) => name)));
    this.#readData();
    const kconfig = this.#readKconfig();
    const { btf } = this.#object;
    return {
      ...(file === undefined ? {} : { file }),
      programs: withStructMembers(readPrograms(this.#object, entries, this.#targets), this.#maps),
      maps: this.#maps,
      variables: this.#variables,
      kconfig,
      license: this.#license(),
      version: this.#version(),
      ...(btf === undefined ? {} : { btf }),
      diagnostics: this.#diagnostics,
    };
  }

  #withRole(role: SectionRole): { section: ElfSection; index: number }[] {
    return this.#sections.filter((entry) => entry.role === role);
  }

  #splitCode(): void {
    for (const { section, index } of this.#withRole('code')) {
      const code = splitCode(section, index, this.#object.symbolsOf(index));
      this.#code.push(code);
      this.#targets.set(index, { kind: 'code', code });
    }
  }

  #addMap(spec: MapSpec): void {
    if (this.#maps.has(spec.name)) throw badObject(`there are two maps ${spec.name}`, { section: spec.section });
    this.#maps.set(spec.name, spec);
  }

  #readMaps(programNames: ReadonlySet<string>): void {
    for (const { section, index } of this.#withRole('maps')) {
      const maps = readBtfMaps(this.#object, section);
      for (const spec of withStaticValues(this.#object, section, maps, programNames)) this.#addMap(spec);
      this.#targets.set(index, {
        kind: 'maps',
        mapsAt: new Map(maps.map(({ offset, spec }) => [offset, spec.name])),
      });
    }
    for (const { section, index } of this.#withRole('legacy-maps')) {
      const maps = readLegacyMaps(this.#object, section, index);
      for (const { spec } of maps) this.#addMap(spec);
      this.#targets.set(index, {
        kind: 'maps',
        mapsAt: new Map(maps.map(({ offset, spec }) => [offset, spec.name])),
      });
    }
    for (const { section } of this.#withRole('struct_ops')) {
      for (const spec of readStructOps(this.#object, section, programNames)) this.#addMap(spec);
    }
  }

  #readData(): void {
    for (const origin of ['rodata', 'data', 'bss'] as const) {
      for (const { section, index } of this.#withRole(origin)) {
        if (section.size === 0) continue;
        this.#addMap(dataMap(this.#object, section, origin));
        this.#targets.set(index, { kind: 'data', map: section.name });
        for (const variable of sectionVariables(this.#object, section, index, origin === 'rodata')) {
          this.#addVariable(variable);
        }
        this.#warnOfPointers(section);
      }
    }
  }

  /** Static variables of one name may lie in several sections: a global one, or the first, gets it. */
  #addVariable(variable: VariableSpec): void {
    const known = this.#variables.get(variable.name);
    if (known === undefined || (known.linkage === 'static' && variable.linkage === 'global')) {
      this.#variables.set(variable.name, variable);
    }
    if (known === undefined) return;
    this.#object.report({
      severity: 'note',
      message: `there are two variables ${variable.name}: only one of them can be reached by name`,
      place: { section: variable.map },
    });
  }

  /** Addresses in data mean nothing to a kernel: libbpf passes over them as well. */
  #warnOfPointers({ name, relocations }: ElfSection): void {
    const first = relocations.find(({ type }) => relocationSize(type) !== undefined);
    if (first === undefined) return;
    this.#object.report({
      severity: 'warning',
      message: `section ${name} holds addresses of functions or variables: they stay as they are in the file`,
      place: { section: name, offset: first.offset },
    });
  }

  #readKconfig(): readonly KconfigSpec[] {
    const found = kconfigMap(this.#object);
    if (found === undefined) return [];
    this.#addMap(found.map);
    return found.values;
  }

  #license(): string {
    const section = this.#withRole('license')[0]?.section;
    if (section === undefined) return '';
    const end = section.data.indexOf(0);
    return new TextDecoder().decode(section.data.subarray(0, end < 0 ? section.data.length : end));
  }

  #version(): number {
    const section = this.#withRole('version')[0]?.section;
    if (section === undefined) return 0;
    const { data } = section;
    if (data.length !== 4) {
      throw badObject(
        'section version is malformed',
        { section: 'version' },
        {
          reason: `it holds one 32-bit number, and has ${data.length} bytes`,
        },
      );
    }
    return new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
  }
}
