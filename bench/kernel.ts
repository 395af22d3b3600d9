import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, type HostProgram, loadCollection } from '../packages/core/src/host/index.ts';
import { readCollection } from '../packages/core/src/object/index.ts';
import { Bpf } from '../packages/kernel/src/bpf/bpf.ts';
import { KoffiDriver } from '../packages/kernel/src/ffi/koffi.ts';
import { kernel } from '../packages/kernel/src/index.ts';
import type { Bench, Figure } from './figure.ts';
import { inNewProcess, loadFigures } from './kernel/load.ts';
import { lookupFigures } from './kernel/lookup.ts';
import { Peer, Workbench } from './kernel/peer.ts';
import { ringFigures } from './kernel/ring.ts';

const TYPES_ROUNDS = 4;

/** The Linux host against libbpf in C in the same run, in turns; the best of several rounds of each. */
export const bench: Bench = {
  name: 'kernel',
  async run(): Promise<Figure[]> {
    using workbench = new Workbench();
    const events = workbench.compile(join(import.meta.dirname, 'kernel/events.c'), 'events');
    const programs = join(import.meta.dirname, '../packages/kernel/test/xlated/programs');
    const core = workbench.compile(join(programs, 'core-fields.c'), 'core-fields');
    using peer = new Peer(workbench.peer, events);
    const host = kernel();
    const loaded: HostProgram[] = [];
    const collection = loadCollection(readCollection(readFileSync(events)), noting(host, loaded));
    const figures = [
      ...(await lookupFigures(collection, peer)),
      ...(await ringFigures(collection, programId(loaded[0]), peer)),
      ...(await loadFigures(
        [
          { name: 'maps and a program', file: events },
          { name: 'CO-RE', file: core },
        ],
        host,
        workbench.peer,
      )),
      ...typeFigures(),
    ];
    collection.dispose();
    host.dispose();
    return figures;
  },
};

/** The same host; it notes the programs that are loaded. */
function noting(host: Host, loaded: HostProgram[]): Host {
  return {
    name: host.name,
    probe: (feature) => host.probe(feature),
    createMap: (...all) => host.createMap(...all),
    loadProgram(...all) {
      const program = host.loadProgram(...all);
      loaded.push(program);
      return program;
    },
    dispose: () => undefined,
  };
}

/** The kernel's number of a program, by which the peer finds it. */
function programId(program: HostProgram | undefined): number {
  if (program === undefined || !('descriptor' in program)) throw new Error('no program of the kernel');
  const bpf = new Bpf(new KoffiDriver());
  const info = bpf.attr('prog_info');
  const attr = bpf.attr('info', { bpf_fd: Number(program.descriptor), info_len: info.bytes.length, info: info.bytes });
  if (bpf.call('obj_get_info_by_fd', attr) < 0) throw new Error('the kernel tells nothing about the program');
  return info.u32('id');
}

/** The kernel's own types, read in new processes. */
function typeFigures(): Figure[] {
  let first = Infinity;
  let all = Infinity;
  for (let round = 0; round < TYPES_ROUNDS; round += 1) {
    const [one = Infinity, whole = Infinity] = inNewProcess('first-types.ts').trim().split(' ').map(Number);
    first = Math.min(first, one);
    all = Math.min(all, whole);
  }
  const group = 'vmlinux, first in a process';
  return [
    { group, figure: 'a type by name', ours: first, unit: 'ms', target: '<= 20 ms', met: first <= 20 },
    { group, figure: 'all types', ours: all, unit: 'ms', target: '<= 150 ms', met: all <= 150 },
  ];
}
