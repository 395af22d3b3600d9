import type { KernelOracle } from '../../../../../test/oracle/kernel.ts';
import type { Platform } from '../../../src/abi/platform/platform.ts';
import { encode } from '../../../src/isa/encode.ts';
import { walk } from '../../../src/verifier/walk.ts';
import { randomWalk } from './random-walk.ts';

/** How our verdicts stand to the kernel's. */
export interface VerdictComparison {
  accepted: number;
  rejected: number;
  /** Programs with what the walk does not cover. */
  unknown: number;
  /** We accept, the kernel does not: never right. */
  falseAccepts: string[];
  falseRejects: string[];
  /** Rejections by id. */
  ids: Map<string, number>;
}

/** An empty comparison. */
export function noVerdicts(): VerdictComparison {
  return { accepted: 0, rejected: 0, unknown: 0, falseAccepts: [], falseRejects: [], ids: new Map() };
}

/** Compares the verdict on a random program with the kernel's. */
export async function compareVerdicts(
  kernel: KernelOracle,
  platform: Platform,
  seed: number,
  counts: VerdictComparison,
): Promise<void> {
  const code = encode(randomWalk(seed, 30));
  const ours = walk({ code, type: 'socket_filter' }, platform);
  if (ours.verdict === 'unknown') {
    counts.unknown += 1;
    return;
  }
  const loaded = await kernel.load({ type: 'socket_filter', code });
  const accepts = 'fd' in loaded;
  if (accepts) await kernel.close(loaded);
  if (ours.verdict === 'rejected') counts.ids.set(ours.error.id, (counts.ids.get(ours.error.id) ?? 0) + 1);
  if (accepts === (ours.verdict === 'accepted')) counts[ours.verdict] += 1;
  else if (ours.verdict === 'rejected') {
    counts.falseRejects.push(`seed ${seed}, ${ours.error.instruction}: ${ours.error.id}: ${ours.error.message}`);
  } else
    counts.falseAccepts.push(
      `seed ${seed}: ${'log' in loaded ? loaded.log.trimEnd().split('\n').slice(-3).join(' | ') : ''}`,
    );
}
