import { fileURLToPath } from 'node:url';
import {
  type Collection,
  type ConfigValues,
  type Host,
  loadCollection,
  type ProgramTargets,
  vm,
} from '@skep/core/host';
import type { CollectionSpec } from '@skep/core/object';
import { PlainHost } from './plain/index.ts';
import type { ModuleConfig, TypedCollection, TypedPrograms } from './typed/index.ts';

/** Options of {@link load}. */
export interface LoadOptions {
  /** Where it runs. Default: a virtual machine of its own, which ends with the collection. */
  readonly host?: Host;
  /** Values for variables of the program, by name, from before it is loaded. */
  readonly config?: ConfigValues;
  /** Load only these programs, what their tail calls reach and the maps they use. */
  readonly programs?: readonly string[];
  /** For programs that replace or trace a function of another BPF program (freplace, fentry, fexit): that program. */
  readonly targets?: ProgramTargets;
  /** Where maps are that the program wants pinned by name. Default: that of the host, in Linux `/sys/fs/bpf`. */
  readonly pinPath?: string;
  /** The kernel's verifier prints a log into `verifierLog` of the programs: 1, 2, and 4 for statistics. Default none. */
  readonly logLevel?: number;
}

/** Options of {@link load} for a program in TypeScript whose type is given. */
export interface ModuleLoadOptions<Module extends object> extends Omit<LoadOptions, 'config' | 'programs'> {
  /** Values for the program's `config(..)` exports; one left out keeps its initial value. */
  readonly config?: ModuleConfig<Module>;
  /** Load only these programs, what their tail calls reach and the maps they use. */
  readonly programs?: readonly (keyof TypedPrograms<Module> & string)[];
}

/**
 * Reads a program file and loads it: TypeScript (`.ts`), an eBPF object (`.o`), assembly (`.s`) or C (`.c`, compiled
 * with the clang found).
 *
 *     await using firewall = await load('firewall.o');
 *     firewall.maps.blocked.set('10.0.0.0/8', 1);
 *     const { verdict } = firewall.programs.firewall.run(packet().eth().ipv4({ src: '10.1.2.3' }).tcp());
 *
 * For a program in TypeScript, `load<typeof Firewall>(..)` types maps, programs, variables and `config` by its exports.
 * An object beside the source (`firewall.bpf.o` beside `firewall.bpf.ts`) is taken where it is not older, or where the
 * compiler is not installed. On the host of `plain()` the module itself runs, and the path is for messages alone.
 *
 * @throws SKEP_NO_FILE, SKEP_BAD_ELF, SKEP_BAD_OBJECT, SKEP_BAD_ASSEMBLY, SKEP_COMPILE, SKEP_NO_TOOL,
 *   SKEP_BAD_MAP, SKEP_BAD_PROGRAM, SKEP_NOT_SUPPORTED, SKEP_NOT_PERMITTED, SKEP_NO_SUCH_NAME, SKEP_BAD_VALUE.
 */
export function load(source: URL | string, options?: LoadOptions): Promise<Collection>;
export function load<Module extends object>(
  source: URL | string,
  options?: ModuleLoadOptions<Module>,
): Promise<TypedCollection<Module>>;
export async function load(source: URL | string, options: object = {}): Promise<unknown> {
  const { host, ...rest }: LoadOptions = options;
  const spec = await specOf(fileOf(source), host);
  if (host !== undefined) return loadCollection(spec, host, rest);
  const own = vm();
  try {
    return loadCollection(spec, own, { ...rest, ownsHost: true });
  } catch (error) {
    own.dispose();
    throw error;
  }
}

async function specOf(file: string, host: Host | undefined): Promise<CollectionSpec> {
  if (host instanceof PlainHost) return { ...(await host.read()), file };
  const { readLoadable } = await import('./program/prebuilt.ts');
  return readLoadable(file);
}

function fileOf(source: URL | string): string {
  const isUrl = source instanceof URL || source.startsWith('file:');
  return isUrl ? fileURLToPath(source) : source;
}
