import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, loadCollection } from '../../packages/core/src/host/index.ts';
import { readCollection } from '../../packages/core/src/object/index.ts';
import type { Figure } from '../figure.ts';
import { Peer } from './peer.ts';

const WARM_ROUNDS = 60;
const COLD_ROUNDS = 4;

/** An object to load, by what is special about it. */
export interface Loaded {
  readonly name: string;
  readonly file: string;
}

/** Milliseconds from the file to programs in the kernel and back: again in one process, and first in a new one. */
export async function loadFigures(objects: readonly Loaded[], host: Host, program: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, file } of objects) {
    figures.push(figure(`${name}, again in one process`, await warm(file, host, program)));
    figures.push(figure(`${name}, first in a process`, await cold(file, program)));
  }
  return figures;
}

type Times = readonly [ours: number, peer: number];

function figure(name: string, [ours, peer]: Times): Figure {
  const met = ours <= 2 * peer;
  return {
    ...{ group: 'load', figure: name, ours, peer, peerName: 'libbpf', unit: 'ms' },
    ...{ ratio: peer / ours, target: '<= 2x', met },
  };
}

async function warm(file: string, host: Host, program: string): Promise<Times> {
  using peer = new Peer(program, file);
  let ours = Infinity;
  let theirs = Infinity;
  for (let round = 0; round < WARM_ROUNDS; round += 1) {
    theirs = Math.min(theirs, ((await peer.ask(`load ${file}`))[0] ?? Infinity) / 1000);
    const from = performance.now();
    loadCollection(readCollection(readFileSync(file), { file }), host).dispose();
    ours = Math.min(ours, performance.now() - from);
  }
  return [ours, theirs];
}

async function cold(file: string, program: string): Promise<Times> {
  let ours = Infinity;
  let theirs = Infinity;
  for (let round = 0; round < COLD_ROUNDS; round += 1) {
    using peer = new Peer(program, file);
    theirs = Math.min(theirs, ((await peer.ask(`load ${file}`))[0] ?? Infinity) / 1000);
    ours = Math.min(ours, Number(inNewProcess('first-load.ts', file)));
  }
  return [ours, theirs];
}

/** What a script of this folder prints in a process of its own. */
export function inNewProcess(script: string, ...parameters: readonly string[]): string {
  const options = ['--conditions=source', '--import', 'tsx', join(import.meta.dirname, script)];
  return execFileSync(process.execPath, [...options, ...parameters], { encoding: 'utf8' });
}
