import { SkepError } from '../base/errors.ts';
import type { Btf } from '../btf/reader.ts';
import type { Value } from '../btf/value.ts';
import type { CollectionSpec, KconfigSpec } from '../object/collection-spec.ts';
import { hexCodec, littleEndian, typeCodec } from './codec.ts';
import type { Host } from './host.ts';

/** Version of the kernel whose tables the VM has, as LINUX_KERNEL_VERSION encodes it: 6.18.0. */
const KERNEL_VERSION = (6 << 16) | (18 << 8);

/** Values that every host has; a program may declare them `extern .. __kconfig` like a configuration option. */
const builtin: ReadonlyMap<string, number> = new Map([
  ['LINUX_KERNEL_VERSION', KERNEL_VERSION],
  ['LINUX_HAS_BPF_COOKIE', 1],
  ['LINUX_HAS_SYSCALL_WRAPPER', 1],
]);

/** `enum libbpf_tristate`, as the letters of a kernel configuration. */
const tristate: ReadonlyMap<string, number> = new Map([
  ['n', 0],
  ['y', 1],
  ['m', 2],
]);

/**
 * The bytes of one kernel configuration value: as given, as the host or every host has it, or zero where it
 * is weak.
 * @throws SKEP_BAD_PROGRAM where nobody says what it is.
 */
export function kconfigBytes(
  entry: KconfigSpec,
  spec: CollectionSpec,
  given: Value | undefined,
  host: Host,
): Uint8Array {
  const { name, size, type, weak } = entry;
  const value = given ?? host.kernelConfig?.(name) ?? builtin.get(name);
  if (value === undefined) {
    if (weak) return new Uint8Array(size);
    throw new SkepError('SKEP_BAD_PROGRAM', `the program needs the kernel configuration value ${name}`, {
      ...(spec.file === undefined ? {} : { place: { file: spec.file } }),
      reason:
        host.kernelConfig === undefined
          ? 'a virtual machine has no kernel configuration'
          : "the kernel's configuration does not set it, or cannot be read",
      remedy: `give it: { config: { ${name}: ... } }, or on the command line --set .kconfig ${name}=VALUE`,
    });
  }
  const letter = typeof value === 'string' ? letterValue(value, entry, spec.btf) : undefined;
  if (letter !== undefined) return littleEndian(letter, size);
  if (typeof value === 'number' || typeof value === 'bigint') return littleEndian(value, size);
  const codec = spec.btf === undefined || type === undefined ? hexCodec(size) : typeCodec(spec.btf, type, size);
  return codec.encode(value);
}

/**
 * What a variable holds for an option set to `y`, `m` or `n`: a byte that is no boolean the letter itself, others the
 * number, as libbpf has it. Undefined for other texts, and for arrays, which hold text.
 * @throws SKEP_BAD_VALUE for a boolean that shall be `m`.
 */
function letterValue(value: string, { name, size, type }: KconfigSpec, btf: Btf | undefined): number | undefined {
  const number = tristate.get(value);
  if (number === undefined || btf === undefined || type === undefined) return number;
  const declared = btf.type(btf.strip(type));
  if (declared.kind === 'array') return undefined;
  if (declared.kind !== 'int' || size !== 1) return number;
  if (!declared.bool) return value.charCodeAt(0);
  if (value !== 'm') return number;
  throw new SkepError(
    'SKEP_BAD_VALUE',
    `the kernel configuration value ${name} is m, and the program reads a boolean`,
    {
      reason: 'the option is built as a module',
      remedy: 'declare it `enum libbpf_tristate`',
    },
  );
}
