import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { loadCollection } from '../../../core/src/host/index.ts';
import { readCollection } from '../../../core/src/object/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { kernel } from '../../../kernel/src/index.ts';
import type { Module } from '../../src/ir/index.ts';
import { emitObject } from '../../src/object/index.ts';
import { compileTypeScript } from '../../src/typescript/index.ts';

const file = '/generated/broken.bpf.ts';
const source = `import { xdp, XDP } from 'skep/bpf';
import { Eth } from 'skep/bpf/net';
export const firewall = xdp((ctx): XDP => {
  const eth = ctx.at(Eth, 0);
  if (!eth) return XDP.PASS;
  return eth.type === 0x0800 ? XDP.DROP : XDP.PASS;
});
`;

/** Asks for fewer bytes of the packet than the program reads: what no program that is accepted does. */
function weaken({ functions }: Module): void {
  for (const block of functions.flatMap(({ blocks }) => blocks)) {
    const { terminator } = block;
    if (terminator?.kind === 'branch' && terminator.condition.kind === 'packet') {
      block.terminator = { ...terminator, condition: { kind: 'packet', size: 1 } };
    }
  }
}

needsBpf().test('what the kernel says of a program that it refuses speaks of lines of TypeScript', async () => {
  const readFile = (path: string) => (path === file ? source : readFromDisk(path));
  const { module } = await compileTypeScript(file, { readFile });
  if (module === undefined) throw new Error('not compiled');
  weaken(module);
  const host = kernel();
  let log = '';
  try {
    loadCollection(readCollection(emitObject(module)), host, { logLevel: 2 });
  } catch (error) {
    log = (error as { log?: string }).log ?? String(error);
  } finally {
    host.dispose();
  }
  expect(log).toContain('; return eth.type === 0x0800 ? XDP.DROP : XDP.PASS; @ broken.bpf.ts:6');
  expect(log).toContain('invalid access to packet');
});

function readFromDisk(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
