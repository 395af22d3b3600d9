import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { helperTable } from '../../../src/vm/helpers/index.ts';

const types = ['xdp', 'sched_cls', 'socket_filter', 'cgroup_skb', 'cgroup_sock_addr', 'sk_lookup'] as const;

function table(): string {
  const rows = [...helperTable.values()]
    .sort((a, b) => a.id - b.id)
    .map(({ id, name, programTypes, gplOnly }) => {
      const marks = types.map((type) => (programTypes.includes(type) ? 'yes' : ''));
      return `| ${[id, `\`${name}\``, ...marks, gplOnly ? 'GPL' : ''].join(' | ')} |`;
    });
  return [
    `| number | helper | ${types.join(' | ')} | licence |`,
    `|---|---|${'---|'.repeat(types.length)}---|`,
    ...rows,
  ].join('\n');
}

const text = `# Helper functions of the VM

Which of the kernel's helper functions the VM has, and which program types may call them: as in Linux 6.18. A program
that calls another one is refused when it is loaded, with the helper's name. \`GPL\`: only for programs that state a
licence compatible with the GPL.

${table()}

## Where the VM differs from a kernel

- **Time**: there is one clock, which stands still during a run. \`jiffies64\` counts in steps of 4 ms.
- **Random numbers** and **flow hashes** are the same for the same seed and packet.
- **Redirects** are recorded, not carried out: there are no interfaces. \`redirect_map\` works on devmap, devmap_hash and
  cpumap; an xskmap stays empty, because there are no sockets.
- **Sockets, control groups, routes**: there are none. Lookups find nothing (a null pointer), cookies and class ids are 0.
- **Packets** are in one piece, without fragments, GSO or a checksum computed by hardware: \`skb_pull_data\` only checks the
  length, \`csum_update\` gives ENOTSUPP. \`__sk_buff.sk\` is null.
- **VLAN tags** of a captured frame are in the packet, as in the kernel's test runs. A tag that \`skb_vlan_push\` adds
  stands in \`vlan_tci\` and \`vlan_proto\`; it is in the frame that the run gives back.
- **Format strings** of \`snprintf\` are checked when it is called (EINVAL), not when the program is loaded. \`%p\` prints the
  address, \`%pB\`, \`%ps\` and \`%pS\` print it in place of a symbol.
- **perf_event_output**: the buffers of all CPUs are open from the start.
- What the kernel's verifier refuses at load, such as a map of the wrong type for a helper, is a fault when it happens.

## Test runs

A run may mirror the kernel's \`BPF_PROG_TEST_RUN\`: XDP takes 14 to 3520 bytes, the others 14 to 3712 with their IP header
whole; unicast packets are for another host; a socket filter starts behind the Ethernet header (otherwise it sees the
frame, as on a packet socket), as \`cgroup_skb\` always does; the packet comes back as the kernel copies it out, with XDP metadata and without pushed
tags.
`;

test('docs/helpers.md tells the helpers as they are', async () => {
  await expect(text).toMatchFileSnapshot(resolve(import.meta.dirname, '../../../../../docs/helpers.md'));
});
