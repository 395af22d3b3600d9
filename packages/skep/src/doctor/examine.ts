import { execFile } from 'node:child_process';
import { release } from 'node:os';
import { promisify } from 'node:util';
import { findClang } from '../program/compile-c.ts';
import { findTool } from '../program/tools.ts';
import type { Finding } from './finding.ts';
import { findLeftovers, leftoverFinding } from './leftovers.ts';
import { examineLinux } from './linux.ts';

/** Looks at the machine: what skep needs, and what more it could do. Nothing is changed. */
export async function examine(): Promise<Finding[]> {
  const tools = await Promise.all([
    nodeVersion(),
    webAssembly(),
    clang(),
    tool('gcc-bpf', ['bpf-gcc', 'bpf-unknown-none-gcc'], 'a second compiler for C (Debian: apt install gcc-bpf)'),
    tool('llvm-objdump', ['llvm-objdump', ...llvmVersions('llvm-objdump')], 'objects seen by LLVM (apt install llvm)'),
    tool('bpftool', ['bpftool'], 'programs and maps in the kernel (Debian: apt install bpftool)'),
    kernel(),
  ]);
  return [...tools, ...(await examineLinux()), leftoverFinding(await findLeftovers())];
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
