import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { attachTypes } from '../../src/abi/attach-types.gen.ts';
import { programTypes } from '../../src/abi/program-types.gen.ts';
import { programFlags, sectionDefinition, sectionPatterns } from '../../src/abi/section-names.ts';
import { needs } from '../support/needs.ts';

describe('section names', () => {
  test('are 116, each once', () => {
    expect(sectionPatterns.length).toBe(116);
    expect(new Set(sectionPatterns).size).toBe(116);
  });

  test.each<[section: string, expected: object | undefined]>([
    ['xdp', { type: 'xdp', attachType: 'xdp', flags: 0, legacy: false }],
    ['xdp.frags', { type: 'xdp', attachType: 'xdp', flags: programFlags.BPF_F_XDP_HAS_FRAGS }],
    ['xdp/devmap', { type: 'xdp', attachType: 'xdp_devmap' }],
    ['xdp.frags/cpumap', { type: 'xdp', attachType: 'xdp_cpumap', flags: programFlags.BPF_F_XDP_HAS_FRAGS }],
    ['?xdp', { type: 'xdp', legacy: false }],
    ['tc', { type: 'sched_cls', legacy: false }],
    ['tcx/egress', { type: 'sched_cls', attachType: 'tcx_egress' }],
    ['netkit/peer', { type: 'sched_cls', attachType: 'netkit_peer' }],
    ['action', { type: 'sched_act' }],
    ['socket', { type: 'socket_filter' }],
    ['kprobe', { type: 'kprobe', pattern: 'kprobe+' }],
    ['kprobe/do_exit+8', { type: 'kprobe', target: 'do_exit+8' }],
    ['kprobe.session/tcp_*', { type: 'kprobe', attachType: 'trace_kprobe_session', target: 'tcp_*' }],
    ['uprobe.s/libc.so.6:malloc', { type: 'kprobe', flags: programFlags.BPF_F_SLEEPABLE, target: 'libc.so.6:malloc' }],
    ['uprobe//bin/bash:readline', { type: 'kprobe', target: '/bin/bash:readline' }],
    ['usdt/x:y:z', { type: 'kprobe', target: 'x:y:z' }],
    ['tracepoint/syscalls/sys_enter_openat', { type: 'tracepoint', target: 'syscalls/sys_enter_openat' }],
    ['tp/sched/sched_switch', { type: 'tracepoint', target: 'sched/sched_switch' }],
    ['raw_tp.w/x', { type: 'raw_tracepoint_writable', target: 'x' }],
    ['fentry.s/do_unlinkat', { type: 'tracing', attachType: 'trace_fentry', flags: 16, target: 'do_unlinkat' }],
    ['lsm.s/file_open', { type: 'lsm', attachType: 'lsm_mac', flags: 16, target: 'file_open' }],
    ['iter/task', { type: 'tracing', attachType: 'trace_iter', target: 'task' }],
    ['struct_ops/init', { type: 'struct_ops', target: 'init' }],
    ['cgroup/connect_unix', { type: 'cgroup_sock_addr', attachType: 'cgroup_unix_connect' }],
    ['sk_skb/verdict', { type: 'sk_skb', attachType: 'sk_skb_verdict' }],
    ['xdp_prog', { type: 'xdp', attachType: 'xdp', legacy: true }],
    ['xdp_devmap/egress', { type: 'xdp', attachType: 'xdp_devmap', legacy: true }],
    ['socket1', { type: 'socket_filter', legacy: true }],
    ['classifier/ingress', { type: 'sched_cls', legacy: true }],
    ['cgroup/skb1', { type: 'cgroup_skb', legacy: true }],
    ['.text', undefined],
    ['license', undefined],
    ['kprobes/x', undefined],
    ['', undefined],
    ['?', undefined],
    ['__proto__', undefined],
  ])('%s', (section, expected) => {
    const definition = sectionDefinition(section);
    if (expected === undefined) expect(definition).toBe(undefined);
    else expect(definition).toMatchObject(expected);
  });
});

/** Prints type and attach type for each argument as libbpf sees it, or `-`. */
const asker = `
#include <bpf/libbpf.h>
#include <stdio.h>
static int quiet(enum libbpf_print_level level, const char *format, va_list list) { return 0; }
int main(int argc, char **argv) {
  libbpf_set_print(quiet);
  for (int i = 1; i < argc; i++) {
    enum bpf_prog_type type; enum bpf_attach_type attach;
    if (libbpf_prog_type_by_name(argv[i], &type, &attach) < 0) printf("%s - -\\n", argv[i]);
    else printf("%s %d %d\\n", argv[i], type, attach);
  }
}`;

needs('gcc').test('libbpf agrees on every name that the installed version knows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skep-sections-'));
  try {
    writeFileSync(join(folder, 'asker.c'), asker);
    const program = join(folder, 'asker');
    execFileSync('gcc', [join(folder, 'asker.c'), '-o', program, '-lbpf']);
    const names = sectionPatterns.flatMap((pattern) => {
      const name = pattern.replace(/\+$/, '');
      return name === pattern ? [name, `${name}/x`] : [name, `${name}/x`, `${name}x`];
    });
    const answers = execFileSync(program, names, { encoding: 'utf8' }).trim().split('\n');
    const known = answers.map((line) => line.split(' ')).filter(([, type]) => type !== '-');
    // Version 1.1, the oldest that CI has, knows 90 of the 116 patterns.
    expect(known.length).toBeGreaterThan(85);
    for (const [name = '', type, attach] of known) {
      const own = sectionDefinition(name);
      const found =
        own === undefined || own.legacy
          ? [name]
          : [name, programTypes[own.type], own.attachType ? attachTypes[own.attachType] : 0];
      expect(found).toEqual([name, Number(type), Number(attach)]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
