import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { SkepError } from '@skep/core/base';

/** Debian installs some tools where an unprivileged PATH does not look. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** Tools the rig needs, and the Debian package that has each. */
const packageOf = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'apt-get': 'apt',
  'apt-cache': 'apt',
  'dpkg-deb': 'dpkg',
  busybox: 'busybox-static',
  xz: 'xz-utils',
  ldd: 'libc-bin',
  strip: 'binutils',
  ip: 'iproute2',
  tc: 'iproute2',
  bpftool: 'bpftool',
  perl: 'perl-base',
} as const;

/** A tool the rig needs. */
export type Tool = keyof typeof packageOf;

function find(tool: Tool): string | undefined {
  return folders.map((folder) => join(folder, tool)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian packages that this machine lacks, or why the rig cannot run here at all; empty where it can. */
export function missingPackages(): string[] {
  if (process.platform !== 'linux' || process.arch !== 'x64') return ['Linux on x86-64'];
  const tools = Object.keys(packageOf) as Tool[];
  return [...new Set(tools.filter((tool) => find(tool) === undefined).map((tool) => packageOf[tool]))];
}

/** Path of a tool. @throws SKEP_NO_TOOL with the Debian package that has it. */
export function toolPath(tool: Tool): string {
  const path = find(tool);
  if (path !== undefined) return path;
  throw new SkepError('SKEP_NO_TOOL', `${tool} is not installed`, {
    remedy: `install the Debian package ${packageOf[tool]}`,
  });
}

/**
 * Runs a tool to its end and gives what it printed, as bytes.
 * @throws SKEP_NO_TOOL, or an Error with the command and what it said where it fails.
 */
export async function run(tool: Tool, args: readonly string[], options: { readonly cwd?: string } = {}) {
  const command = toolPath(tool);
  const environment = { ...process.env, LC_ALL: 'C' };
  const settings = { ...options, env: environment, encoding: 'buffer', maxBuffer: 2 ** 30 } as const;
  try {
    return (await promisify(execFile)(command, args, settings)).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`${tool} failed: ${said}`, { cause: error });
  }
}
