import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The workspace: examples are named from here. */
export const root: string = resolve(import.meta.dirname, '../../../..');

/** Programs that tests run. */
export const programs = 'packages/skep/test/programs';

/** What a process left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What a process gets beside its arguments. */
export interface Surroundings {
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Run it without any capability, as someone who is not root (setpriv of util-linux). */
  readonly unprivileged?: boolean;
  /** The script to run, where it is not that of the workspace. */
  readonly bin?: string;
  /** The working directory; the workspace where nothing is said. */
  readonly cwd?: string;
}

let isBuilt = false;

/** Builds what users get: the tests run that. Test files of one process build it once. */
export function build(): void {
  if (isBuilt) return;
  isBuilt = true;
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { status, stdout } = spawnSync(tsc, ['-b'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) process.stderr.write(stdout);
}

/** Runs the command line as a process. */
export function skep(
  args: readonly string[],
  {
    input,
    env = {},
    unprivileged = false,
    bin = join(root, 'packages/skep/dist/bin.js'),
    cwd = root,
  }: Surroundings = {},
): Promise<Outcome> {
  const command = [process.execPath, bin, ...args];
  const drop = unprivileged ? ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all'] : [];
  const [program = '', ...rest] = [...drop, ...command];
  const child = spawn(program, rest, {
    cwd,
    env: { ...process.env, npm_lifecycle_event: '', ...env },
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status) => done({ status, stdout: Buffer.concat(stdout), stderr }));
  });
}

/** A folder for files that a test makes; `remove` takes it away. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'skep-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
