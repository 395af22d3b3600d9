import type { AttachType } from './attach-types.gen.ts';
import type { ProgramType } from './program-types.gen.ts';
import { sectionDefinition, sectionPatterns } from './section-names.ts';

/** Attach types that no section name asks for. */
const unnamed: readonly (readonly [AttachType, ProgramType])[] = [
  ['perf_event', 'perf_event'],
  ['struct_ops', 'struct_ops'],
];

const definitions = sectionPatterns.map((pattern) => sectionDefinition(pattern.replace(/\+$/, '')));
const types: ReadonlyMap<AttachType, ProgramType> = new Map([
  ...unnamed,
  ...definitions.flatMap((definition) =>
    definition?.attachType === undefined ? [] : [[definition.attachType, definition.type] as const],
  ),
]);

/**
 * The program type that an attach type is for. `perf_event`, which kprobes, tracepoints and perf events share, gives
 * `perf_event`.
 */
export function attachProgramType(attachType: AttachType): ProgramType {
  return types.get(attachType) ?? 'unspec';
}
