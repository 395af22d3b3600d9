import { SkepError } from '@skep/core/base';
import { collectionFromElf } from '@skep/core/object';
import { assembleElf } from '@skep/core/object/assembly';
import { describe, expect, test } from 'vitest';
import { planAttach } from '../src/run/attach-plan.ts';
import type { AttachFlags } from '../src/settings/run-flags.ts';

/** A file with a program in each section, `p0`, `p1`, ... */
function fileWith(sections: readonly string[]) {
  const text = sections.map((section, index) => `.section "${section}"\n.globl p${index}\np${index}: r0 = 0; exit\n`);
  return collectionFromElf(assembleElf(text.join('')), { file: 'test.s' });
}

function plan(sections: readonly string[], flags: Partial<AttachFlags>): string[] {
  const { attachments, left } = planAttach(fileWith(sections), { cpus: 1, rows: 20, kernel: true, ...flags });
  return [...attachments.map(({ program, where }) => `${program.name} ${where}`), ...left.map((line) => `- ${line}`)];
}

function refusal(sections: readonly string[], flags: Partial<AttachFlags>): SkepError {
  try {
    plan(sections, flags);
  } catch (error) {
    if (error instanceof SkepError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('programs and their places', () => {
  test.each<[string[], Partial<AttachFlags>, string[]]>([
    [['xdp'], { iface: 'eth0' }, ['p0 interface eth0']],
    [['xdp'], { iface: 'eth0', mode: 'generic' }, ['p0 interface eth0, generic']],
    [['tc'], { iface: 'eth0' }, ['p0 interface eth0, ingress']],
    [['tc'], { iface: 'eth0', direction: 'egress' }, ['p0 interface eth0, egress']],
    [['tc/ingress', 'tc/egress'], { iface: 'a' }, ['p0 interface a, ingress', 'p1 interface a, egress']],
    [['xdp', 'tc/egress'], { iface: 'a' }, ['p0 interface a', 'p1 interface a, egress']],
    [['xdp', 'xdp'], { iface: 'a', prog: 'p1' }, ['p1 interface a']],
    [['cgroup/connect4'], { cgroup: '/c' }, ['p0 cgroup /c']],
    [['cgroup_skb/egress'], { cgroup: '/c' }, ['p0 cgroup /c, egress']],
    [['cgroup/skb'], { cgroup: '/c', direction: 'ingress' }, ['p0 cgroup /c, ingress']],
    [['sk_lookup'], { netns: '/n' }, ['p0 network namespace /n']],
    [['netfilter'], { hook: { family: 'ipv4', hook: 'input' } }, ['p0 hook ipv4/input']],
    [['tracepoint/sched/sched_switch'], {}, ['p0 tracepoint/sched/sched_switch']],
    [['uprobe//bin/sh:main'], { pid: 5 }, ['p0 uprobe//bin/sh:main']],
    [['perf_event'], { pid: 5 }, ['p0 samples of cpu-clock, 1 ms, thread 5']],
    [['raw_tp/sched_switch', 'xdp'], {}, ['p0 raw_tp/sched_switch', '- p1 (xdp): give --iface NAME']],
    [['?kprobe/do_exit', 'raw_tp/sched_switch'], {}, ['p1 raw_tp/sched_switch']],
    [['?kprobe/do_exit'], { prog: 'p0' }, ['p0 kprobe/do_exit']],
  ])('%j with %j', (sections, flags, expected) => {
    expect(plan(sections, flags)).toEqual(expected);
  });
});

describe('refusals', () => {
  test.each<[string[], Partial<AttachFlags>, string, RegExp]>([
    [['xdp'], {}, 'SKEP_USAGE', /give --iface NAME, or a capture to run it over: --pcap FILE/],
    [['cgroup/connect4'], {}, 'SKEP_USAGE', /give --cgroup PATH/],
    [['cgroup/skb'], { cgroup: '/c' }, 'SKEP_USAGE', /give --direction ingress or --direction egress/],
    [['sk_lookup'], {}, 'SKEP_USAGE', /give --netns PATH/],
    [['netfilter'], {}, 'SKEP_USAGE', /give --hook FAMILY\/HOOK/],
    [['tracepoint'], {}, 'SKEP_NOT_SUPPORTED', /SEC\("tracepoint\/\.\.\."\)/],
    [['socket'], {}, 'SKEP_NOT_SUPPORTED', /run it over a capture/],
    [['xdp/devmap'], { iface: 'a' }, 'SKEP_NOT_SUPPORTED', /devmap/],
    [['syscall'], {}, 'SKEP_NOT_SUPPORTED', /no place/],
    [['xdp', 'xdp'], { iface: 'a' }, 'SKEP_USAGE', /choose one: --prog p0/],
    [['?xdp'], { iface: 'a' }, 'SKEP_USAGE', /choose one: --prog p0/],
    [['xdp'], { iface: 'a', prog: 'nope' }, 'SKEP_NO_SUCH_NAME', /p0/],
    [['xdp'], { iface: 'a', cgroup: '/c' }, 'SKEP_USAGE', /leave out --cgroup/],
    [['tc/egress'], { iface: 'a', direction: 'ingress' }, 'SKEP_USAGE', /leave out --direction/],
    [['raw_tp/sched_switch'], { iface: 'a' }, 'SKEP_USAGE', /leave out --iface/],
    [['tc'], { iface: 'a', mode: 'native' }, 'SKEP_USAGE', /leave out --mode/],
  ])('%j with %j: %s', (sections, flags, code, remedy) => {
    const error = refusal(sections, flags);
    expect(error.code).toBe(code);
    expect(error.remedy).toMatch(remedy);
  });
});
