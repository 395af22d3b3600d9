import { rangeOf, type ScalarShape } from './scalar.ts';
import { badValue, describe, type Value } from './value-model.ts';

/** Enumerators that an error names before it stops. */
const SHOWN_NAMES = 8;

/**
 * The number that a value stands for, as bits of the given width: a number, a bigint, a boolean, text such as `-1`
 * or `0x10`, the name of an enumerator.
 * @throws SKEP_BAD_VALUE where it is none, has a fraction or does not fit.
 */
export function encodeScalar(shape: ScalarShape, value: Value, bits: number, path: string): bigint {
  const named = shape.as === 'enumeration' && typeof value === 'string' ? shape.values.get(value) : undefined;
  const number = named === undefined ? toInteger(value) : signedOf(shape, named);
  if (number === undefined) throw notANumber(shape, value, path);
  const [minimum, maximum] = rangeOf(shape, bits);
  if (number < minimum || number > maximum) {
    const where = bits === shape.size * 8 ? shape.name : `${bits} bits of ${shape.name}`;
    throw badValue(
      path,
      `${describe(value)} does not fit ${where} (${minimum}..${maximum})`,
      `use a number from ${minimum} to ${maximum}`,
    );
  }
  return number;
}

function signedOf(shape: ScalarShape, value: bigint): bigint {
  return shape.as === 'enumeration' && shape.signed ? BigInt.asIntN(shape.size * 8, value) : value;
}

/** An exact integer, or undefined where `value` is none. */
function toInteger(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' ? integerFromText(value.trim()) : undefined;
}

function integerFromText(text: string): bigint | undefined {
  if (text === 'true') return 1n;
  if (text === 'false') return 0n;
  // Longer text cannot fit, and reading it would take more than linear time.
  const [, sign, digits] = /^([+-]?)(\d{1,64}|0[xX][0-9a-fA-F]{1,64}|0[bB][01]{1,128})$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

function notANumber(shape: ScalarShape, value: Value, path: string): Error {
  const found = describe(value);
  if (shape.as === 'boolean') return badValue(path, `${found} is neither true nor false`, 'write true or false');
  if (typeof value === 'number') return badValue(path, `${found} is not an integer`, 'leave out the fraction');
  if (shape.as === 'integer') {
    return badValue(path, `${found} is not a number, as ${shape.name} needs`, 'write it like this: 10, or 0x0a');
  }
  const names = [...shape.values.keys()];
  const more = names.length > SHOWN_NAMES ? ', ...' : '';
  return badValue(
    path,
    `${found} is no name in ${shape.name === '' ? 'the enumeration' : `enum ${shape.name}`}`,
    `use one of ${names.slice(0, SHOWN_NAMES).join(', ')}${more}, or a number`,
  );
}
