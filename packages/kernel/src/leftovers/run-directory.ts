import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { env, geteuid } from 'node:process';

/** Places for the records of a user's processes, best first: those that end with the boot come before the rest. */
function candidates(uid: number): string[] {
  const own = env.XDG_RUNTIME_DIR;
  // Root's does not depend on the variable: whoever cleans up may have come by another way than who attached.
  if (uid === 0) return ['/run/skep', `${tmpdir()}/skep-0`];
  return [...(own === undefined || own === '' ? [] : [`${own}/skep`]), `${tmpdir()}/skep-${uid}`];
}

/** Where the records of attachments lie, or undefined where there is no place that nobody else can write to. */
export function runDirectory(): string | undefined {
  const uid = geteuid?.() ?? -1;
  return candidates(uid).find((path) => makePrivate(path, uid));
}

/** Makes the directory where it is missing. True where it belongs to the user and only the user can write to it. */
function makePrivate(path: string, uid: number): boolean {
  try {
    mkdirSync(path, { mode: 0o700, recursive: true });
    const { mode, uid: owner } = lstatSync(path);
    return (mode & 0o170000) === 0o040000 && owner === uid && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}
