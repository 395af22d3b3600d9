import { readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import { Btf } from '@skep/core/btf';

/** Where the kernel shows its types (Linux 5.4). */
export const VMLINUX = '/sys/kernel/btf/vmlinux';

/** What to do where the types of a kernel are broken, or newer than what is known here. */
const remedy =
  'check that this skep knows your kernel (skep doctor); for CO-RE relocations kernel({ btf: FILE }) takes the types of the kernel from a file, such as one of its debug package';

let known: Btf | undefined;

/**
 * The types of the running kernel, read when first needed.
 * @throws SKEP_NOT_SUPPORTED where the kernel has no BTF, SKEP_BAD_BTF.
 */
export function vmlinux(): Btf {
  known ??= parseKernelTypes(readTypes(), VMLINUX);
  return known;
}

/** Types of a kernel. @throws SKEP_BAD_BTF that names the file they are from, also where it is found out later. */
export function parseKernelTypes(bytes: Uint8Array, file: string): Btf {
  return Btf.parse(bytes, undefined, { file, remedy });
}

function readTypes(): Uint8Array {
  try {
    return readFileSync(VMLINUX);
  } catch (error) {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'the types of the kernel cannot be read', {
      reason: `${VMLINUX} is not there`,
      remedy:
        'use a kernel built with CONFIG_DEBUG_INFO_BTF; for CO-RE relocations alone, kernel({ btf: FILE }) will do',
      cause: error,
    });
  }
}
