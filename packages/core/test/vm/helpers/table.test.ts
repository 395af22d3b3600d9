import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KernelOracle } from '../../../../../test/oracle/kernel.ts';
import { attachTypes } from '../../../src/abi/attach-types.gen.ts';
import { helpers } from '../../../src/abi/helpers.gen.ts';
import type { ProgramType } from '../../../src/abi/program-types.gen.ts';
import { helperTable } from '../../../src/vm/helpers/index.ts';
import { needsBpf } from '../../support/needs.ts';
import { assembleProgram } from './programs.ts';

const types = ['xdp', 'sched_cls', 'socket_filter', 'cgroup_skb', 'cgroup_sock_addr', 'sk_lookup'] as const;

/** Attach types of those that are not loaded without one. */
const attached: Partial<Record<ProgramType, number>> = {
  cgroup_sock_addr: attachTypes.cgroup_inet4_connect,
  sk_lookup: attachTypes.sk_lookup,
};

/** Helpers that a user of the VM may count on. */
const promised = `map_lookup_elem map_update_elem map_delete_elem map_push_elem map_pop_elem map_peek_elem
  map_lookup_percpu_elem tail_call ktime_get_ns ktime_get_boot_ns ktime_get_coarse_ns ktime_get_tai_ns jiffies64
  get_prandom_u32 get_smp_processor_id trace_printk xdp_adjust_head xdp_adjust_tail xdp_adjust_meta xdp_load_bytes
  xdp_store_bytes skb_load_bytes skb_store_bytes skb_load_bytes_relative skb_change_head skb_change_tail skb_vlan_push
  skb_vlan_pop l3_csum_replace l4_csum_replace csum_diff redirect redirect_map ringbuf_output ringbuf_reserve
  ringbuf_submit ringbuf_discard ringbuf_query perf_event_output loop for_each_map_elem strncmp snprintf`.split(/\s+/);

describe('the table of helpers', () => {
  test.each(promised)('has %s', (name) => {
    expect([...helperTable.values()].map((definition) => definition.name)).toContain(name);
  });

  test('has each helper once, under its number', () => {
    for (const [id, definition] of helperTable) {
      expect(definition.id).toBe(id);
      expect(helpers[definition.name]).toBe(id);
    }
    expect(new Set([...helperTable.values()].map(({ name }) => name)).size).toBe(helperTable.size);
  });
});

const bpf = needsBpf('gcc');

bpf.describe('who may call a helper', () => {
  let kernel: KernelOracle;
  beforeAll(async () => {
    kernel = await KernelOracle.start();
  });
  afterAll(() => kernel.stop());

  /** What the verifier says about a bare call, which it refuses for one reason or another. */
  async function answer(type: ProgramType, id: number, license: string): Promise<string> {
    const { code } = assembleProgram(`call ${id}\nr0 = 0\nexit`);
    const program = await kernel.load({ type, code, license, attachType: attached[type] ?? 0 });
    if ('errno' in program) return program.log;
    await kernel.close(program);
    return '';
  }

  for (const { id, name, programTypes, gplOnly } of helperTable.values()) {
    bpf.test(`${name} as in the kernel`, async () => {
      const logs = await Promise.all(types.map((type) => answer(type, id, 'GPL')));
      const allowed = types.filter((_, at) => !/cannot use helper|unknown func/.test(logs[at] ?? ''));
      expect(allowed).toEqual(types.filter((type) => programTypes.includes(type)));
      const unlicensed = await answer(programTypes[0] ?? 'xdp', id, 'Proprietary');
      expect(unlicensed.includes('GPL')).toBe(gplOnly);
    });
  }
});
