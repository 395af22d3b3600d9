import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SkepError } from '@skep/core/base';
import { noWrite } from '../files/read-file.ts';

/** A project that was made. */
export interface Project {
  readonly name: string;
  /** Its files, from its folder. */
  readonly files: readonly string[];
  /** What to type next. */
  readonly next: readonly string[];
}

/** Files of the template and their names in a project: npm would leave out a `.gitignore`. */
const files: readonly (readonly [template: string, name: string])[] = [
  ['package.json', 'package.json'],
  ['tsconfig.json', 'tsconfig.json'],
  ['gitignore', '.gitignore'],
  ['README.md', 'README.md'],
  ['src/firewall.bpf.ts', 'src/firewall.bpf.ts'],
  ['src/firewall.ts', 'src/firewall.ts'],
  ['test/firewall.test.ts', 'test/firewall.test.ts'],
];

/** The folder of the template, which comes with skep. */
const template = fileURLToPath(new URL('../../template', import.meta.url));

/**
 * Writes the files of a new project.
 * @param name of the package; that of the folder where it is not given.
 * @throws SKEP_USAGE where a file is there already, or for what is no name of a package; SKEP_NO_WRITE.
 */
export async function createProject(folder: string, name: string | undefined): Promise<Project> {
  const chosen = name ?? packageName(basename(resolve(folder)));
  if (!isPackageName(chosen)) throw noName(chosen);
  const present = files.map(([, file]) => file).filter((file) => existsSync(join(folder, file)));
  if (present.length > 0) throw isThere(folder, present);
  for (const [source, file] of files) {
    const text = await readFile(join(template, source), 'utf8');
    await write(join(folder, file), text.replaceAll('PROJECT_NAME', chosen).replaceAll('SKEP_VERSION', version()));
  }
  const install = resolve(folder) === process.cwd() ? 'npm install' : `cd ${quoted(folder)} && npm install`;
  const next = [install, 'npm test', 'npm start'];
  return { name: chosen, files: files.map(([, file]) => file), next };
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    throw noWrite(file, error);
  }
}

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}

/** The nearest name that npm takes. */
function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 214);
  return name === '' ? 'skep-project' : name;
}

/** npm's rules for new packages. */
function isPackageName(name: string): boolean {
  return name.length <= 214 && /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name);
}

function quoted(path: string): string {
  return /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function noName(name: string): SkepError {
  return new SkepError('SKEP_USAGE', `'${name.slice(0, 60)}' is no name for a package`, {
    reason: 'npm takes small letters, digits, and - . _ between them',
    remedy: 'choose one: --name my-firewall',
  });
}

function isThere(folder: string, present: readonly string[]): SkepError {
  return new SkepError('SKEP_USAGE', `${folder} has ${present.join(', ')} already`, {
    reason: 'nothing is overwritten',
    remedy: 'name another folder: skep init my-firewall',
  });
}
