import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian installs some tools where an unprivileged PATH does not look. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** Path of an installed program, or undefined. */
export function findTool(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

let bpfMissing: string | undefined | null = null;

/**
 * What stands between this machine and bpf(2), or undefined where it works. Asked once with bpftool, because Node has
 * no system call of its own.
 */
export function whyNoBpf(): string | undefined {
  if (bpfMissing === null) bpfMissing = askBpftool();
  return bpfMissing;
}

function askBpftool(): string | undefined {
  if (process.platform !== 'linux') return 'bpf(2): this is not Linux';
  const bpftool = findTool('bpftool');
  if (bpftool === undefined) return 'bpf(2): bpftool is not installed';
  return spawnSync(bpftool, ['prog', 'list']).status === 0 ? undefined : 'bpf(2): it is not permitted here';
}
