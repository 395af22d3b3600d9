import { readFile } from 'node:fs/promises';
import { SkepError } from '@skep/core/base';

/** The name that stands for standard input. */
export const STDIN = '-';

/** The bytes of a file, or of standard input for `-`. @throws SKEP_NO_FILE. */
export async function readBytes(file: string): Promise<Uint8Array> {
  if (file !== STDIN) {
    try {
      return await readFile(file);
    } catch (error) {
      throw noFile(file, error);
    }
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a failed system call on a file means, in words. */
export function noFile(file: string, error: unknown): SkepError {
  const errno = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const [reason, remedy] = reasons.get(errno ?? '') ?? [
    String(error instanceof Error ? error.message : error),
    undefined,
  ];
  return new SkepError('SKEP_NO_FILE', `cannot read ${file}`, {
    reason,
    ...(remedy === undefined ? {} : { remedy }),
    ...(errno === undefined ? {} : { errno }),
  });
}

/** As {@link noFile}, for writing. */
export function noWrite(file: string, error: unknown): SkepError {
  const errno = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const reason = errno === 'ENOENT' ? 'its folder does not exist' : reasons.get(errno ?? '')?.[0];
  return new SkepError('SKEP_NO_WRITE', `cannot write ${file}`, {
    reason: reason ?? String(error instanceof Error ? error.message : error),
    ...(errno === undefined ? {} : { errno }),
  });
}

const reasons: ReadonlyMap<string, readonly [reason: string, remedy: string | undefined]> = new Map([
  ['ENOENT', ['there is no such file', 'check the name']],
  ['ENOTDIR', ['a part of the path is not a directory', 'check the name']],
  ['EISDIR', ['it is a directory', 'name a file']],
  ['EACCES', ['permission is denied', 'check who may read it']],
  ['ENOSPC', ['the disk is full', undefined]],
  ['EROFS', ['the file system is read-only', undefined]],
]);
