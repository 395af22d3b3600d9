import { readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';
import { SkepError } from '@skep/core/base';
import type { Host } from '@skep/core/host';
import type { Finding } from './finding.ts';

/** What the Linux kernel of this machine offers to this process, and what stands in the way; nothing on other systems. */
export async function examineLinux(): Promise<Finding[]> {
  if (process.platform !== 'linux') return [];
  const opened = await openKernel();
  const host = 'host' in opened ? opened.host : undefined;
  try {
    return [
      systemCalls(opened),
      ...(host === undefined ? [] : [bpfCall(host), configuration(host)]),
      jit(),
      capabilities(),
      btf(),
      mounted('bpf file system', 'bpf', 'pins need it: mount -t bpf bpf /sys/fs/bpf'),
      mounted('tracefs', 'tracefs', 'tracepoints need it: mount -t tracefs tracefs /sys/kernel/tracing'),
      mounted('cgroup2', 'cgroup2', 'cgroup programs need it: mount -t cgroup2 none /sys/fs/cgroup'),
      lockdown(),
      lockedMemory(),
    ];
  } finally {
    host?.dispose();
  }
}

type Opened = { readonly host: Host } | { readonly error: string };

async function openKernel(): Promise<Opened> {
  try {
    const { kernel } = await import('@skep/kernel');
    return { host: kernel() };
  } catch (error) {
    if (error instanceof SkepError) return { error: `${error.message}${error.reason ? `: ${error.reason}` : ''}` };
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function systemCalls(opened: Opened): Finding {
  return {
    name: 'koffi',
    ok: 'host' in opened,
    needed: false,
    found: 'host' in opened ? 'loaded, system calls work' : opened.error,
    gives: '--kernel needs it: npm install koffi, on this machine',
  };
}

/** Every kernel with bpf(2) has arrays: what stands against one stands against all. */
function bpfCall(host: Host): Finding {
  const answer = host.probe({ kind: 'map-type', name: 'array' });
  const sysctl = attempt('/proc/sys/kernel/unprivileged_bpf_disabled');
  const setting = sysctl === undefined ? '' : ` (unprivileged_bpf_disabled is ${sysctl})`;
  return {
    name: 'bpf(2)',
    ok: answer.supported,
    needed: false,
    found: answer.supported ? `permitted${setting}` : `${answer.reason}${setting}`,
    gives: 'not needed for the VM; --kernel needs root, or CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON',
  };
}

/** Options of the kernel without which kinds of programs are missing. */
const wanted = [
  'CONFIG_BPF_SYSCALL',
  'CONFIG_BPF_JIT',
  'CONFIG_DEBUG_INFO_BTF',
  'CONFIG_BPF_EVENTS',
  'CONFIG_KPROBE_EVENTS',
  'CONFIG_UPROBE_EVENTS',
  'CONFIG_FTRACE_SYSCALLS',
  'CONFIG_FPROBE',
  'CONFIG_BPF_LSM',
  'CONFIG_CGROUP_BPF',
  'CONFIG_NET_CLS_BPF',
  'CONFIG_NETFILTER_BPF_LINK',
  'CONFIG_BPF_STREAM_PARSER',
] as const;

function configuration(host: Host): Finding {
  const missing = wanted.filter((name) => host.kernelConfig?.(name) === undefined);
  const hidden = missing.length === wanted.length;
  return {
    name: 'kernel configuration',
    ok: missing.length === 0,
    needed: false,
    found: hidden
      ? 'not shown'
      : missing.length === 0
        ? `has all ${wanted.length} of BPF`
        : `without ${missing.join(', ')}`,
    gives: hidden
      ? 'a kernel with CONFIG_IKCONFIG_PROC shows it, or a file /boot/config-RELEASE'
      : 'programs that need these cannot be attached: skep feature probe shows which; use another kernel',
  };
}

function jit(): Finding {
  const value = attempt('/proc/sys/net/core/bpf_jit_enable');
  return {
    name: 'JIT of the kernel',
    ok: value !== '0',
    needed: false,
    found:
      value === undefined ? 'its setting cannot be read' : value === '0' ? 'off' : `on (bpf_jit_enable is ${value})`,
    gives: 'programs run several times faster with it: sysctl net.core.bpf_jit_enable=1',
  };
}

/** Bits of capabilities(7). */
const capabilityBits = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n, CAP_PERFMON: 38n, CAP_BPF: 39n } as const;

function capabilities(): Finding {
  const set = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(attempt('/proc/self/status') ?? '')?.[1] ?? '0'}`);
  const has = (bit: bigint) => ((set >> bit) & 1n) === 1n;
  const held = Object.entries(capabilityBits).flatMap(([name, bit]) => (has(bit) ? [name] : []));
  const { CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF } = capabilityBits;
  return {
    name: 'capabilities',
    ok: has(CAP_NET_ADMIN) && (has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON))),
    needed: false,
    found: `user ${process.geteuid?.() ?? '?'}, ${held.length === 0 ? 'none of those for BPF' : held.join(', ')}`,
    gives: 'not needed for the VM; --kernel: run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON',
  };
}

function btf(): Finding {
  const path = '/sys/kernel/btf/vmlinux';
  const base = {
    name: 'kernel BTF',
    needed: false,
    gives: 'CO-RE, fentry and LSM need a kernel with CONFIG_DEBUG_INFO_BTF',
  };
  try {
    const { size } = statSync(path);
    const magic = readFileSync(path).subarray(0, 2).toString('hex');
    if (magic !== '9feb' && magic !== 'eb9f') return { ...base, ok: false, found: `${path} is damaged` };
    return { ...base, ok: true, found: `${path}, ${Math.round(size / 1024)} KiB` };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ...base, ok: false, found: missing ? 'not found' : `${path} cannot be read` };
  }
}

function mounted(name: string, type: string, gives: string): Finding {
  const mounts = (attempt('/proc/self/mounts') ?? '').split('\n').map((line) => line.split(' '));
  const paths = mounts.filter(([, , found]) => found === type).map(([, path]) => path);
  const [path] = paths;
  return { name, ok: path !== undefined, needed: false, found: path ?? 'not mounted', gives };
}

/** kernel_lockdown(7): `confidentiality` keeps programs from reading the kernel's memory. */
function lockdown(): Finding {
  const mode = /\[(\w+)\]/.exec(attempt('/sys/kernel/security/lockdown') ?? '')?.[1] ?? 'none';
  return {
    name: 'no lockdown',
    ok: mode !== 'confidentiality',
    needed: false,
    found: `lockdown is ${mode}`,
    gives: 'tracing programs are refused: boot without lockdown=confidentiality',
  };
}

/** Before Linux 5.11 maps and programs counted as locked memory. */
function lockedMemory(): Finding {
  const limit = /^Max locked memory\s+(\S+)/m.exec(attempt('/proc/self/limits') ?? '')?.[1] ?? 'unknown';
  const [major = 0, minor = 0] = release().split(/[.-]/).map(Number);
  const counted = major < 5 || (major === 5 && minor < 11);
  const size = /^\d+$/.test(limit) ? `${Math.round(Number(limit) / 1024)} KiB` : limit;
  return {
    name: 'locked memory',
    ok: !counted || limit === 'unlimited',
    needed: false,
    found: `limit ${size}${counted ? '' : '; this kernel does not count maps in it'}`,
    gives: 'large maps need more: ulimit -l unlimited',
  };
}

/** The text of a file; undefined where it cannot be read. */
function attempt(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}
