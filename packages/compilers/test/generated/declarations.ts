import type { IntType, RecordType } from './types.ts';

/** A map of a generated module. */
export interface MapDeclaration {
  readonly name: string;
  readonly className: string;
  /** Absent: a queue, a stack or a ring buffer. */
  readonly key?: IntType | RecordType;
  readonly value: IntType | RecordType;
  readonly maxEntries: number;
}

/** A function of a generated module. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly parameters: readonly (IntType | RecordType)[];
  readonly result: IntType | 'boolean';
  readonly isSubprogram: boolean;
}

/** What the programs of a module share. */
export interface Declarations {
  readonly structs: RecordType[];
  readonly headers: RecordType[];
  readonly maps: MapDeclaration[];
  readonly functions: FunctionDeclaration[];
}

export function isInt(schema: IntType | RecordType): schema is IntType {
  return 'big' in schema;
}
