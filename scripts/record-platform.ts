/**
 * Measures kernels into packages/core/src/abi/platform/linux-*.gen.ts: the running one, and Debian's in QEMU.
 *
 *     npm run platform -- [--kernel host,bookworm,backports,sid]
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { PlatformRecord } from '../packages/core/src/abi/platform/record.ts';
import { measurePlatform } from '../packages/kernel/src/index.ts';
import { type KernelName, recordPlatform } from '../packages/rig/src/index.ts';

const { values } = parseArgs({ options: { kernel: { type: 'string', default: 'host,bookworm,backports,sid' } } });

/** A value as source text in the style of the tree; lists of numbers stay on one line. */
function print(value: unknown, indent = ''): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'number')) return `[${value.join(', ')}]`;
  const deeper = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((entry) => `${deeper}${print(entry, deeper)},`)
    : Object.entries(value).map(([key, entry]) => `${deeper}${printKey(key)}: ${print(entry, deeper)},`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

const printKey = (key: string) => (/^\w+$/.test(key) ? key : `'${key}'`);

/** The record as a module. */
function source(record: PlatformRecord): string {
  return `// Measured on Linux ${record.release} by scripts/record-platform.ts. Do not edit.

import type { PlatformRecord } from './record.ts';

/** Linux ${record.version}, as it was measured. */
export const linux_${record.version.replace('.', '_')}: PlatformRecord = ${print(record)};
`;
}

for (const name of values.kernel.split(',')) {
  const from = performance.now();
  const record = name === 'host' ? measurePlatform() : await recordPlatform(name as KernelName);
  const folder = new URL('../packages/core/src/abi/platform/', import.meta.url);
  const file = fileURLToPath(new URL(`linux-${record.version.replace('.', '-')}.gen.ts`, folder));
  writeFileSync(file, source(record));
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  process.stdout.write(`${name}: Linux ${record.release}, ${seconds} s: ${file}\n`);
}
