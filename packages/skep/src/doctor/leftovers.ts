import { escapeControls } from '@skep/core/base';
import type { Leftover } from '@skep/kernel';
import type { Finding } from './finding.ts';

/** What ended processes of skep left attached; none where the kernel cannot be asked. */
export async function findLeftovers(): Promise<readonly Leftover[]> {
  if (process.platform !== 'linux') return [];
  const { leftovers } = await import('@skep/kernel');
  return leftovers();
}

/** The line of `skep doctor` about them. */
export function leftoverFinding(found: readonly Leftover[]): Finding {
  return {
    name: 'nothing left behind',
    ok: found.length === 0,
    needed: false,
    found: found.length === 0 ? 'no attachments of processes that ended' : found.map(leftoverText).join('; '),
    gives: 'skep doctor --clean removes what processes of skep left attached when they were killed',
  };
}

/** `program count (id 12) at device eth0, of process 345`. */
export function leftoverText({ program, id, place, pid }: Leftover): string {
  return escapeControls(`program ${program} (id ${id}) at ${place}, of process ${pid}`);
}

/** A leftover as data. */
export function leftoverJson({ kind, program, id, place, pid }: Leftover): Omit<Leftover, 'remove'> {
  return { kind, program, id, place, pid };
}
