import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A map as libbpf opens it. */
export interface LibbpfMap {
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
  readonly mapExtra: bigint;
  readonly numaNode: number;
  readonly pinned: boolean;
  readonly hasInner: boolean;
  /** Hex digits; empty where it has none. */
  readonly initial: string;
}

/** A program as libbpf opens it. */
export interface LibbpfProgram {
  readonly name: string;
  readonly section: string;
  readonly type: number;
  readonly attachType: number;
  readonly autoload: boolean;
}

/** What libbpf makes of an object file. */
export interface LibbpfObject {
  /** Error number of opening it; 0 for none. */
  readonly error: number;
  readonly maps: LibbpfMap[];
  /** Inner maps by the name of the outer one. */
  readonly inner: Map<string, Pick<LibbpfMap, 'type' | 'keySize' | 'valueSize' | 'maxEntries' | 'flags'>>;
  readonly programs: LibbpfProgram[];
  /** Error number of loading it; undefined where that was not tried. */
  load: number | undefined;
  /** Instructions of each program as the kernel was given them. */
  readonly code: Map<string, Uint8Array>;
}

/** Builds the oracle in `folder`; gives the program's path. */
export function buildOracle(folder: string): string {
  const program = join(folder, 'libbpf-oracle');
  execFileSync('cc', ['-O1', '-o', program, join(import.meta.dirname, 'libbpf-oracle.c'), '-lbpf', '-lelf', '-lz']);
  return program;
}

/** Asks libbpf about object files; those of `load` are loaded into the kernel for a moment as well. */
export function askLibbpf(
  oracle: string,
  files: readonly { file: string; load: boolean }[],
): Map<string, LibbpfObject> {
  const parameters = files.flatMap(({ file, load }) => (load ? [file] : ['open', file]));
  const text = execFileSync(oracle, parameters, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const objects = new Map<string, LibbpfObject>();
  let current: LibbpfObject | undefined;
  for (const line of text.split('\n')) {
    const [kind, name = '', ...fields] = line.split('\t');
    if (kind === 'object') {
      current = {
        error: Number(fields[0]),
        maps: [],
        inner: new Map(),
        programs: [],
        load: undefined,
        code: new Map(),
      };
      objects.set(name, current);
    } else if (current !== undefined) readFact(current, kind ?? '', name, fields);
  }
  return objects;
}

function readFact(object: LibbpfObject, kind: string, name: string, fields: readonly string[]): void {
  const number = (index: number): number => Number(fields[index]);
  const size = () => ({
    type: number(0),
    keySize: number(1),
    valueSize: number(2),
    maxEntries: number(3),
    flags: number(4),
  });
  // The maps of variables have the object's name in front, which the oracle sets to `o`.
  if (kind === 'map') {
    object.maps.push({
      name: name.replace(/^o(?=\.)/, ''),
      ...size(),
      mapExtra: BigInt(fields[5] ?? 0),
      numaNode: number(6),
      pinned: fields[7] === '1',
      hasInner: fields[9] === '1',
      initial: fields[10] ?? '',
    });
  } else if (kind === 'inner') object.inner.set(name, size());
  else if (kind === 'program') {
    object.programs.push({
      name,
      section: fields[0] ?? '',
      type: number(1),
      // libbpf puts the index of the struct's member there, which is the host's to find out.
      attachType: number(1) === 27 ? 0 : number(2),
      autoload: fields[3] === '1',
    });
  } else if (kind === 'load') object.load = Number(name);
  else if (kind === 'code') object.code.set(name, Uint8Array.from(Buffer.from(fields[0] ?? '', 'hex')));
}

/** Gives files of plain BTF to the kernel; the names of those it refuses, with the error number. */
export function refusedBtf(oracle: string, files: readonly string[]): string[] {
  const text = execFileSync(
    oracle,
    files.flatMap((file) => ['btf', file]),
    { encoding: 'utf8' },
  );
  return text.split('\n').filter((line) => line.startsWith('btf\t') && !line.endsWith('\t0'));
}
