import type { CoreQuery, CoreResult } from './core-relocation.ts';
import { CoreResolver } from './core-resolver.ts';
import type { Btf } from './reader.ts';

/** The last resolver of each object's BTF: its programs are relocated one after the other. */
const resolvers = new WeakMap<Btf, CoreResolver>();

/** The resolver of an object for these targets; what it has found stays known while `local` is in use. */
export function coreResolver(local: Btf, targets: readonly Btf[]): CoreResolver {
  const known = resolvers.get(local);
  if (known?.serves(targets)) return known;
  const resolver = new CoreResolver(local, targets);
  resolvers.set(local, resolver);
  return resolver;
}

/**
 * Resolves one CO-RE relocation (Linux 5.4; LLVM's BPF document, "CO-RE Relocations").
 * @param local the program's own BTF, whose types the relocation names.
 * @param targets BTF of the kernel the program shall run in, and split BTF of modules if wanted: a module's type
 *   counts only where the kernel has none of its name.
 * @returns the value, or why there is none: such an instruction must not run.
 * @throws SKEP_CORE_RELOCATION where types of the targets give different answers, or the root type has no name;
 *   SKEP_BAD_OBJECT where the relocation does not fit the local types; SKEP_BAD_BTF where types are broken.
 */
export function resolveCoreRelocation(local: Btf, relocation: CoreQuery, targets: readonly Btf[]): CoreResult {
  return coreResolver(local, targets).resolve(relocation, new Map());
}
