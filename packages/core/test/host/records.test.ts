import { expect, test } from 'vitest';
import { vm } from '../../src/host/index.ts';
import { frame, mapOf, programOf, withProgram } from './cases/case.ts';

const emit = (map: string, helper: string): string => `
  .license "GPL"
  .struct event { u32 length; __be32 address; }
  .map events, ${map}, value=struct event
  .section xdp
  .globl main
main:
  r2 = 64
  *(u32 *)(r10 - 8) = r2
  r2 = 0x0100000a
  *(u32 *)(r10 - 4) = r2
  ${helper}
  r0 = 2
  exit
`;

test('records of a ring buffer are decoded by the type that its definition names', () => {
  const output = 'r1 = events ll\n r2 = r10\n r2 += -8\n r3 = 8\n r4 = 0\n call bpf_ringbuf_output';
  withProgram(vm(), emit('type=ringbuf, max_entries=4096', output), (collection) => {
    expect(mapOf(collection, 'events').spec).toMatchObject({ keySize: 0, valueSize: 0 });
    programOf(collection, 'main').run(frame());
    expect(mapOf(collection, 'events').drain()).toEqual([{ length: 64, address: '10.0.0.1' }]);
  });
});

test('a perf event array without max_entries gets a buffer for each CPU, and its records their type', () => {
  const output = 'r2 = events ll\n r3 = 0xffffffff ll\n r4 = r10\n r4 += -8\n r5 = 8\n call bpf_perf_event_output';
  withProgram(vm({ cpus: 3 }), emit('type=perf_event_array', output), (collection) => {
    expect(mapOf(collection, 'events').spec).toMatchObject({ keySize: 4, valueSize: 4, maxEntries: 0 });
    programOf(collection, 'main').run(frame(), { cpu: 2 });
    expect(mapOf(collection, 'events').drain()).toMatchObject([{ length: 64, address: '10.0.0.1' }]);
  });
});

test('a map that user space may not read still redirects', () => {
  const text = `
    .map targets, type=devmap, key=u32, value=u32, max_entries=2, flags=BPF_F_WRONLY
    .section xdp
    .globl main
  main:
    r1 = targets ll
    r2 = 1
    r3 = 0
    call bpf_redirect_map
    exit
  `;
  withProgram(vm(), text, (collection) => {
    expect(programOf(collection, 'main').run(frame()).verdict).toBe('XDP_ABORTED');
    mapOf(collection, 'targets').map.update(Uint8Array.of(1, 0, 0, 0), Uint8Array.of(7, 0, 0, 0));
    expect(programOf(collection, 'main').run(frame()).redirect).toMatchObject({ kind: 'map', map: 'targets', key: 1 });
  });
});
