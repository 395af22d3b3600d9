import type { Diagnostic } from '@skep/compilers/typescript';
import { type AttachType, type HelperName, helpers } from '@skep/core/abi';
import { CALL, Call, decode } from '@skep/core/isa';
import type { CollectionSpec, ProgramSpec } from '@skep/core/object';
import { ProgramPlaces } from './program-places.ts';
import type { TargetKernel } from './target-kernel.ts';

const helperNames: ReadonlyMap<number, HelperName> = new Map(
  (Object.keys(helpers) as HelperName[]).map((name) => [helpers[name], name]),
);

/** Attach types that kernels before them do without: the program's type alone says where it goes. */
const optional: ReadonlySet<AttachType> = new Set<AttachType>(['xdp', 'perf_event', 'sk_reuseport_select']);

/**
 * What the programs and maps of an object need that a kernel does not have: an error each, at the line of source that
 * needs it where the object says it.
 */
export function checkTarget(spec: CollectionSpec, target: TargetKernel, source: string): Diagnostic[] {
  const programs = [...spec.programs.values()].flatMap((program) => checkProgram(program, target, source));
  return [...programs, ...checkMaps(spec, target, source)];
}

function checkProgram(program: ProgramSpec, target: TargetKernel, source: string): Diagnostic[] {
  const { type, attachType } = program;
  const places = new ProgramPlaces(program, source);
  const typeLack = target.programType(type);
  if (typeLack !== undefined) return [lacks(7001, `${type} programs`, typeLack, target, places.at(0))];
  const attachLack = attachType === undefined || optional.has(attachType) ? undefined : target.attachType(attachType);
  if (attachLack !== undefined) return [lacks(7002, `attach type ${attachType}`, attachLack, target, places.at(0))];
  return calls(program).flatMap(({ slot, name, isHelper }) => {
    const lack = isHelper ? target.helper(name, type, attachType) : target.kfunc(name, type);
    const what = isHelper ? `helper ${name}` : `kernel function ${name}`;
    return lack === undefined ? [] : [lacks(isHelper ? 7004 : 7005, what, lack, target, places.at(slot))];
  });
}

type ProgramCall =
  | { readonly slot: number; readonly name: HelperName; readonly isHelper: true }
  | { readonly slot: number; readonly name: string; readonly isHelper: false };

/** Helpers and kernel functions that a program calls; those that may be absent are not among them. */
function calls({ code, references }: ProgramSpec): ProgramCall[] {
  const helperCalls = decode(code).flatMap((instruction, slot): ProgramCall[] => {
    if (instruction?.opcode !== CALL || instruction.src !== Call.HELPER) return [];
    const name = helperNames.get(instruction.imm);
    return name === undefined ? [] : [{ slot, name, isHelper: true }];
  });
  const kfuncCalls = references.flatMap((reference): ProgramCall[] =>
    reference.kind === 'kfunc' && !reference.weak
      ? [{ slot: reference.slot, name: reference.name, isHelper: false }]
      : [],
  );
  return [...helperCalls, ...kfuncCalls];
}

/** A map has no line of its own in an object: the first line that uses it stands for it. */
function checkMaps(spec: CollectionSpec, target: TargetKernel, source: string): Diagnostic[] {
  return [...spec.maps.values()].flatMap(({ name, type }) => {
    const lack = target.mapType(type);
    if (lack === undefined) return [];
    const user = [...spec.programs.values()].flatMap((program) => {
      const reference = program.references.find((one) => 'map' in one && one.map === name);
      return reference === undefined ? [] : [new ProgramPlaces(program, source).at(reference.slot)];
    });
    return [lacks(7003, `map type ${type}, of ${name},`, lack, target, user[0] ?? ProgramPlaces.none(source))];
  });
}

type Place = Pick<Diagnostic, 'file' | 'line' | 'column' | 'text'>;

function lacks(number: number, what: string, lack: string, { version }: TargetKernel, place: Place): Diagnostic {
  const is = what.endsWith('programs') ? 'are' : 'is';
  return {
    severity: 'error',
    code: `SK${number}`,
    message: `${what} ${is} not in Linux ${version}: ${lack}`,
    hint: 'do without it, or build for a newer kernel: --target-kernel',
    ...place,
  };
}
