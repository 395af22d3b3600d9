import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';

let options: ReadonlyMap<string, string> | undefined;

/**
 * A value that programs declare `extern .. __kconfig`: LINUX_KERNEL_VERSION, and options of the kernel's configuration
 * as /proc/config.gz or /boot/config-RELEASE has them (`y`, `m`, a number, a text). Undefined where it is not set.
 */
export function kernelConfig(name: string): string | bigint | undefined {
  if (name === 'LINUX_KERNEL_VERSION') return BigInt(kernelVersion(release()));
  if (!name.startsWith('CONFIG_')) return undefined;
  options ??= parseConfig(readConfig());
  const value = options.get(name);
  if (value === undefined) return undefined;
  if (value.startsWith('"')) return value.slice(1, -1).replaceAll(/\\(.)/g, '$1');
  if (/^-\d+$/.test(value)) return -BigInt(value.slice(1));
  return /^(\d+|0x[0-9a-f]+)$/i.test(value) ? BigInt(value) : value;
}

/** `6.1.90-2-amd64` as KERNEL_VERSION encodes it: a byte for each number, at most 255 for the last. */
export function kernelVersion(text: string): number {
  const [major = 0, minor = 0, patch = 0] = (/^\d+(\.\d+){0,2}/.exec(text)?.[0] ?? '').split('.').map(Number);
  return (major << 16) | (minor << 8) | Math.min(patch, 255);
}

/** Lines `CONFIG_NAME=value`; what is not set is a comment. */
export function parseConfig(text: string): Map<string, string> {
  const lines = text.matchAll(/^(CONFIG_\w+)=(.*)$/gm);
  return new Map([...lines].map(([, name = '', value = '']) => [name, value]));
}

/** The configuration as text; empty where the kernel does not show it. */
function readConfig(): string {
  return (
    attempt(() => gunzipSync(readFileSync('/proc/config.gz')).toString('latin1')) ??
    attempt(() => readFileSync(`/boot/config-${release()}`, 'latin1')) ??
    ''
  );
}

function attempt(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
