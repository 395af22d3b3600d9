import { expect, test } from 'vitest';
import { type Collection, loadCollection, vm } from '../../src/host/index.ts';
import { assembleElf } from '../../src/object/assembly/index.ts';
import { collectionFromElf } from '../../src/object/index.ts';

const text = (verdict: number) => `  .section xdp
  .globl main
main:
  r0 = ${verdict}
  exit
  .section tc
  .globl other
other:
  r0 = 0
  exit
`;

const host = vm();
const load = (verdict: number): Collection =>
  loadCollection(collectionFromElf(assembleElf(text(verdict), { file: 'link.s' })), host);

const programOf = (collection: Collection, name: string) => {
  const program = collection.programs[name];
  if (program === undefined) throw new Error(`no program ${name}`);
  return program;
};

test('a link of the VM takes another program, tells what it is, and is detached', () => {
  using pass = load(2);
  using drop = load(1);
  const link = programOf(pass, 'main').attach('eth0');
  expect(link.info()).toMatchObject({ id: link.id, type: 'xdp' });
  const first = link.info().programId;
  link.update(programOf(drop, 'main'));
  expect(link.info().programId).not.toBe(first);
  expect(() => link.update(programOf(drop, 'other'))).toThrow(expect.objectContaining({ code: 'SKEP_NOT_SUPPORTED' }));
  expect(() => programOf(pass, 'main').attach('eth0')).toThrow(expect.objectContaining({ code: 'SKEP_BUSY' }));
  link.detach();
  link.detach();
  expect(() => link.update(programOf(pass, 'main'))).toThrow(expect.objectContaining({ code: 'SKEP_USAGE' }));
  using _again = programOf(pass, 'main').attach('eth0');
});
