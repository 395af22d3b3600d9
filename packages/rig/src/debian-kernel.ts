import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Apt } from './apt.ts';
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
  /** The options it was built with, a file that has the name that /boot gives it; newer kernels show them by a module. */
  readonly config?: string;
  /** Module files in the order in which they load. */
  readonly modules: readonly string[];
  /** Why it is not the newest that there may be. */
  readonly note?: string;
}

/** Modules that the tests need where they are not built in. */
const wantedModules = [
  ...['veth', 'dummy', 'tun', 'netkit', 'bareudp'],
  ...['sch_ingress', 'sch_fq', 'cls_bpf', 'act_bpf', 'nf_tables'],
  ...['hid', 'uhid', 'configfs', 'configs', 'tcp_bbr'],
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
 * The newest kernel of that name, from the cache or through apt from the mirror this machine is set up with. Where the
 * mirror does not answer, an older kernel in the cache will do, and its `note` says so.
 * @throws Error that names the kernel where it can neither be downloaded nor found in the cache.
 */
export async function fetchKernel(
  name: KernelName,
  options: { readonly update?: boolean } = {},
): Promise<DebianKernel> {
  const cached = await readResolution(name);
  if (cached !== undefined && options.update !== true && cached.age < RESOLUTION_AGE) {
    return openKernel(name, cached.version);
  }
  try {
    return await openKernel(name, await download(name));
  } catch (error) {
    const note = `kernel ${name} cannot be downloaded: ${error instanceof Error ? error.message : String(error)}`;
    if (cached === undefined || options.update === true) throw new Error(note, { cause: error });
    return { ...(await openKernel(name, cached.version)), note };
  }
}

/** Brings the newest kernel into the cache, where it takes the place of an older one. Gives its version. */
async function download(name: KernelName): Promise<string> {
  const { suite, meta } = kernelSources[name];
  const apt = await Apt.open(suite);
  try {
    const resolution = await resolve(apt, meta);
    const folder = kernelFolder(name, resolution.version);
    if (!existsSync(folder)) await unpack(apt, folder, resolution);
    await writeFile(resolutionFile(name), JSON.stringify({ ...resolution, time: Date.now() }));
    for (const other of await readdir(dirname(folder))) {
      if (other.startsWith(`${name}-`) && other !== basename(folder)) {
        await rm(join(dirname(folder), other), { recursive: true, force: true });
      }
    }
    return resolution.version;
  } finally {
    await apt.dispose();
  }
}

const resolutionFile = (name: KernelName) => join(cacheFolder(), 'kernels', `${name}.json`);
/** Raised when the layout of a kernel's folder changes. */
const LAYOUT = 2;
const kernelFolder = (name: KernelName, version: string) =>
  join(cacheFolder(), 'kernels', `${name}-${version}-${LAYOUT}`);

/** What the cache has under that name, and how old the answer is. */
async function readResolution(name: KernelName): Promise<{ version: string; age: number } | undefined> {
  try {
    const { version, time } = JSON.parse(await readFile(resolutionFile(name), 'utf8'));
    const whole = existsSync(kernelFolder(name, String(version)));
    return whole ? { version: String(version), age: Date.now() - Number(time) } : undefined;
  } catch {
    return undefined;
  }
}

async function openKernel(name: KernelName, version: string): Promise<DebianKernel> {
  const folder = kernelFolder(name, version);
  const modules = (await readdir(join(folder, 'modules'))).sort();
  const config = (await readdir(folder)).find((file) => file.startsWith('config-'));
  return {
    name,
    version,
    image: join(folder, 'vmlinuz'),
    ...(config === undefined ? {} : { config: join(folder, config) }),
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

/** Downloads and unpacks; keeps the image, its configuration and the wanted modules. */
async function unpack(apt: Apt, target: string, resolution: Resolution): Promise<void> {
  const root = join(apt.folder, 'root');
  for (const file of await apt.download(resolution.packages)) await run('dpkg-deb', ['-x', file, root]);
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  const image = all.find((entry) => entry.isFile() && /^vmlinuz/.test(entry.name));
  if (image === undefined) throw new Error(`no vmlinuz in ${resolution.packages.join(', ')}`);
  const config = all.find((entry) => entry.isFile() && /^config-\d/.test(entry.name));
  const modules = await collectModules(root, wantedModules);
  await fillFolder(target, async (folder) => {
    await copyFile(join(image.parentPath, image.name), join(folder, 'vmlinuz'));
    if (config !== undefined) await copyFile(join(config.parentPath, config.name), join(folder, config.name));
    await mkdir(join(folder, 'modules'));
    for (const [index, module] of modules.entries()) {
      const file = `${String(index).padStart(2, '0')}-${module.name}.ko`;
      await writeFile(join(folder, 'modules', file), module.data);
    }
  });
}
