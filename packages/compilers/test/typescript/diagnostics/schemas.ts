import { atTop, inProgram, type Row } from './row.ts';

export const schemas: readonly Row[] = [
  atTop(
    'SK3001',
    'this is not known when the program is compiled',
    'declare const n: number;\nconst S = array(u32, ^^n);',
    'const S = array(u32, 4);',
  ),
  atTop(
    'SK3002',
    'the bit fields before b do not fill whole bytes (3 bits)',
    'const H = header({ a: bits(3), b: ^^u8 });',
    'const H = header({ a: bits(3), reserved: bits(5), b: u8 });',
  ),
  atTop(
    'SK3003',
    'bit fields are for headers only',
    'const S = struct({ a: ^^bits(3) });',
    'const S = header({ a: bits(3), b: bits(5) });',
  ),
  atTop(
    'SK3004',
    'the size must be an integer from 1',
    'const S = struct({ a: cstr(^^0) });',
    'const S = struct({ a: cstr(16) });',
  ),
  atTop(
    'SK3005',
    'this is not a schema',
    'declare const X: typeof u32;\nconst S = struct({ a: ^^X });',
    'const S = struct({ a: u32 });',
  ),
  atTop(
    'SK3006',
    'the licence must be a string literal',
    'export const ^^license = 5;',
    "export const license = 'GPL';",
  ),
  inProgram(
    'SK3007',
    '"02:00" is not an Ethernet address',
    "const m = mac(^^'02:00');",
    "const m = mac('02:00:00:00:00:01');",
  ),
  atTop(
    'SK3008',
    'bits(n) takes 1 to 32 bits',
    'const S = header({ a: bits(^^64) });',
    'const S = header({ a: bits(32), b: bits(32) });',
  ),
  inProgram(
    'SK3009',
    'the text is 9 bytes long and is cut to 7',
    "const t = T({ name: ^^'123456789' });",
    "const t = Wide({ name: '123456789' });",
    'const T = struct({ name: cstr(8) });\nconst Wide = struct({ name: cstr(10) });',
  ),
];
