import { type HelperName, helpers } from '@skep/core/abi';
import type { ContextAccess } from '@skep/core/abi/platform';
import { whyNoHelper } from './helper.ts';
import type { Trials, Variant } from './trial.ts';

/** Opcodes of `r0 = *(size *)(r1 + off)` and `*(size *)(r1 + off) = r0`, by size in bytes. */
const LOAD: Readonly<Record<number, number>> = { 1: 0x71, 2: 0x69, 4: 0x61, 8: 0x79 };
const STORE: Readonly<Record<number, number>> = { 1: 0x73, 2: 0x6b, 4: 0x63, 8: 0x7b };
const SIZES = [1, 2, 4, 8] as const;
const R0_FROM_R1 = 0x10;
const R1_FROM_R0 = 0x01;

/** Contexts are looked at up to here: the structures of the headers end before. */
const CONTEXT_LIMIT = 256;

/** `r0 = number` and `exit`: what programs of a type may return. */
export function leave(result: number): Uint8Array {
  return Uint8Array.of(0xb7, 0, 0, 0, result, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
}

/** A number that programs of the variant may return, or undefined where none loads. */
export function returnable(trials: Trials, variant: Variant): number | undefined {
  return [0, 1].find((number) => trials.loads(variant, leave(number)));
}

/**
 * Every aligned access of a power of two that the verifier takes, as a program of its own for each.
 * @param step looks only at multiples of it.
 */
export function measureContext(trials: Trials, variant: Variant, result: number, step = 1): ContextAccess[] {
  const accesses: ContextAccess[] = [];
  for (let offset = 0; offset < CONTEXT_LIMIT; offset += step) {
    const aligned = SIZES.filter((size) => offset % size === 0);
    const read = aligned.filter((size) => trials.loads(variant, reads(offset, size, result)));
    const write = aligned.filter((size) => trials.loads(variant, writes(offset, size, result)));
    const largest = read.at(-1);
    const gives = largest === undefined ? undefined : pointerKind(trials, variant, reads(offset, largest, result));
    if (read.length + write.length > 0) {
      accesses.push({ offset, read, write, ...(gives === undefined ? {} : { gives }) });
    }
  }
  return accesses;
}

function reads(offset: number, size: number, result: number): Uint8Array {
  const load = [LOAD[size] ?? 0, R0_FROM_R1, offset & 0xff, offset >> 8, 0, 0, 0, 0];
  return new Uint8Array([...load, ...leave(result)]);
}

function writes(offset: number, size: number, result: number): Uint8Array {
  const zero = [0xb7, 0, 0, 0, 0, 0, 0, 0];
  const store = [STORE[size] ?? 0, R1_FROM_R0, offset & 0xff, offset >> 8, 0, 0, 0, 0];
  return new Uint8Array([...zero, ...store, ...leave(result)]);
}

/** What the verifier's log of level 2 calls r0 behind the load; undefined for a number. */
function pointerKind(trials: Trials, variant: Variant, code: Uint8Array): string | undefined {
  const { log } = trials.explain(variant, code, 2);
  const kind = /\bR0(?:_w|_rw)?=([a-z][a-z_]*)/.exec(log)?.[1];
  return kind === undefined || /^(scalar|inv|invP)$/.test(kind) ? undefined : kind;
}

/**
 * Numbers of the helpers that programs of the variant may call.
 * @param step looks only at multiples of it.
 */
export function measureHelpers(trials: Trials, variant: Variant, step = 1): number[] {
  const names = (Object.keys(helpers) as HelperName[]).filter((name) => helpers[name] % step === 0);
  return names
    .filter((name) => name !== 'unspec' && whyNoHelper(trials, variant, name) === undefined)
    .map((name) => helpers[name]);
}

/** Words with which verifiers refuse a call of a kernel function as such. */
const refusedFunction =
  /calling kernel function .*(is|are) not allowed|is not a function|cannot find address|cannot call kernel function/;

/** Positions in `ids`, which are types of the kernel, of the functions that programs of the variant may call. */
export function measureKfuncs(trials: Trials, variant: Variant, ids: readonly number[], result: number): number[] {
  const PSEUDO_KFUNC_CALL = 0x20;
  return [...ids.entries()].flatMap(([index, id]) => {
    const call = new Uint8Array([0x85, PSEUDO_KFUNC_CALL, 0, 0, 0, 0, 0, 0, ...leave(result)]);
    new DataView(call.buffer).setInt32(4, id, true);
    const trial = trials.explain(variant, call);
    return trial.result >= 0 || (trial.log !== '' && !refusedFunction.test(trial.log)) ? [index] : [];
  });
}
