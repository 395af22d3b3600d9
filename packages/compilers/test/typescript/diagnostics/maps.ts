import { atTop, inProgram, module, type Row } from './row.ts';

const events = 'export const events = new RingBuf(struct({ a: u32 }), { bytes: 4096 });';
const hash = 'export const m = new HashMap(u32, u64, { maxEntries: 8 });';
const guarded =
  'const V = struct({ guard: spinLock, n: u64 });\nexport const m = new HashMap(u32, V, { maxEntries: 8 });';
const inSocket = (body: string) => `export const socks = new SockMap({ maxEntries: 1 });
export const pick = skLookup((c): SK => {
  const s = socks.get(0);
  if (!s) return SK.PASS;
  ${body}
  return SK.PASS;
});`;

export const maps: readonly Row[] = [
  atTop(
    'SK4002',
    'maxEntries must be an integer',
    'export const m = new HashMap(u32, u32, { maxEntries: ^^0 });',
    'export const m = new HashMap(u32, u32, { maxEntries: 1024 });',
  ),
  atTop(
    'SK4003',
    'the bytes of a ring buffer',
    'export const m = new RingBuf(u32, { bytes: ^^5000 });',
    'export const m = new RingBuf(u32, { bytes: 65_536 });',
  ),
  inProgram(
    'SK4004',
    'a plain read and write of a value that all CPUs share',
    'const v = m.ref(1);\n  if (v) ^^v.value += 1n;',
    "const v = m.ref(1);\n  if (v) atomic.add(v, 'value', 1n);",
    hash,
  ),
  inProgram(
    'SK4005',
    'the record is not submitted or discarded',
    'const e = ^^events.reserve();\n  if (e) e.a = 1;',
    'const e = events.reserve();\n  if (e) { e.a = 1; e.submit(); }',
    events,
  ),
  inProgram(
    'SK4006',
    'the record may have been submitted',
    'const e = events.reserve();\n  if (e) { e.submit(); ^^e.a = 1; }',
    'const e = events.reserve();\n  if (e) { e.a = 1; e.submit(); }',
    events,
  ),
  inProgram(
    'SK4007',
    'the value of 600 bytes does not fit the stack',
    'const b = ^^Big();',
    'const b = Small();',
    'const Big = struct({ a: bytes(600) });\nconst Small = struct({ a: bytes(60) });',
  ),
  inProgram(
    'SK4008',
    'a tail call does not come back',
    "const v = ^^stages.call(ctx, 'main');",
    "return stages.call(ctx, 'main') ?? XDP.PASS;",
    "export const stages = new ProgArray(xdp, ['main']);",
  ),
  module(
    'SK4009',
    'this module exports no program l7',
    "export const stages = ^^new ProgArray(xdp, ['l7']);\nexport const main = xdp((ctx): XDP => XDP.PASS);",
    "export const stages = new ProgArray(xdp, ['l7']);\nexport const l7 = xdp((ctx): XDP => XDP.PASS);",
  ),
  module(
    'SK4010',
    'the program out is of another kind',
    "export const stages = ^^new ProgArray(xdp, ['out']);\nexport const out = tc((ctx): TC => TC.OK);",
    "export const stages = new ProgArray(tc, ['out']);\nexport const out = tc((ctx): TC => TC.OK);",
  ),
  module(
    'SK4011',
    'the socket is not released',
    inSocket('c.assign(s);').replace('socks.get', '^^socks.get'),
    inSocket('c.assign(s);\n  s.release();'),
  ),
  module(
    'SK4012',
    'the socket may have been released',
    inSocket('s.release();\n  ^^c.assign(s);'),
    inSocket('c.assign(s);\n  s.release();'),
  ),
  inProgram(
    'SK4013',
    'ktime_get_ns cannot be called while a spin lock is held',
    'const v = m.get(1);\n  if (v) lock(v.guard, () => { v.n = ^^ktime.ns(); });',
    'const now = ktime.ns();\n  const v = m.get(1);\n  if (v) lock(v.guard, () => { v.n = now; });',
    guarded,
  ),
  inProgram(
    'SK4014',
    'an atomic operation needs',
    "const e = ctx.at(T, 0);\n  if (e) atomic.add(e, ^^'n', 1);",
    "atomic.add(t, 'n', 1);",
    'const T = struct({ n: u32 });\nexport const t = global(T);',
  ),
  atTop('SK4015', 'TaskStorage is not supported', 'export const m = ^^new TaskStorage(u64);', hash),
  inProgram(
    'SK4016',
    'a spin lock must stand in a map value',
    'const v = V();\n  lock(^^v.guard, () => 1);',
    'const v = m.get(1);\n  if (v) lock(v.guard, () => 1);',
    guarded,
  ),
];
