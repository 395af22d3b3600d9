/** Values by their BTF type: bytes to what userland sees, and back. */
export { decodeValue } from './decode-value.ts';
export { encodeValue } from './encode-value.ts';
export { formatValue } from './format-value.ts';
export { parseValue } from './parse-value.ts';
export { recordOf, type Value, type ValueRecord } from './value-model.ts';
