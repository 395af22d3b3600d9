export { formatIpv4, formatIpv6, formatMac, parseIpv4, parseIpv6, parseMac } from './address.ts';
export { alignUp, ByteReader, ByteWriter, cString, hexBytes } from './bytes.ts';
export { type Diagnostic, formatError, formatPlace, type Report } from './diagnostic.ts';
export { type ErrorCode, errorCodes } from './error-codes.ts';
export { atPlace, type ErrorDetails, type Place, SkepError } from './errors.ts';
export { type Json, type JsonInput, type JsonObject, parseJson, stringifyJson } from './json.ts';
export { escapeControls } from './text.ts';
