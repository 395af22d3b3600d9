import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './tools.ts';

/** apt with a sources list, lists and a download folder of its own: the machine's set-up is read, never changed. */
export class Apt {
  readonly folder: string;
  readonly #options: readonly string[];

  private constructor(folder: string) {
    this.folder = folder;
    this.#options = [
      `Dir::Etc::sourcelist=${join(folder, 'sources.list')}`,
      'Dir::Etc::sourceparts=-',
      'Dir::Etc::preferences=-',
      'Dir::Etc::preferencesparts=-',
      `Dir::State::lists=${join(folder, 'lists')}`,
      `Dir::Cache=${join(folder, 'cache')}`,
      'Acquire::Languages=none',
      'APT::Sandbox::User=root',
      'APT::Update::Error-Mode=any',
    ].flatMap((option) => ['-o', option]);
  }

  /** Makes the folder and reads the package lists of a suite. */
  static async open(suite: string): Promise<Apt> {
    const line = await sourcesLine(suite);
    const apt = new Apt(await mkdtemp(join(tmpdir(), 'skep-apt-')));
    try {
      await mkdir(join(apt.folder, 'lists', 'partial'), { recursive: true });
      await mkdir(join(apt.folder, 'cache', 'archives', 'partial'), { recursive: true });
      await writeFile(join(apt.folder, 'sources.list'), line);
      await run('apt-get', [...apt.#options, '-q', 'update']);
    } catch (error) {
      await apt.dispose();
      throw error;
    }
    return apt;
  }

  /** Version of the newest package of that name, and which packages of the kernel it depends on. */
  async show(name: string): Promise<{ version: string; depends: string[] }> {
    const text = (await run('apt-cache', [...this.#options, '--no-all-versions', 'show', name])).toString();
    const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(text)?.[1];
    const version = field('Version');
    if (version === undefined) throw new Error(`there is no package ${name}`);
    const depends = (field('Depends') ?? '').split(',').map((dependency) => dependency.trim().split(' ')[0] ?? '');
    return { version, depends: depends.filter((other) => /^linux-(image|binary|modules)-\d/.test(other)) };
  }

  /** Downloads packages; gives the files. */
  async download(packages: readonly string[]): Promise<string[]> {
    const folder = join(this.folder, 'download');
    await mkdir(folder);
    await run('apt-get', [...this.#options, '-q', 'download', ...packages], { cwd: folder });
    return (await readdir(folder)).map((file) => join(folder, file));
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Debian's keys, under the names its releases have given the file. */
const debianKeyrings = ['gpg', 'pgp'].map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`);

/** A line for the suite on the mirror that apt has for Debian's main archive here. */
async function sourcesLine(suite: string): Promise<string> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const targets = (await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])).toString();
  const rows = targets.split('\n').map((line) => line.split(' '));
  const mirror = rows.find(([uri = '', release = '', component]) => {
    return component === 'main' && /\/debian\/?$/.test(uri) && !/-(security|updates|backports)/.test(release);
  });
  if (mirror === undefined) throw new Error("apt has no source for Debian's archive (component main)");
  const keyring = debianKeyrings.find((file) => existsSync(file));
  return `deb ${keyring === undefined ? '' : `[signed-by=${keyring}] `}${mirror[0]} ${suite} main\n`;
}
