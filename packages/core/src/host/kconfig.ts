import { SkepError } from '../base/errors.ts';
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
  const number = typeof value === 'string' ? tristate.get(value) : undefined;
  if (number !== undefined) return littleEndian(number, size);
  if (typeof value === 'number' || typeof value === 'bigint') return littleEndian(value, size);
  const codec = spec.btf === undefined || type === undefined ? hexCodec(size) : typeCodec(spec.btf, type, size);
  return codec.encode(value);
}
