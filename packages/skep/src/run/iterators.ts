import { escapeControls, stringifyJson } from '@skep/core/base';
import type { Link } from '@skep/core/host';
import { writeOut } from '../terminal/stdout.ts';
import type { Attachment } from './attach-plan.ts';

/** Runs each iterator once and writes what it wrote: as it is, or as a line of JSON. */
export async function writeIterators(
  attachments: readonly Attachment[],
  links: readonly Link[],
  json: boolean,
): Promise<void> {
  const { IteratorLink } = await import('@skep/kernel');
  for (const [index, { program }] of attachments.entries()) {
    const link = links[index];
    if (!(link instanceof IteratorLink)) continue;
    const text = new TextDecoder().decode(link.read());
    await writeOut(json ? `${stringifyJson({ program: program.name, text })}\n` : linesOf(text));
  }
}

/** Lines stay lines; other control characters cannot reach the terminal. */
function linesOf(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(escapeControls).join('\t'))
    .join('\n');
}
