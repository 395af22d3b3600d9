import { expect, test } from 'vitest';
import { SkepError } from '../../../core/src/base/index.ts';
import { type Collection, loadCollection } from '../../../core/src/host/index.ts';
import { needsBpf } from '../../../core/test/support/needs.ts';
import { kernel } from '../../src/index.ts';
import { errorOf } from './support/error-of.ts';
import { noteAttachedAs, noteRefused, refusalOf } from './support/matrix.ts';
import { programObject } from './support/program.ts';

const spec = programObject('replaceable');
const packet = new Uint8Array(64);

/** The program whose function the others are for. */
const loadTarget = (): Collection => loadCollection(spec, kernel(), { ownsHost: true });

const loadFor = (target: Collection, name: string): Collection => {
  const program = target.programs.target;
  if (program === undefined) throw new Error('no target');
  return loadCollection(spec, kernel(), { programs: [name], targets: { [name]: program }, ownsHost: true });
};

needsBpf().describe('programs for functions of other programs', () => {
  test.for([
    { name: 'replacement', row: 'freplace', type: 'ext', verdict: 'XDP_DROP' },
    { name: 'on_entry', row: 'fentry, of a program', type: 'tracing', verdict: 'XDP_PASS' },
    { name: 'on_exit', row: 'fexit, of a program', type: 'tracing', verdict: 'XDP_PASS' },
  ])('$row counts exactly, or says why not', ({ name, row, type, verdict }, { task }) => {
    using target = loadTarget();
    const run = () => target.programs.target?.run(packet).verdict;
    try {
      using collection = loadFor(target, name);
      const link = collection.programs[name]?.attach();
      const calls = () => Number(collection.globals.calls?.get());
      for (let made = 1; made <= 5; made++) {
        expect(run()).toBe(verdict);
        expect(calls()).toBe(made);
      }
      noteAttachedAs(task, row, type, link);
      link?.[Symbol.dispose]();
      expect(run()).toBe('XDP_PASS');
      expect(calls()).toBe(5);
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      expect(error.code).toBe('SKEP_NOT_SUPPORTED');
      noteRefused(task, row, type, refusalOf(error));
    }
  });

  test('what has no target, and what the target does not have, is told before anything is loaded', () => {
    using target = loadTarget();
    const { target: program } = target.programs;
    if (program === undefined) throw new Error('no target');
    const load = (targets: Record<string, { program: typeof program; function: string }>, name = 'replacement') =>
      errorOf(() => loadCollection(spec, kernel(), { programs: [name], targets, ownsHost: true }));
    expect(load({})).toMatchObject({ code: 'SKEP_USAGE', remedy: expect.stringContaining('targets: { replacement') });
    expect(load({ replacement: { program, function: 'chose' } })).toMatchObject({ code: 'SKEP_NO_SUCH_NAME' });
    expect(load({ no_such_program: { program, function: 'choose' } })).toMatchObject({ code: 'SKEP_NO_SUCH_NAME' });
    expect(load({ target: { program, function: 'choose' } }, 'target')).toMatchObject({ code: 'SKEP_USAGE' });
  });
});
