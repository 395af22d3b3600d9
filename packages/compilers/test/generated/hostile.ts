import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, loadCollection } from '../../../core/src/host/index.ts';
import { readCollection } from '../../../core/src/object/index.ts';
import type { Diagnostic } from '../../src/typescript/index.ts';
import { build, unmapped } from './compare.ts';
import { generateModule, textOf } from './module.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';

const file = join(import.meta.dirname, 'hostile.bpf.ts');
/** A text that takes longer hangs, as far as a user is concerned. */
const PATIENCE = 5000;

/** What became of hostile texts. */
export interface HostileCounts {
  texts: number;
  objects: number;
  readonly wrong: string[];
}

/** Programs that people wrote: of the tests, and of the examples. */
export function writtenPrograms(): readonly string[] {
  const root = join(import.meta.dirname, '../../../..');
  const folders = [join(import.meta.dirname, '../typescript/programs'), ...foldersIn(join(root, 'examples'))];
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.bpf.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
}

function foldersIn(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(parent, name));
}

/** A text with mistakes, from a seed. */
export function hostileText(seed: number, written: readonly string[]): string {
  const random = new Random(seed);
  const module = generateModule(seed, 1);
  const source = random.chance(60) ? random.any(written) : undefined;
  return mutate(source ?? textOf(module, module.programs), random);
}

/** Every outcome must be an object that loads, or diagnostics with a place in the text. */
export async function checkHostile(
  seed: number,
  written: readonly string[],
  kernel: Host | undefined,
  counts: HostileCounts,
): Promise<void> {
  const text = hostileText(seed, written);
  const from = performance.now();
  counts.texts += 1;
  const say = (what: string) => counts.wrong.push(`seed ${seed}: ${what}`);
  try {
    const { object, diagnostics } = await build(text, file);
    const took = performance.now() - from;
    if (took > PATIENCE) say(`${took.toFixed(0)} ms`);
    for (const diagnostic of diagnostics)
      if (!isPlaced(diagnostic, text)) say(`no such place: ${JSON.stringify(diagnostic)}`);
    const inner = diagnostics.find(
      ({ code, message }) => code === 'SK6013' || /SK1000.*Error|\w+Error: /.test(`${code} ${message}`),
    );
    if (inner !== undefined && !inner.code.startsWith('TS')) say(`${inner.line}: ${inner.message}`);
    if (object === undefined) {
      if (!diagnostics.some(({ severity }) => severity === 'error')) say('refused without a reason');
      return;
    }
    counts.objects += 1;
    const spec = readCollection(object);
    for (const line of unmapped(spec, text)) say(line);
    if (kernel !== undefined) loadCollection(spec, kernel).dispose();
  } catch (error) {
    const { log, stack } = error as { log?: string; stack?: string };
    say(log?.trimEnd().split('\n').slice(-6).join(' / ') ?? stack ?? String(error));
  }
}

function isPlaced({ file: name, line, column }: Diagnostic, text: string): boolean {
  if (name !== file) return line >= 1 && column >= 1;
  const source = text.split(/\r?\n/)[line - 1];
  return source !== undefined && column >= 1 && column <= source.length + 1;
}
