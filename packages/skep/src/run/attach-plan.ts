import { SkepError } from '@skep/core/base';
import { type AttachTarget, findProgram } from '@skep/core/host';
import type { CollectionSpec, ProgramSpec } from '@skep/core/object';
import type { AttachFlags } from '../settings/run-flags.ts';
import { type PlaceOption, placeOf } from './attach-place.ts';

/** A program and where it is attached. */
export interface Attachment {
  readonly program: ProgramSpec;
  readonly target: AttachTarget;
  /** The place in words. */
  readonly where: string;
}

/** What `skep run --kernel` attaches. */
export interface AttachPlan {
  readonly attachments: readonly Attachment[];
  /** What is left out, and what would attach it: lines for people. */
  readonly left: readonly string[];
}

/** A program that is left out. */
interface Refused {
  readonly program: ProgramSpec;
  readonly remedy: string;
  /** No option would attach it. */
  readonly impossible: boolean;
}

const placeOptions: readonly PlaceOption[] = ['iface', 'mode', 'direction', 'cgroup', 'netns', 'hook', 'pid'];

/**
 * Finds all programs of a file that can be attached to what the options and their own sections name; with `--prog` that
 * one. Programs that only tail calls reach are left out.
 * @throws SKEP_USAGE where there is none, where two want the same place, and for an option without a meaning here;
 *   SKEP_NO_SUCH_NAME, SKEP_NOT_SUPPORTED for programs that the command line cannot attach.
 */
export function planAttach(spec: CollectionSpec, flags: AttachFlags): AttachPlan {
  const candidates = flags.prog === undefined ? entryPrograms(spec) : [findProgram(spec, flags.prog)];
  const attachments: Attachment[] = [];
  const refused: Refused[] = [];
  const used = new Set<PlaceOption>();
  for (const program of candidates) {
    const place = placeOf(program, flags);
    if ('target' in place) {
      attachments.push({ program, target: place.target, where: place.where });
      for (const option of place.used) used.add(option);
    } else if ('missing' in place) refused.push({ program, remedy: `give ${place.missing}`, impossible: false });
    else refused.push({ program, remedy: place.impossible, impossible: true });
  }
  if (attachments.length === 0) {
    throw nothingToAttach(spec, refused.find(({ impossible }) => !impossible) ?? refused[0]);
  }
  checkUsed(spec, flags, candidates, used);
  checkPlaces(spec, attachments);
  return { attachments, left: refused.map(({ program, remedy }) => `${program.name} (${program.type}): ${remedy}`) };
}

/** Programs that load by themselves and that no tail call is needed to reach. */
function entryPrograms(spec: CollectionSpec): ProgramSpec[] {
  const reached = new Set<string>();
  for (const { contents } of spec.maps.values()) {
    for (const { value } of contents) if (value.kind === 'program') reached.add(value.name);
  }
  return [...spec.programs.values()].filter(({ name, autoload }) => autoload && !reached.has(name));
}

function nothingToAttach(spec: CollectionSpec, refused: Refused | undefined): SkepError {
  const place = spec.file === undefined ? {} : { place: { file: spec.file } };
  if (refused === undefined) {
    const named = [...spec.programs.keys()][0];
    return new SkepError('SKEP_USAGE', 'the file holds no program that loads by itself', {
      ...place,
      remedy: named === undefined ? 'put a function into a section such as SEC("xdp")' : `choose one: --prog ${named}`,
    });
  }
  const { program, remedy, impossible } = refused;
  const what = `program ${program.name} (${program.type})`;
  if (impossible)
    return new SkepError('SKEP_NOT_SUPPORTED', `${what} cannot be attached from here`, { ...place, remedy });
  const capture = /^(xdp|sched_cls)$/.test(program.type) ? ', or a capture to run it over: --pcap FILE' : '';
  return new SkepError('SKEP_USAGE', `${what} was not told what to attach to`, { ...place, remedy: remedy + capture });
}

/** An option that no program takes is a mistake of the user. */
function checkUsed(
  spec: CollectionSpec,
  flags: AttachFlags,
  candidates: readonly ProgramSpec[],
  used: ReadonlySet<PlaceOption>,
): void {
  const idle = placeOptions.find((option) => flags[option] !== undefined && !used.has(option));
  if (idle === undefined) return;
  throw new SkepError('SKEP_USAGE', `--${idle} has no meaning for this program`, {
    ...(spec.file === undefined ? {} : { place: { file: spec.file } }),
    reason: `there is ${candidates.map(({ name, section }) => `${name} (section ${section})`).join(', ')}`,
    remedy: `leave out --${idle}`,
  });
}

/** An interface runs one XDP program, a network namespace one flow dissector. */
function checkPlaces(spec: CollectionSpec, attachments: readonly Attachment[]): void {
  for (const type of ['xdp', 'flow_dissector', 'netfilter']) {
    const rivals = attachments.filter(({ program }) => program.type === type);
    const [first, second] = rivals;
    if (first === undefined || second === undefined) continue;
    throw new SkepError('SKEP_USAGE', `${rivals.length} programs want to be attached to ${first.where}`, {
      ...(spec.file === undefined ? {} : { place: { file: spec.file } }),
      reason: `they are: ${rivals.map(({ program }) => program.name).join(', ')}`,
      remedy: `choose one: --prog ${first.program.name}`,
    });
  }
}
