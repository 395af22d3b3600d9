import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { AttachTarget } from '../../../../core/src/host/index.ts';

const script = fileURLToPath(new URL('./holder.ts', import.meta.url));

/**
 * Lets a process attach a program to a target, calls `attached` with the process's and the link's number while it
 * lives, and kills it, which it cannot notice.
 */
export async function attachAndKill(
  program: { readonly section: string; readonly result: number },
  target: AttachTarget,
  attached: (process: number, link: number) => void,
): Promise<void> {
  const args = ['--conditions=source', '--import', 'tsx', script, program.section, String(program.result)];
  const child = spawn(process.execPath, [...args, JSON.stringify(target)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  try {
    const [said] = await Promise.race([once(child.stdout, 'data'), gone]);
    attached(child.pid ?? 0, Number(String(said)));
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}
