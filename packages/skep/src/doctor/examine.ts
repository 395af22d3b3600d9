import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { release } from 'node:os';
import { promisify } from 'node:util';
import { findClang } from '../program/compile-c.ts';
import { findTool } from '../program/tools.ts';

/** One thing that a machine has or lacks. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  /** skep does not run at all without it. */
  readonly needed: boolean;
  /** What is there. */
  readonly found: string;
  /** What it would give, and how to get it. */
  readonly gives: string;
}

/** Looks at the machine: what skep needs, and what more it could do. Nothing is changed. */
export async function examine(): Promise<Finding[]> {
  return Promise.all([
    nodeVersion(),
    webAssembly(),
    clang(),
    tool('gcc-bpf', ['bpf-gcc', 'bpf-unknown-none-gcc'], 'a second compiler for C (Debian: apt install gcc-bpf)'),
    tool('llvm-objdump', ['llvm-objdump', ...llvmVersions('llvm-objdump')], 'objects seen by LLVM (apt install llvm)'),
    tool('bpftool', ['bpftool'], 'programs and maps in the kernel (Debian: apt install bpftool)'),
    kernel(),
    root(),
    bpf(),
    btf(),
  ]);
}

function llvmVersions(name: string): string[] {
  return [22, 21, 20, 19, 18, 17, 16, 15, 14].map((version) => `${name}-${version}`);
}

function nodeVersion(): Finding {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return {
    name: 'Node.js',
    ok: major > 20 || (major === 20 && minor >= 19),
    needed: true,
    found: `version ${node}`,
    gives: 'skep needs 20.19 or newer',
  };
}

function webAssembly(): Finding {
  const base = { name: 'WebAssembly', needed: true, gives: 'the VM keeps all its memory in it' };
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 16384 });
    return { ...base, ok: memory.buffer.byteLength > 0, found: 'linear memory up to 1 GiB' };
  } catch (error) {
    return { ...base, ok: false, found: error instanceof Error ? error.message : String(error) };
  }
}

async function clang(): Promise<Finding> {
  const path = findClang();
  const found = path === undefined ? 'not found' : `${path}, ${await versionOf(path)}`;
  return {
    name: 'clang',
    ok: path !== undefined,
    needed: false,
    found,
    gives: 'skep run FILE.c needs it (Debian: apt install clang)',
  };
}

async function tool(name: string, names: readonly string[], gives: string): Promise<Finding> {
  const path = names.map(findTool).find((found) => found !== undefined);
  const found = path === undefined ? 'not found' : `${path}, ${await versionOf(path)}`;
  return { name, ok: path !== undefined, needed: false, found, gives };
}

/** What a tool says of its version: the first number with a dot in the first lines. */
async function versionOf(path: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 5000 });
    return `version ${/\d+\.\d+[.\d]*/.exec(stdout)?.[0] ?? 'unknown'}`;
  } catch {
    return 'version unknown';
  }
}

function kernel(): Finding {
  const linux = process.platform === 'linux';
  return {
    name: 'Linux',
    ok: linux,
    needed: false,
    found: linux ? `kernel ${release()}` : `this is ${process.platform}`,
    gives: 'the VM runs programs here as well',
  };
}

function root(): Finding {
  const uid = process.geteuid?.();
  return {
    name: 'root',
    ok: uid === 0,
    needed: false,
    found: uid === undefined ? 'there is no such notion here' : `user ${uid}`,
    gives: 'not needed; loading into the kernel needs it, or CAP_BPF',
  };
}

async function bpf(): Promise<Finding> {
  const base = { name: 'bpf(2)', needed: false, gives: 'not needed; tests compare the VM with the kernel through it' };
  if (process.platform !== 'linux') return { ...base, ok: false, found: 'only Linux has it' };
  const bpftool = findTool('bpftool');
  if (bpftool === undefined) return { ...base, ok: false, found: 'cannot be asked without bpftool' };
  try {
    await promisify(execFile)(bpftool, ['prog', 'list'], { timeout: 5000 });
    return { ...base, ok: true, found: 'permitted' };
  } catch {
    const unprivileged = await readFile('/proc/sys/kernel/unprivileged_bpf_disabled', 'utf8').catch(() => 'unknown');
    return { ...base, ok: false, found: `refused (unprivileged_bpf_disabled is ${unprivileged.trim()})` };
  }
}

async function btf(): Promise<Finding> {
  const path = '/sys/kernel/btf/vmlinux';
  const info = await stat(path).catch(() => undefined);
  return {
    name: 'kernel BTF',
    ok: info !== undefined,
    needed: false,
    found: info === undefined ? 'not found' : `${path}, ${Math.round(info.size / 1024)} KiB`,
    gives: 'a kernel with CONFIG_DEBUG_INFO_BTF has it; the VM does not need it',
  };
}
