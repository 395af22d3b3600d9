import { readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import type { Btf } from '@skep/core/btf';
import type { ProgramSpec, Reference } from '@skep/core/object';
import { vmlinux } from '../btf/vmlinux.ts';

/** A reference to something of the kernel, by name. */
export type SymbolReference = Extract<Reference, { readonly kind: 'kfunc' | 'ksym' }>;

/** What it stands for: a type of the kernel's BTF, an address, or nothing. */
export type KernelSymbol =
  | { readonly kind: 'type'; readonly id: number }
  | { readonly kind: 'address'; readonly address: bigint }
  | { readonly kind: 'missing' };

const KALLSYMS = '/proc/kallsyms';

/**
 * Finds a function or variable of the kernel: those that the program declares with a type, in the kernel's BTF (kfuncs:
 * Linux 5.13, variables: 5.10); those declared `const void`, in /proc/kallsyms.
 * @throws SKEP_NO_SUCH_NAME for one that is not there and not weak.
 */
export function findSymbol(reference: SymbolReference, spec: ProgramSpec, btf: Btf | undefined): KernelSymbol {
  const kind = kindOf(reference, btf);
  if (kind === undefined) {
    const address = addressOf(reference.name);
    if (address !== undefined) return { kind: 'address', address };
  } else {
    const id = vmlinux().findByName(reference.name, kind);
    if (id !== undefined) return { kind: 'type', id };
  }
  if (reference.weak) return { kind: 'missing' };
  throw noSymbol(reference, spec, kind);
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
