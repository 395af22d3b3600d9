import { readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import { type Btf, essentialName, typesCompatible } from '@skep/core/btf';
import type { ProgramSpec, Reference } from '@skep/core/object';
import type { KernelType, KernelTypes } from '../btf/kernel-types.ts';

/** A reference to something of the kernel, by name. */
export type SymbolReference = Extract<Reference, { readonly kind: 'kfunc' | 'ksym' }>;

/** What it stands for: a type of the kernel's BTF, an address, or nothing. */
export type KernelSymbol =
  | { readonly kind: 'type'; readonly id: number; readonly module?: string }
  | { readonly kind: 'address'; readonly address: bigint }
  | { readonly kind: 'missing' };

const KALLSYMS = '/proc/kallsyms';

/**
 * Finds a function or variable of the kernel: those that the program declares with a type, in the kernel's BTF (kfuncs:
 * Linux 5.13, variables: 5.10); those declared `const void`, in /proc/kallsyms.
 * @throws SKEP_NO_SUCH_NAME for one that is not there and not weak.
 */
export function findSymbol(
  reference: SymbolReference,
  spec: ProgramSpec,
  btf: Btf | undefined,
  kernel: KernelTypes,
): KernelSymbol {
  const kind = kindOf(reference, btf);
  if (kind === undefined) {
    const address = addressOf(reference.name);
    if (address !== undefined) return { kind: 'address', address };
  } else {
    const type = typeOf(reference, kind, btf, kernel);
    if (type !== undefined) return { kind: 'type', ...type };
  }
  if (reference.weak) return { kind: 'missing' };
  throw noSymbol(reference, spec, kind);
}

/**
 * The type of that name, without its flavour (`name___flavour`): one with a flavour must agree with the prototype that
 * the program declares, so that programs can declare a function as several kernels have it.
 */
function typeOf(
  { name, type, weak }: SymbolReference,
  kind: 'func' | 'var',
  local: Btf | undefined,
  kernel: KernelTypes,
): KernelType | undefined {
  const essential = essentialName(name);
  const found = weak ? attempt(() => kernel.find(essential, kind)) : kernel.find(essential, kind);
  if (found === undefined || essential === name || local === undefined || type === undefined) return found;
  return typesCompatible(local, prototypeOf(local, type), found.btf, prototypeOf(found.btf, found.id))
    ? found
    : undefined;
}

function prototypeOf(btf: Btf, id: number): number {
  const type = btf.type(id);
  return type.kind === 'func' || type.kind === 'var' ? type.type : id;
}

/** What the kernel has, or nothing where it does not show its types: a weak symbol is missing then. */
function attempt(find: () => KernelType | undefined): KernelType | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof SkepError && error.code === 'SKEP_NOT_SUPPORTED') return undefined;
    throw error;
  }
}

/** Kind of the BTF type that describes it; undefined where it is declared without a type. */
function kindOf({ kind, type }: SymbolReference, btf: Btf | undefined): 'func' | 'var' | undefined {
  if (kind === 'kfunc') return 'func';
  if (btf === undefined || type === undefined) return undefined;
  const declared = btf.type(type);
  if (declared.kind === 'func' || declared.kind === 'func_proto') return 'func';
  return btf.strip(declared.kind === 'var' ? declared.type : type) === 0 ? undefined : 'var';
}

/** Lines are `ffffffff81000000 T _text`, with a tab and `[module]` behind symbols of modules. */
function addressOf(name: string): bigint | undefined {
  const text = readFileSync(KALLSYMS, 'latin1');
  for (let at = text.indexOf(` ${name}`); at >= 0; at = text.indexOf(` ${name}`, at + 1)) {
    const end = text[at + 1 + name.length];
    if (end !== '\n' && end !== '\t' && end !== undefined) continue;
    const address = text.slice(text.lastIndexOf('\n', at) + 1, at).split(' ')[0] ?? '';
    return BigInt(`0x${address}`);
  }
  return undefined;
}

function noSymbol({ name, slot }: SymbolReference, spec: ProgramSpec, kind: 'func' | 'var' | undefined): SkepError {
  const what = { func: 'function', var: 'variable' };
  const place = { program: spec.name, instruction: slot };
  const subject = kind === undefined ? 'symbol' : what[kind];
  return new SkepError('SKEP_NO_SUCH_NAME', `the kernel has no ${subject} ${name}, which program ${spec.name} uses`, {
    place,
    reason: kind === undefined ? `${KALLSYMS} does not list it` : `its types name no ${subject} ${name}`,
    remedy: 'declare it __weak and test for it, or use a kernel that has it',
  });
}
