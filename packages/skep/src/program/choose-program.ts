import { SkepError } from '@skep/core/base';
import { findProgram } from '@skep/core/host';
import type { CollectionSpec, ProgramSpec } from '@skep/core/object';

/**
 * The program to work with: the one named, or the only one there is.
 * @throws SKEP_NO_SUCH_NAME, SKEP_USAGE where there are several and none is named.
 */
export function chooseProgram(spec: CollectionSpec, name: string | undefined): ProgramSpec {
  if (name !== undefined) return findProgram(spec, name);
  const [only, ...others] = spec.programs.values();
  const place = spec.file === undefined ? {} : { place: { file: spec.file } };
  if (only === undefined) {
    throw new SkepError('SKEP_BAD_OBJECT', 'the file holds no program', {
      ...place,
      remedy: 'put a function into a section such as SEC("xdp")',
    });
  }
  if (others.length === 0) return only;
  const names = [...spec.programs.keys()];
  throw new SkepError('SKEP_USAGE', `the file holds ${names.length} programs`, {
    ...place,
    reason: `they are: ${names.join(', ')}`,
    remedy: `choose one: --prog ${only.name}`,
  });
}
