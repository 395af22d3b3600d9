import type { IntType, RecordType } from './types.ts';

/** An integer expression, and what is known of its value. */
export interface Expression {
  readonly text: string;
  readonly big: boolean;
  readonly min: bigint;
  readonly max: bigint;
  /** Name of its type where it is not plain `number` or `bigint`; `mixed` where it is a union. */
  readonly flavour?: string;
  /** A bitwise result that the language wants to be made unsigned before it is compared. */
  readonly bitwise?: boolean;
  /** TypeScript gives it the type of a literal. */
  readonly literal?: boolean;
}

/** A variable that holds an integer. */
export interface IntVariable extends Expression {
  /** Declared with `let`, of this type. */
  readonly assignable?: IntType;
}

export type Memory = 'packet' | 'map' | 'percpu' | 'stack' | 'global';

/** A name for a record in memory. */
export interface View {
  readonly text: string;
  readonly record: RecordType;
  readonly memory: Memory;
  /** The map that it is in. */
  readonly map?: string;
}

/** A scalar that may be undefined. */
export interface Optional {
  readonly text: string;
  readonly type: IntType;
}

/** A map value in a box: `.value`. */
export interface Box {
  readonly text: string;
  readonly type: IntType;
  readonly memory: 'map' | 'percpu' | 'global';
  readonly map?: string;
}

interface Names {
  readonly integers: IntVariable[];
  readonly booleans: { readonly text: string; readonly assignable: boolean }[];
  readonly views: View[];
  readonly optionals: Optional[];
  readonly boxes: Box[];
}

function noNames(): Names {
  return { integers: [], booleans: [], views: [], optionals: [], boxes: [] };
}

/** The names that can be used at a place, in nested blocks. */
export class Scope {
  #blocks: Names[] = [noNames()];

  within(body: () => void): void {
    this.#blocks.push(noNames());
    body();
    this.#blocks.pop();
  }

  /** Another scope for a function: what is declared outside cannot be seen, except what `kept` says. */
  alone(body: () => void): void {
    const before = this.#blocks;
    this.#blocks = [before[0] ?? noNames(), noNames()];
    body();
    this.#blocks = before;
  }

  get here(): Names {
    return this.#blocks.at(-1) ?? noNames();
  }

  all<Kind extends keyof Names>(kind: Kind): readonly Names[Kind][number][] {
    return this.#blocks.flatMap((names) => names[kind] as Names[Kind][number][]);
  }

  /** The packet was moved: what showed it ends. */
  forgetPacket(): void {
    for (const { views } of this.#blocks) {
      const kept = views.filter(({ memory }) => memory !== 'packet');
      views.splice(0, views.length, ...kept);
    }
  }

  /** An entry of a map was replaced or removed: what is seen of it is another thing in each host. */
  forgetMap(name: string): void {
    for (const { views, boxes } of this.#blocks) {
      for (const list of [views, boxes] as { readonly map?: string }[][]) {
        const kept = list.filter(({ map }) => map !== name);
        list.splice(0, list.length, ...kept);
      }
    }
  }
}
