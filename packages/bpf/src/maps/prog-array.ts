import type { Program, ProgramKind } from '../programs/program.ts';
import { environment } from '../runtime/environment.ts';

/**
 * BPF_MAP_TYPE_PROG_ARRAY (Linux 4.2): tail calls to programs of one kind, by the names of their exports. The names are
 * strings, not the programs, because two programs that call each other would make a circular type.
 */
export class ProgArray<Name extends string, Context, Verdict> {
  readonly kind = 'prog_array';
  readonly names: readonly Name[];

  constructor(_wrapper: (run: (context: Context) => Verdict) => Program<ProgramKind, Verdict>, names: readonly Name[]) {
    this.names = names;
  }

  /** Jumps and does not come back; undefined where the jump failed. Only as `return a.call(..) ?? VERDICT`. */
  call(context: Context, name: Name): Verdict | undefined {
    return environment().tailCall(this, context, name) as Verdict | undefined;
  }
}
