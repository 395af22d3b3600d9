import { expect } from 'vitest';
import { frame, type HostCase, programOf, withProgram } from './case.ts';

/** A constant, an initialised variable and one that starts as zero; the program adds the first two into the third. */
const adder = `
  .section xdp
add:
  r1 = step ll
  r1 = *(u32 *)(r1 + 0)
  r2 = start ll
  r2 = *(u32 *)(r2 + 0)
  r1 += r2
  r3 = total ll
  r4 = *(u32 *)(r3 + 0)
  r4 += r1
  *(u32 *)(r3 + 0) = r4
  r0 = 2
  exit
  .section .rodata
  .globl step
  .type step, @object
  .size step, 4
step:
  .long 3
  .section .data
  .globl unused
  .type unused, @object
  .size unused, 4
unused:
  .long 77
  .globl start
  .type start, @object
  .size start, 4
start:
  .long 10
  .section .bss
  .globl total
  .type total, @object
  .size total, 4
total:
  .zero 4
`;

function global(collection: Parameters<Parameters<typeof withProgram>[2]>[0], name: string) {
  const handle = collection.globals[name];
  if (handle === undefined) throw new Error(`no variable ${name}`);
  return handle;
}

/** Variables through the handles of a collection: the same on every host. */
export const globalCases: readonly HostCase[] = [
  {
    name: 'variables are shared with the program by name',
    run: (host) =>
      withProgram(host, adder, (collection) => {
        const total = global(collection, 'total');
        programOf(collection, 'add').run(frame());
        expect(total.get()).toBe(13);
        total.set(100);
        global(collection, 'start').set(0);
        programOf(collection, 'add').run(frame());
        expect(total.get()).toBe(103);
      }),
  },
  {
    name: 'config sets constants and variables before the program is loaded',
    run: (host) =>
      withProgram(
        host,
        adder,
        (collection) => {
          programOf(collection, 'add').run(frame());
          expect(global(collection, 'step').get()).toBe(5);
          expect(global(collection, 'total').get()).toBe(6);
          expect(global(collection, 'unused').get()).toBe(77);
        },
        { config: { step: 5, start: 1 } },
      ),
  },
  {
    name: 'a constant cannot be written once it is loaded',
    run: (host) =>
      withProgram(host, adder, (collection) => {
        expect(() => global(collection, 'step').set(1)).toThrow(expect.objectContaining({ code: 'SKEP_MAP_REFUSED' }));
        expect(() => collection.maps['.rodata']?.map.update(new Uint8Array(4), new Uint8Array(4))).toThrow(
          expect.objectContaining({ code: 'SKEP_MAP_REFUSED' }),
        );
      }),
  },
];
