import { SkepError } from '../base/errors.ts';
import type { Btf } from '../btf/reader.ts';
import { recordOf, type Value } from '../btf/value.ts';
import type { VariableSpec } from '../object/collection-spec.ts';
import { type Codec, hexCodec, typeCodec } from './codec.ts';

/** The codec of one variable: by its type, or hex bytes where it has none. */
export function variableCodec(variable: VariableSpec, btf: Btf | undefined): Codec {
  const { type, size } = variable;
  return btf === undefined || type === undefined || btf.sizeOf(type) !== size
    ? hexCodec(size)
    : typeCodec(btf, type, size);
}

/** The only value of a data section (`.bss`, `.data`): a record of its variables by name. */
export function sectionCodec(size: number, variables: readonly VariableSpec[], btf: Btf | undefined): Codec {
  const fields = new Map(variables.map((variable) => [variable.name, { ...variable, ...codecOf(variable, btf) }]));
  const encode = (record: Value): Uint8Array => {
    const bytes = new Uint8Array(size);
    for (const [name, value] of Object.entries(record)) {
      const field = fields.get(name);
      if (field === undefined) throw noVariable(name, [...fields.keys()]);
      bytes.set(field.codec.encode(value), field.offset);
    }
    return bytes;
  };
  return {
    size,
    decode: (bytes) =>
      recordOf(
        Array.from(fields.values(), ({ name, offset, codec }) => [
          name,
          codec.decode(bytes.subarray(offset, offset + codec.size)),
        ]),
      ),
    encode: (value) => (value instanceof Uint8Array && value.length === size ? value : encode(value as Value)),
    parse: (text) => hexCodec(size).parse(text),
  };
}

function codecOf(variable: VariableSpec, btf: Btf | undefined): { codec: Codec } {
  return { codec: variableCodec(variable, btf) };
}

/** The error for a variable that is not there; it names those that are. */
export function noVariable(name: string, known: readonly string[]): SkepError {
  return new SkepError('SKEP_NO_SUCH_NAME', `there is no variable ${name}`, {
    remedy: known.length === 0 ? 'the program has no variables' : `it has: ${known.join(', ')}`,
  });
}
