/**
 * BTF types as the kernel's document `Documentation/bpf/btf.rst` lays them out. A type is named by its id; id 0 is
 * void and is never stored.
 */

/** Kinds by number (btf.rst, section 2.2). */
export const Kind = {
  VOID: 0,
  INT: 1,
  PTR: 2,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  FWD: 7,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  RESTRICT: 11,
  FUNC: 12,
  FUNC_PROTO: 13,
  VAR: 14,
  DATASEC: 15,
  FLOAT: 16,
  DECL_TAG: 17,
  TYPE_TAG: 18,
  ENUM64: 19,
} as const;

/** Id of a type in its BTF; 0 is void. */
export type TypeId = number;

/** Member of a struct or union. `bitSize` is 0 unless it is a bit field. */
export interface Member {
  readonly name: string;
  readonly type: TypeId;
  readonly bitOffset: number;
  readonly bitSize: number;
}

/** Value of an enumeration; exact in 64 bits. */
export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

/** Parameter of a function prototype. */
export interface Parameter {
  /** Empty for a variadic tail, whose type is 0. */
  readonly name: string;
  readonly type: TypeId;
}

/** Variable in a section: its VAR type, offset and size in bytes. */
export interface SectionVariable {
  readonly type: TypeId;
  readonly offset: number;
  readonly size: number;
}

/** No type: id 0. */
export interface VoidType {
  readonly kind: 'void';
}
/** Integer (btf.rst, section 2.2.1). */
export interface IntType {
  readonly kind: 'int';
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly bits: number;
  readonly bitOffset: number;
  readonly signed: boolean;
  readonly char: boolean;
  readonly bool: boolean;
}
/** Floating-point number (BTF since Linux 5.13). */
export interface FloatType {
  readonly kind: 'float';
  readonly name: string;
  readonly size: number;
}
/** Pointer to `type`. */
export interface PointerType {
  readonly kind: 'ptr';
  readonly type: TypeId;
}
/** Array of `length` elements; 0 for a flexible one. */
export interface ArrayType {
  readonly kind: 'array';
  readonly type: TypeId;
  readonly indexType: TypeId;
  readonly length: number;
}
/** Structure or union; `size` in bytes. */
export interface StructType {
  readonly kind: 'struct' | 'union';
  readonly name: string;
  readonly size: number;
  readonly members: readonly Member[];
}
/** Enumeration of 8 to 64 bits (enum64 since Linux 6.0); `size` in bytes. */
export interface EnumType {
  readonly kind: 'enum' | 'enum64';
  readonly name: string;
  readonly size: number;
  readonly signed: boolean;
  readonly values: readonly Enumerator[];
}
/** Structure or union that is declared and not defined. */
export interface ForwardType {
  readonly kind: 'fwd';
  readonly name: string;
  readonly of: 'struct' | 'union';
}
/** Another name for `type`. */
export interface TypedefType {
  readonly kind: 'typedef';
  readonly name: string;
  readonly type: TypeId;
}
/** `const`, `volatile` or `restrict`. */
export interface QualifierType {
  readonly kind: 'const' | 'volatile' | 'restrict';
  readonly type: TypeId;
}
/** Function; `type` is its prototype. */
export interface FunctionType {
  readonly kind: 'func';
  readonly name: string;
  readonly type: TypeId;
  readonly linkage: 'static' | 'global' | 'extern';
}
/** What a function takes and gives. */
export interface FunctionPrototype {
  readonly kind: 'func_proto';
  readonly returns: TypeId;
  readonly parameters: readonly Parameter[];
}
/** Global variable. */
export interface VariableType {
  readonly kind: 'var';
  readonly name: string;
  readonly type: TypeId;
  readonly linkage: 'static' | 'global' | 'extern';
}
/** Section of variables, such as `.bss` or `.maps`; `size` in bytes. */
export interface DataSectionType {
  readonly kind: 'datasec';
  readonly name: string;
  readonly size: number;
  readonly variables: readonly SectionVariable[];
}
/** `btf_decl_tag` attribute of a type, member or parameter (Linux 5.16). */
export interface DeclarationTag {
  readonly kind: 'decl_tag';
  readonly name: string;
  readonly type: TypeId;
  /** Member or parameter it belongs to; -1 for the type itself. */
  readonly component: number;
  /** The tag is a whole attribute (`kind_flag`, Linux 6.15), not the argument of `btf_decl_tag`. */
  readonly attribute?: boolean;
}
/** `btf_type_tag` attribute of what a pointer points to (Linux 5.17). */
export interface TypeTag {
  readonly kind: 'type_tag';
  readonly name: string;
  readonly type: TypeId;
  /** The tag is a whole attribute (`kind_flag`, Linux 6.15), not the argument of `btf_type_tag`. */
  readonly attribute?: boolean;
}

/** Any BTF type. */
export type BtfType =
  | VoidType
  | IntType
  | FloatType
  | PointerType
  | ArrayType
  | StructType
  | EnumType
  | ForwardType
  | TypedefType
  | QualifierType
  | FunctionType
  | FunctionPrototype
  | VariableType
  | DataSectionType
  | DeclarationTag
  | TypeTag;
