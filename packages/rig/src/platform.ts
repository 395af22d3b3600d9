import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlatformRecord } from '@skep/core/abi/platform';
import { bundlePlatform } from './bundle.ts';
import { fetchKernel, type KernelName } from './debian-kernel.ts';
import { writeInitramfs } from './initramfs.ts';
import { boot } from './qemu.ts';

/** Tens of thousands of programs are loaded: minutes in software emulation. */
const PATIENCE = 900;

/** Megabytes: a program of a million instructions takes hundreds while it is verified. */
const MEMORY = 2048;

/**
 * Boots a kernel and measures it.
 * @throws Error where the kernel cannot be had or says nothing; SKEP_NO_TOOL where a tool is missing.
 */
export async function recordPlatform(name: KernelName): Promise<PlatformRecord> {
  const kernel = await fetchKernel(name);
  const folder = await mkdtemp(join(tmpdir(), 'skep-rig-'));
  try {
    const initramfs = join(folder, 'initramfs');
    await writeInitramfs(initramfs, kernel, await bundlePlatform(), []);
    const { records, log } = await boot({ image: kernel.image, initramfs, timeout: PATIENCE, memory: MEMORY });
    const said = records.find((record) => record.type === 'platform');
    if (said === undefined) throw new Error(`${name} was not measured:\n${log.slice(-20).join('\n')}`);
    return said.record;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
