import { readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import { Btf } from '@skep/core/btf';

/** Where the kernel shows its types (Linux 5.4). */
export const VMLINUX = '/sys/kernel/btf/vmlinux';

let known: Btf | undefined;

/**
 * The types of the running kernel, read when first needed.
 * @throws SKEP_NOT_SUPPORTED where the kernel has no BTF, SKEP_BAD_BTF.
 */
export function vmlinux(): Btf {
  known ??= Btf.parse(readTypes());
  return known;
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
