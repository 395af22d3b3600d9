import { atPlace, type Place, SkepError } from '../base/errors.ts';
import type { CoreFailure } from '../btf/core-relocation.ts';
import { coreResolver } from '../btf/core-resolve.ts';
import type { CoreNarrowing } from '../btf/core-resolver.ts';
import type { Btf } from '../btf/reader.ts';
import { SLOT_SIZE } from '../isa/instruction.ts';
import { patchCore, poison } from './core-patch.ts';
import type { CoreRelocation, LineInfo, ProgramSpec } from './program-spec.ts';

/**
 * Adjusts a program to the types of the kernel it shall run in (Linux 5.4; "CO-RE Relocations" of LLVM's BPF document).
 * An instruction whose field, type or enumerator the target lacks becomes a call of a helper that does not exist, as
 * libbpf does it: the program loads as long as that instruction cannot be reached. {@link coreFailures} tells which.
 * @param local BTF of the collection.
 * @param targets BTF of the kernel, and split BTF of modules if wanted.
 * @returns the same program with new code and no CO-RE relocations left.
 * @throws SKEP_CORE_RELOCATION where the targets are ambiguous or a value does not fit its instruction;
 *   SKEP_BAD_OBJECT where relocation and instruction do not fit. Both name program, instruction and source line.
 */
export function applyCoreRelocations(spec: ProgramSpec, local: Btf, targets: readonly Btf[]): ProgramSpec {
  if (spec.coreRelocations.length === 0) return spec;
  const code = spec.code.slice();
  relocate(spec, code, local, targets);
  return { ...spec, code, coreRelocations: [] };
}

/**
 * The relocations without an answer, as errors with their place: what to show where the kernel refuses the program for
 * its call of unknown function 195896080.
 * @throws as {@link applyCoreRelocations}.
 */
export function coreFailures(spec: ProgramSpec, local: Btf, targets: readonly Btf[]): SkepError[] {
  return relocate(spec, spec.code.slice(), local, targets).map(
    ({ relocation, failure: { what, reason, remedy } }) =>
      new SkepError('SKEP_CORE_RELOCATION', what, { place: placeOf(spec, relocation), reason, remedy }),
  );
}

interface Failed {
  readonly relocation: CoreRelocation;
  readonly failure: CoreFailure;
}

/** Patches `code`; gives the relocations that failed. */
function relocate(spec: ProgramSpec, code: Uint8Array, local: Btf, targets: readonly Btf[]): Failed[] {
  const resolver = coreResolver(local, targets);
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const narrowing: CoreNarrowing = new Map();
  const failed: Failed[] = [];
  for (const relocation of spec.coreRelocations) {
    const failure = atErrorPlace(spec, relocation, () => {
      checkSlot(view, relocation.slot);
      const result = resolver.resolve(relocation, narrowing);
      return result.status === 'failed' ? result : patchCore(view, relocation.slot, result);
    });
    if (failure === undefined) continue;
    poison(view, relocation.slot);
    failed.push({ relocation, failure });
  }
  return failed;
}

function checkSlot(view: DataView, slot: number): void {
  if (Number.isInteger(slot) && slot >= 0 && (slot + 1) * SLOT_SIZE <= view.byteLength) return;
  throw new SkepError('SKEP_BAD_OBJECT', `a CO-RE relocation is for instruction ${slot}, which does not exist`, {
    reason: `the program has ${view.byteLength / SLOT_SIZE} slots`,
    remedy: 'compile the program anew',
  });
}

/** Runs `action`; only for an error the place is looked up. */
function atErrorPlace<T>(spec: ProgramSpec, relocation: CoreRelocation, action: () => T): T {
  try {
    return action();
  } catch (error) {
    return atPlace(placeOf(spec, relocation), () => {
      throw error;
    });
  }
}

/** Program, instruction and, where it is known, the source line. */
function placeOf(spec: ProgramSpec, { slot }: CoreRelocation): Place {
  const line = lineAt(spec.lines, slot);
  const source = line === undefined ? {} : sourceOf(line);
  return { program: spec.name, section: spec.section, instruction: slot, ...source };
}

function lineAt(lines: readonly LineInfo[], slot: number): LineInfo | undefined {
  let found: LineInfo | undefined;
  for (const line of lines) {
    if (line.slot <= slot && (found === undefined || line.slot >= found.slot)) found = line;
  }
  return found;
}

function sourceOf({ file, line, column, text }: LineInfo): Place {
  return { file, line, ...(column === 0 ? {} : { column }), ...(text.trim() === '' ? {} : { text: text.trim() }) };
}
