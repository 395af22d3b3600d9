/** A program of a module: what runs, and how. */
export interface ProgramParts {
  readonly kind: string;
  readonly run: (...args: never[]) => unknown;
  /** What it is attached to, where the source says so: a tracepoint, a function, a hook. */
  readonly target: string | undefined;
  readonly sleepable: boolean;
  readonly frags: boolean;
}

const programs = new WeakMap<object, ProgramParts>();

/** What an exported program is, or undefined for anything else. */
export function programOf(value: unknown): ProgramParts | undefined {
  return typeof value === 'object' && value !== null ? programs.get(value) : undefined;
}

/** A blueprint of a program. */
export class ProgramBlueprint {
  readonly kind: string;

  constructor(
    kind: string,
    run: (...args: never[]) => unknown,
    options: { readonly sleepable?: boolean; readonly frags?: boolean } = {},
    target?: string,
  ) {
    this.kind = kind;
    const { sleepable = false, frags = false } = options;
    programs.set(this, { kind, run, target, sleepable, frags });
  }
}
