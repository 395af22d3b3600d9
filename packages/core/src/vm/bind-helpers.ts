import { helpers as helperNumbers } from '../abi/helpers.gen.ts';
import type { ProgramType } from '../abi/program-types.gen.ts';
import { SkepError } from '../base/errors.ts';
import type { HelperDefinition } from './helpers/index.ts';
import { helperTable } from './helpers/index.ts';
import type { BoundHelper } from './program.ts';

/** Name of each helper by the kernel's number. */
const helperNames: ReadonlyMap<number, string> = new Map(
  Object.entries(helperNumbers).map(([name, number]) => [number, name]),
);

/** Licences that the kernel takes as compatible with the GPL (linux/license.h). */
const gplCompatible: ReadonlySet<string> = new Set([
  'GPL',
  'GPL v2',
  'GPL and additional rights',
  'Dual BSD/GPL',
  'Dual MIT/GPL',
  'Dual MPL/GPL',
]);

/** What decides which helpers a program may call. */
export interface HelperRights {
  /** Absent for bare bytecode, which may call every helper of the VM. */
  readonly type?: ProgramType;
  readonly license?: string;
}

/** The helpers that one program calls, numbered in order of first use. */
export class HelperBinding {
  /** By the number that calls hold. */
  readonly bound: BoundHelper[] = [];
  readonly #rights: HelperRights;
  readonly #indices = new Map<number, number>();

  constructor(rights: HelperRights) {
    this.#rights = rights;
  }

  /** Number of helper `id` in this program, and its check at first use. */
  indexOf(id: number): number {
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    const index = this.#add(requireHelper(id, this.#rights));
    this.#indices.set(id, index);
    return index;
  }

  /** Number of a call that faults when it is reached: a weak kernel function that is not there. */
  indexOfMissing(name: string): number {
    return this.#add({
      id: 0,
      name,
      helper: (run) => run.fault(`the program calls the kernel function ${name}, which the VM does not have`),
    });
  }

  #add(helper: BoundHelper): number {
    return this.bound.push(helper) - 1;
  }
}

/** The helper, where the program may call it; for calls through a register. */
export function findHelper(id: number, rights: HelperRights): BoundHelper | undefined {
  const definition = helperTable.get(id);
  return definition === undefined || refusal(definition, rights) !== undefined ? undefined : definition;
}

/** @throws SKEP_BAD_PROGRAM, SKEP_NOT_SUPPORTED with the helper's name. */
function requireHelper(id: number, rights: HelperRights): BoundHelper {
  const definition = helperTable.get(id);
  if (definition === undefined) throw unknownHelper(id, rights);
  const refused = refusal(definition, rights);
  if (refused !== undefined) throw refused;
  return definition;
}

function unknownHelper(id: number, { type }: HelperRights): SkepError {
  const name = helperNames.get(id);
  if (name === undefined || id === 0) {
    return new SkepError('SKEP_BAD_PROGRAM', `no kernel has a helper function number ${id}`, {
      reason: `Linux 6.18 has the numbers 1 to ${helperNames.size - 1}`,
      remedy: 'build the program for Linux, and check that the object is not damaged',
    });
  }
  return new SkepError('SKEP_NOT_SUPPORTED', `the VM does not have the helper ${name} (${id})`, {
    reason: `a program of type ${type ?? 'unknown'} calls it, and only a kernel can do what it does`,
    remedy: 'leave the call out, or run the program in Linux',
  });
}

function refusal(definition: HelperDefinition, { type, license }: HelperRights): SkepError | undefined {
  if (type === undefined) return undefined;
  if (!definition.programTypes.includes(type)) {
    return new SkepError('SKEP_BAD_PROGRAM', `a program of type ${type} may not call the helper ${definition.name}`, {
      reason: `programs of type ${definition.programTypes.join(', ')} may`,
      errno: 'EINVAL',
    });
  }
  if (definition.gplOnly && !gplCompatible.has(license ?? '')) {
    return new SkepError('SKEP_BAD_PROGRAM', `the helper ${definition.name} is for GPL-compatible programs only`, {
      reason: license === undefined || license === '' ? 'the program states no licence' : `its licence is "${license}"`,
      remedy: 'where you may, state a licence in section "license", such as "GPL" or "Dual BSD/GPL"',
      errno: 'EINVAL',
    });
  }
  return undefined;
}
