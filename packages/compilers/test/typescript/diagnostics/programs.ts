import { atTop, inProgram, module, type Row } from './row.ts';

const gpl = "export const license = 'GPL';";

export const programs: readonly Row[] = [
  atTop(
    'SK6001',
    'tpBtf programs are not supported yet',
    "declare module 'skep/bpf' {}\nexport const t = ^^tpBtf('x' as never, (() => { }) as never);",
    '',
  ),
  inProgram(
    'SK6002',
    'the loop has no bound',
    'let n = shared.value;\n  while (^^n !== 5) n = u32(n * 3);',
    'let n = shared.value;\n  for (const _ of range(20)) n = u32(n * 3);\n  shared.value = n;',
  ),
  inProgram(
    'SK6003',
    'the loop may run 100000 times',
    'for (const i of range(^^100_000)) shared.value = i;',
    'loop(100_000, (i) => { shared.value = i; });',
  ),
  inProgram(
    'SK6004',
    'a subprogram takes at most five integers',
    'const e = ctx.at(Eth, 0);\n  if (e) shared.value = ^^f(e);',
    'const e = ctx.at(Eth, 0);\n  if (e) shared.value = g(e.type);',
    'export const shared = global(u32);\nconst f = subprogram((e: Infer<typeof Eth>): u32 => e.type);\nconst g = subprogram((type: u16): u32 => type);',
  ),
  atTop(
    'SK6006',
    'a program is a function written in place',
    'declare const run: () => XDP;\nexport const p = xdp(^^run);',
    'export const p = xdp(() => XDP.PASS);',
  ),
  module(
    'SK6007',
    'trace_printk is for programs with a GPL licence',
    'export const main = xdp((ctx) => { ^^printk`x`; return XDP.PASS; });',
    `${gpl}\nexport const main = xdp((ctx) => { printk\`x\`; return XDP.PASS; });`,
  ),
  {
    ...module(
      'SK6008',
      'the module has no program',
      'const n = 1;',
      'const n = 1;\nexport const main = xdp((ctx) => XDP.PASS);',
    ),
    place: { line: 1, column: 1 },
  },
  inProgram(
    'SK6005',
    'the program is too large',
    'const a = Big();\n  const b = Big();\n  shared.value = a.a[0] + b.a[0];\n  m.push(a);\n  m.push(b);\n  shared.value = a.a[0] + b.a[0];',
    'const a = Big();\n  m.push(a);',
    'export const shared = global(u32);\nconst Big = struct({ a: bytes(300) });\nexport const m = new Queue(Big, { maxEntries: 4 });',
  ),
  inProgram(
    'SK6009',
    'printk takes at most 12 values',
    `^^printk\`${Array.from({ length: 13 }, (_, index) => `\${${index}}`).join('')}\`;`,
    'printk`three`;',
    gpl,
  ),
  inProgram(
    'SK6011',
    'callbacks are functions written in place',
    'const f = (): void => { };\n  loop(3, ^^f);',
    'loop(3, () => { });',
  ),
  inProgram(
    'SK6012',
    'the callback may only return or assign integers',
    'const h = ctx.parse(Eth, Ipv4);\n  if (h) ^^loop(3, () => { shared.value = h[1].src; });',
    'const h = ctx.parse(Eth, Ipv4);\n  if (h) {\n    const src = h[1].src;\n    loop(3, () => { shared.value = src; });\n  }',
  ),
];
