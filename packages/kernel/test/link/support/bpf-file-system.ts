import { readFileSync } from 'node:fs';

/** Where a bpf file system is mounted, if one is. */
export function mountedBpfFileSystem(): string | undefined {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , type]) => type === 'bpf')?.[1];
}
