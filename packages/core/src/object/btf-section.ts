import type { Report } from '../base/diagnostic.ts';
import { atPlace } from '../base/errors.ts';
import { type BtfExt, parseBtfExt } from '../btf/ext.ts';
import { Btf } from '../btf/reader.ts';
import { dropWhatKernelsRefuse } from './btf-repair.ts';
import { placeVariables } from './datasec.ts';
import type { Elf } from './elf.ts';
import { hideFunctions } from './hidden-functions.ts';
import { relocateData } from './relocate-data.ts';

/** The type information of an object. */
export interface ObjectBtf {
  readonly btf: Btf | undefined;
  readonly ext: BtfExt | undefined;
}

/**
 * Reads .BTF and .BTF.ext. Compilers leave sizes and offsets in DATASEC types for the loader to fill in, and gcc
 * writes types that kernels refuse: both are put right here, so that the result is fit for a kernel.
 * @throws SKEP_BAD_BTF, SKEP_BAD_OBJECT
 */
export function readObjectBtf(elf: Elf, report: Report): ObjectBtf {
  const section = elf.sections.find(({ name }) => name === '.BTF');
  if (section === undefined || section.data.length === 0) return { btf: undefined, ext: undefined };
  const btf = atPlace({ section: '.BTF' }, () => {
    const bytes = new Uint8Array(relocateData(elf, section));
    const asWritten = Btf.parse(bytes);
    placeVariables(bytes, asWritten, elf);
    hideFunctions(bytes, asWritten, elf);
    dropWhatKernelsRefuse(bytes, asWritten, report);
    return Btf.parse(bytes);
  });
  const extension = elf.sections.find(({ name }) => name === '.BTF.ext');
  if (extension === undefined || extension.data.length === 0) return { btf, ext: undefined };
  return { btf, ext: atPlace({ section: '.BTF.ext' }, () => parseBtfExt(relocateData(elf, extension), btf)) };
}
