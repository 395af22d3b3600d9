import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheFolder, fillFolder } from './cache.ts';
import { type CpioEntry, writeCpio } from './cpio.ts';
import type { DebianKernel } from './debian-kernel.ts';
import { run, toolPath } from './tools.ts';

/** Programs in the base archive besides busybox and node. */
const programs = ['ip', 'tc', 'bpftool', 'perl'] as const;

/** Modules of Perl that Debian's base system has. */
const PERL_MODULES = '/usr/lib/x86_64-linux-gnu/perl-base';

/** Raised when the layout of the base archive changes. */
const BASE_LAYOUT = 4;

/**
 * What every boot needs and no change of skep changes: busybox, node without its symbols, koffi, ip, tc, bpftool and
 * their libraries, as one archive. Built once and kept in the cache under a key made of the files it is made from.
 * @returns the file.
 */
export function baseArchive(): Promise<string> {
  // Kernels boot side by side: they share one archive, made once.
  archiveFile ??= findOrMakeArchive();
  return archiveFile;
}

let archiveFile: Promise<string> | undefined;

async function findOrMakeArchive(): Promise<string> {
  const files = [process.execPath, toolPath('busybox'), koffiBinary(), ...programs.map((name) => toolPath(name))];
  const folder = join(cacheFolder(), `base-${await keyOf(files)}`);
  const archive = join(folder, 'base.cpio');
  if (!existsSync(archive)) {
    await fillFolder(folder, async (unfinished) => {
      await writeFile(join(unfinished, 'base.cpio'), writeCpio(await baseEntries()));
    });
    await removeOthers(folder);
  }
  return archive;
}

/** The same for the same contents: another clone of the sources has other paths and times, but the same files. */
async function keyOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(String(BASE_LAYOUT));
  for (const file of files) hash.update(`${basename(file)}\n`).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** Removes archives of other keys: one is a hundred megabytes. */
async function removeOthers(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (!/^base-[0-9a-f]{16}$/.test(name) || name === basename(folder)) continue;
    // Another run may be removing it too.
    await rm(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}

const require = createRequire(import.meta.url);
/** The binary stands in a package of its own beside koffi. */
const koffiFolder = () => dirname(require.resolve('koffi'));
const koffiBinaryFolder = () => join(dirname(koffiFolder()), '@koromix', 'koffi-linux-x64');
const koffiBinary = () => join(koffiBinaryFolder(), 'linux_x64', 'koffi.node');

async function baseEntries(): Promise<CpioEntry[]> {
  const tools = programs.map((name) => toolPath(name));
  const libraries = await librariesOf([process.execPath, koffiBinary(), ...tools]);
  return [
    await executable('bin/busybox', toolPath('busybox')),
    { kind: 'file', name: 'bin/node', data: await stripped(process.execPath), mode: 0o755 },
    ...(await Promise.all(tools.map((file) => executable(`bin/${basename(file)}`, file)))),
    ...(await Promise.all(libraries.map((file) => executable(file.slice(1), file)))),
    ...(await koffiEntries()),
    ...(await perlEntries()),
  ];
}

async function executable(name: string, file: string): Promise<CpioEntry> {
  return { kind: 'file', name, data: await readFile(await realpath(file)), mode: 0o755 };
}

async function koffiEntries(): Promise<CpioEntry[]> {
  const scripts = await readdir(koffiFolder(), { recursive: true });
  const library = ['package.json', ...scripts.filter((file) => file.endsWith('.cjs'))].map((file) => `koffi/${file}`);
  const binary = ['package.json', 'index.js', 'linux_x64/koffi.node'].map((file) => `@koromix/koffi-linux-x64/${file}`);
  const modules = dirname(koffiFolder());
  return Promise.all(
    [...library, ...binary].map(async (file) => ({
      kind: 'file' as const,
      name: `node_modules/${file}`,
      data: await readFile(join(modules, file)),
    })),
  );
}

async function perlEntries(): Promise<CpioEntry[]> {
  const members = await readdir(PERL_MODULES, { recursive: true, withFileTypes: true });
  const files = members.filter((member) => member.isFile()).map(({ name, parentPath }) => join(parentPath, name));
  return Promise.all(files.map((file) => executable(file.slice(1), file)));
}

async function stripped(file: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'skep-strip-'));
  try {
    const output = join(folder, 'stripped');
    await run('strip', ['-o', output, file]);
    return await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Shared libraries that the files load, by the paths under which they are looked for. */
async function librariesOf(files: readonly string[]): Promise<string[]> {
  const listings = await Promise.all(files.map((file) => run('ldd', [file])));
  const paths = listings.flatMap((text) =>
    [...text.toString().matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1] ?? ''),
  );
  return [...new Set(paths)];
}

/** What init runs: mounts, modules, then node; the machine stops when node ends. */
const init = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /etc /tmp /run /sbin /usr/bin /usr/sbin
echo guest > /etc/hostname
/bin/busybox --install -s /bin
export PATH=/bin HOME=/tmp NO_COLOR=1 SKEP_EMULATED=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mount -t tmpfs tmpfs /tmp
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tracefs tracefs /sys/kernel/tracing
mount -t debugfs debugfs /sys/kernel/debug
stty -F /dev/ttyS0 -opost 2>/dev/null
for module in /modules/*.ko; do insmod $module || echo "insmod $module failed"; done
ip link set lo up
cd /app
node main.mjs
echo "node ended with status $?"
sync
reboot -f
`;

/** The kernel's configuration, where its package has it as a file. */
async function configEntry({ config }: DebianKernel): Promise<CpioEntry[]> {
  if (config === undefined) return [];
  return [{ kind: 'file', name: `boot/${basename(config)}`, data: await readFile(config) }];
}

/** The part of the initramfs that changes: init, the kernel's modules, the bundled program and files it reads. */
export async function appArchive(
  kernel: DebianKernel,
  bundle: Uint8Array,
  files: readonly CpioEntry[],
): Promise<Uint8Array> {
  const modules = kernel.modules.map(async (file) => ({
    kind: 'file' as const,
    name: `modules/${basename(file)}`,
    data: await readFile(file),
  }));
  return writeCpio([
    { kind: 'file', name: 'init', data: new TextEncoder().encode(init), mode: 0o755 },
    { kind: 'directory', name: 'modules' },
    { kind: 'file', name: 'app/main.mjs', data: bundle },
    ...(await configEntry(kernel)),
    ...(await Promise.all(modules)),
    ...files,
  ]);
}

/** Writes both archives after each other into one file, as the kernel takes them. */
export async function writeInitramfs(
  file: string,
  kernel: DebianKernel,
  bundle: Uint8Array,
  files: readonly CpioEntry[],
): Promise<void> {
  await writeFile(file, await appArchive(kernel, bundle, files));
  await writeFile(file, await readFile(await baseArchive()), { flag: 'a' });
}
