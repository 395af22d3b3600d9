import { isOlder, sectionDefinition } from '@skep/core/abi';
import type { Feature, ProbeResult } from '@skep/core/host';

/** Tests that start skep from its sources in other processes: the guest has one bundled file. */
const needsSources = /^a killed process|^waiting keeps the process alive|^a process that waits ends/;

/** Why a test cannot run in the guest at all, or undefined where it can. */
export function notInGuest(test: string): string | undefined {
  return needsSources.test(test) ? 'needs the sources, which are not in the guest' : undefined;
}

/**
 * Why a test cannot pass on a kernel, or undefined where it has to: the name of the test begins with a section, and
 * the kernel lacks the attach type or the program type that the section asks for.
 */
export function lacking(test: string, probe: (feature: Feature) => ProbeResult): string | undefined {
  const section = /^[\w./]+/.exec(test)?.[0] ?? '';
  const definition = sectionDefinition(section);
  if (definition === undefined || definition.legacy) return undefined;
  const { type, attachType } = definition;
  const answer = probe(
    attachType === undefined ? { kind: 'program-type', name: type } : { kind: 'attach-type', name: attachType },
  );
  return answer.supported ? undefined : answer.reason;
}

/** The same from an error of ours that names the first kernel, believed only where this kernel is indeed older. */
export function tooOldByError(error: unknown, release: string): string | undefined {
  if (!(error instanceof Error) || !('reason' in error) || typeof error.reason !== 'string') return undefined;
  const since = /needs Linux (\d+\.\d+)/.exec(error.reason)?.[1];
  return since !== undefined && isOlder(release, since) ? error.reason : undefined;
}
