import { type Collection, type Host, type LoadCollectionOptions, loadCollection } from '../../../src/host/index.ts';
import { assembleElf } from '../../../src/object/assembly/index.ts';
import { type CollectionSpec, collectionFromElf } from '../../../src/object/index.ts';

/**
 * Something every host must do. Cases are written against the host port and what stands on it alone, and each runs on
 * every implementation. They use only what a verifier accepts and a kernel's test run takes.
 */
export interface HostCase {
  readonly name: string;
  run(host: Host): void | Promise<void>;
}

/** The specs of a program in assembly. */
export function assembled(text: string): CollectionSpec {
  return collectionFromElf(assembleElf(text, { file: 'case.s' }), { file: 'case.s' });
}

/** Loads a program in assembly, hands it over, and frees it. */
export function withProgram<T>(
  host: Host,
  text: string,
  use: (collection: Collection) => T,
  options: LoadCollectionOptions = {},
): T {
  const collection = loadCollection(assembled(text), host, options);
  try {
    return use(collection);
  } finally {
    collection.dispose();
  }
}

/** The map of that name; an error where it is missing says so. */
export function mapOf(collection: Collection, name: string) {
  const map = collection.maps[name];
  if (map === undefined) throw new Error(`no map ${name}`);
  return map;
}

/** The program of that name. */
export function programOf(collection: Collection, name: string) {
  const program = collection.programs[name];
  if (program === undefined) throw new Error(`no program ${name}`);
  return program;
}

/** A program that does nothing: what a case about maps needs to be loaded. */
export const idle = `
  .section xdp
idle:
  r0 = 2
  exit
`;

/** An Ethernet frame of that many zero bytes. */
export function frame(size = 64): Uint8Array {
  return new Uint8Array(size);
}
