import { release } from 'node:os';
import { expect, test } from 'vitest';
import { helpers, isOlder, type ProgramType, programTypes } from '../../core/src/abi/index.ts';
import { encodeContext, platform, platformVersions } from '../../core/src/abi/platform/index.ts';
import { needsBpf } from '../../core/test/support/needs.ts';
import { Bpf } from '../src/bpf/bpf.ts';
import { KoffiDriver } from '../src/ffi/koffi.ts';
import { measureLimits } from '../src/probe/measure-limits.ts';
import { measureContext, measureHelpers, returnable } from '../src/probe/measure-program.ts';
import { Trials } from '../src/probe/trial.ts';

const running = release().split('.').slice(0, 2).join('.');
/** Every so many bytes and helpers are looked at; an emulated machine is an order of magnitude slower. */
const emulated = process.env.SKEP_EMULATED === '1';
const step = emulated ? 20 : 5;
const types = (Object.keys(programTypes) as ProgramType[]).filter((type) => type !== 'unspec');

needsBpf().describe('the record of the running kernel', () => {
  const recorded = platformVersions.includes(running) && !isOlder(running, platformVersions[0] ?? '');
  const linux = platform(recorded ? running : (platformVersions[0] ?? ''));

  test.runIf(recorded).each(types)('%s: contexts and helpers are as measured anew', (type) => {
    const trials = new Trials(new Bpf(new KoffiDriver()));
    const result = returnable(trials, { type });
    if (result === undefined) return;
    const accesses = linux.context(type)?.filter(({ offset }) => offset % step === 0) ?? [];
    expect(encodeContext(accesses)).toBe(encodeContext(measureContext(trials, { type }, result, step)));
    const names = [...(linux.helpers(type) ?? [])].filter((name) => helpers[name] % step === 0);
    expect(names.map((name) => helpers[name]).sort()).toEqual(measureHelpers(trials, { type }, step).sort());
  });

  // A program of a million instructions takes hundreds of megabytes while it is verified.
  test.runIf(recorded && !emulated)('limits are as measured anew', () => {
    expect(measureLimits(new Trials(new Bpf(new KoffiDriver())))).toEqual(linux.limits);
  });
});
