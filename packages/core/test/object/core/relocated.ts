import { SkepError } from '../../../src/base/errors.ts';
import type { Btf } from '../../../src/btf/reader.ts';
import { applyCoreRelocations } from '../../../src/object/apply-core-relocations.ts';
import type { CollectionSpec } from '../../../src/object/collection-spec.ts';

/** Programs of an object once relocated, by name: instructions in hex digits, or the code of the error. */
export function relocatedPrograms(spec: CollectionSpec, targets: readonly Btf[]): Map<string, string> {
  const programs = [...spec.programs.values()];
  return new Map(
    programs.map((program) => {
      try {
        if (spec.btf === undefined) throw new Error(`${spec.file} has no BTF`);
        return [program.name, Buffer.from(applyCoreRelocations(program, spec.btf, targets).code).toString('hex')];
      } catch (error) {
        if (!(error instanceof SkepError)) throw error;
        return [program.name, `${error.code}: ${error.message}: ${error.reason}`];
      }
    }),
  );
}
