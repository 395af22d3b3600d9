import type { AttachType } from '../abi/attach-types.gen.ts';
import type { ProgramType } from '../abi/program-types.gen.ts';
import type { TypeId } from '../btf/types.ts';

/**
 * A place in the code whose value only a running host knows. `slot` is the instruction to patch; the host writes
 * what the reference stands for.
 */
export type Reference =
  /** 64-bit immediate load of a map. */
  | { readonly kind: 'map'; readonly slot: number; readonly map: string }
  /** 64-bit immediate load of the address of byte `offset` of the first value of a map (globals). */
  | { readonly kind: 'map-value'; readonly slot: number; readonly map: string; readonly offset: number }
  /** 64-bit immediate load of the address of a function in this program (callbacks); `target` is its slot. */
  | { readonly kind: 'function'; readonly slot: number; readonly target: number }
  /** Call of a kernel function. */
  | {
      readonly kind: 'kfunc';
      readonly slot: number;
      readonly name: string;
      readonly type?: TypeId;
      readonly weak: boolean;
    }
  /** 64-bit immediate load of the address of a kernel variable; `type` 0 or absent where it has none. */
  | {
      readonly kind: 'ksym';
      readonly slot: number;
      readonly name: string;
      readonly type?: TypeId;
      readonly weak: boolean;
    };

/** Function in a program: the entry is at slot 0, subprograms follow it. */
export interface FunctionInfo {
  readonly slot: number;
  readonly name: string;
  /** FUNC type in the collection's BTF. */
  readonly type?: TypeId;
  readonly linkage: 'static' | 'global';
}

/** Source line of the instructions from `slot` up to the next entry. */
export interface LineInfo {
  readonly slot: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; 0 where the compiler gave none. */
  readonly column: number;
  readonly text: string;
}

/** CO-RE relocation as it stands in .BTF.ext (`struct bpf_core_relo`). */
export interface CoreRelocation {
  readonly slot: number;
  /** Root type in the collection's BTF. */
  readonly type: TypeId;
  /** Path such as `0:1:2`. */
  readonly access: string;
  /** 0..12, enum bpf_core_relo_kind. */
  readonly kind: number;
}

/** Blueprint of a program: what `BPF_PROG_LOAD` needs, before anything that depends on a host. */
export interface ProgramSpec {
  readonly name: string;
  /** ELF section, which says type and attach target: `xdp`, `tracepoint/syscalls/sys_enter_openat`. */
  readonly section: string;
  readonly type: ProgramType;
  readonly attachType?: AttachType;
  /** What stands behind the slash: a function, a tracepoint, a device. */
  readonly attachTarget?: string;
  /** Member of a struct of functions that a `struct_ops` program stands for: what it is checked against. */
  readonly structMember?: { readonly struct: string; readonly member: string };
  /** `BPF_F_*` bits of program load (sleepable, XDP with fragments). */
  readonly flags: number;
  /** False where the section starts with `?`: loaded only when asked for by name. */
  readonly autoload: boolean;
  /** Bytecode with its subprograms behind it, local calls resolved, references still to be patched. */
  readonly code: Uint8Array;
  readonly references: readonly Reference[];
  readonly functions: readonly FunctionInfo[];
  readonly lines: readonly LineInfo[];
  readonly coreRelocations: readonly CoreRelocation[];
}
