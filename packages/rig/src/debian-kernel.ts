import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, fillFolder } from './cache.ts';
import { collectModules } from './modules.ts';
import { run } from './tools.ts';

/** Where a kernel comes from: a suite of Debian and the package that depends on its newest kernel. */
interface Source {
  readonly suite: string;
  readonly meta: string;
}

/** Kernels by the name given to `--kernel`. Only sid's full flavour has HID_BPF and uhid. */
export const kernelSources = {
  bookworm: { suite: 'bookworm', meta: 'linux-image-cloud-amd64' },
  backports: { suite: 'bookworm-backports', meta: 'linux-image-cloud-amd64' },
  sid: { suite: 'sid', meta: 'linux-image-amd64' },
} as const satisfies Record<string, Source>;

/** Name of a kernel the rig can boot. */
export type KernelName = keyof typeof kernelSources;

/** A kernel in the cache. */
export interface DebianKernel {
  readonly name: KernelName;
  /** Version of the Debian package, such as `6.1.176-1`. */
  readonly version: string;
  /** The image to boot. */
  readonly image: string;
  /** Module files in the order in which they load. */
  readonly modules: readonly string[];
}

/** Modules that the tests need where they are not built in. */
const wantedModules = [
  ...['veth', 'dummy', 'tun', 'netkit', 'bareudp'],
  ...['sch_ingress', 'sch_fq', 'cls_bpf', 'act_bpf', 'nf_tables'],
  ...['hid', 'uhid', 'configfs', 'tcp_bbr'],
];

/** What a name stands for today. */
interface Resolution {
  readonly version: string;
  /** `name=version` of the packages that hold image and modules. */
  readonly packages: readonly string[];
}

/** A resolution is asked for again after this many milliseconds: a day. */
const RESOLUTION_AGE = 24 * 3600 * 1000;

/**
 * The newest kernel of that name, from the cache or through apt from the mirror this machine is set up with.
 * @throws Error that names the kernel where it can neither be downloaded nor found in the cache.
 */
export async function fetchKernel(
  name: KernelName,
  options: { readonly update?: boolean } = {},
): Promise<DebianKernel> {
  const cached = await readResolution(name);
  if (cached !== undefined && options.update !== true && cached.age < RESOLUTION_AGE) {
    const folder = kernelFolder(name, cached.version);
    if (existsSync(folder)) return openKernel(name, cached.version);
  }
  const apt = await Apt.open(kernelSources[name].suite).catch((error: unknown) => {
    throw new Error(`kernel ${name} cannot be downloaded: ${message(error)}`, { cause: error });
  });
  try {
    const resolution = await resolve(apt, kernelSources[name].meta);
    if (!existsSync(kernelFolder(name, resolution.version))) await unpack(apt, name, resolution);
    await writeFile(resolutionFile(name), JSON.stringify({ ...resolution, time: Date.now() }));
    return openKernel(name, resolution.version);
  } catch (error) {
    throw new Error(`kernel ${name} cannot be downloaded: ${message(error)}`, { cause: error });
  } finally {
    await apt.dispose();
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const resolutionFile = (name: KernelName) => join(cacheFolder(), 'kernels', `${name}.json`);
const kernelFolder = (name: KernelName, version: string) => join(cacheFolder(), 'kernels', `${name}-${version}`);

async function readResolution(name: KernelName): Promise<{ version: string; age: number } | undefined> {
  try {
    const { version, time } = JSON.parse(await readFile(resolutionFile(name), 'utf8'));
    return { version: String(version), age: Date.now() - Number(time) };
  } catch {
    return undefined;
  }
}

async function openKernel(name: KernelName, version: string): Promise<DebianKernel> {
  const folder = kernelFolder(name, version);
  const modules = (await readdir(join(folder, 'modules'))).sort();
  return {
    name,
    version,
    image: join(folder, 'vmlinuz'),
    modules: modules.map((file) => join(folder, 'modules', file)),
  };
}

/** Follows the dependencies from the meta package to the packages that hold files. */
async function resolve(apt: Apt, meta: string): Promise<Resolution> {
  const packages = new Map<string, string>();
  const visit = async (name: string): Promise<void> => {
    const { version, depends } = await apt.show(name);
    packages.set(name, version);
    for (const next of depends) if (!packages.has(next)) await visit(next);
  };
  await visit(meta);
  const version = packages.get(meta) ?? '';
  packages.delete(meta);
  return { version, packages: [...packages].map(([name, of]) => `${name}=${of}`) };
}

/** Downloads and unpacks; keeps the image and the wanted modules. */
async function unpack(apt: Apt, name: KernelName, resolution: Resolution): Promise<void> {
  const root = join(apt.folder, 'root');
  for (const file of await apt.download(resolution.packages)) await run('dpkg-deb', ['-x', file, root]);
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  const image = all.find((entry) => entry.isFile() && /^vmlinuz/.test(entry.name));
  if (image === undefined) throw new Error(`no vmlinuz in ${resolution.packages.join(', ')}`);
  const modules = await collectModules(root, wantedModules);
  await fillFolder(kernelFolder(name, resolution.version), async (folder) => {
    await copyFile(join(image.parentPath, image.name), join(folder, 'vmlinuz'));
    await mkdir(join(folder, 'modules'));
    for (const [index, module] of modules.entries()) {
      const file = `${String(index).padStart(2, '0')}-${module.name}.ko`;
      await writeFile(join(folder, 'modules', file), module.data);
    }
  });
}

/** apt with a sources list, lists and a download folder of its own: the machine's set-up is read, never changed. */
class Apt {
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
