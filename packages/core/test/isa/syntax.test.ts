import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatError, SkepError } from '../../src/base/index.ts';
import { assemble, decode, disassembleInstruction, encode, parseInstruction } from '../../src/isa/index.ts';
import { needs } from '../support/needs.ts';
import { valid } from './arbitrary.ts';
import { assembleWithLlvm } from './llvm.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const helpers = new Map([
  ['map_lookup_elem', 1],
  ['ktime_get_ns', 5],
]);

/** Text as written, and as the disassembler writes it. LLVM takes them too. */
const forms: [string, string][] = [
  ['r0 = *(u32 *)(r1 + 0)', 'r0 = *(u32 *)(r1 + 0x0)'],
  ['r0=*(u32*)(r1+0)', 'r0 = *(u32 *)(r1 + 0x0)'],
  ['w0 = *(u32 *)(r1 + 0)', 'r0 = *(u32 *)(r1 + 0x0)'],
  ['r1 = *(s8 *)(r2 - 0x10)', 'r1 = *(s8 *)(r2 - 0x10)'],
  ['*(u8 *)(r10 - 1) = r2', '*(u8 *)(r10 - 0x1) = r2'],
  ['*(u16 *)(r10 - 2) = w2', '*(u16 *)(r10 - 0x2) = r2'],
  ['*(u64 *)(r10 - 8) = -5', '*(u64 *)(r10 - 0x8) = -0x5'],
  ['r0 = *(u16 *)skb[12]', 'r0 = *(u16 *)skb[0xc]'],
  ['r0 = *(u32 *)skb[r2]', 'r0 = *(u32 *)skb[r2]'],
  ['lock *(u64 *)(r1 + 0) += r2', 'lock *(u64 *)(r1 + 0x0) += r2'],
  ['lock *(u32 *)(r1 + 4) ^= w2', 'lock *(u32 *)(r1 + 0x4) ^= w2'],
  ['r0 = atomic_fetch_add((u64 *)(r1 + 0), r0)', 'r0 = atomic_fetch_add((u64 *)(r1 + 0x0), r0)'],
  ['w3 = atomic_fetch_and((u32 *)(r1 + 0), w3)', 'w3 = atomic_fetch_and((u32 *)(r1 + 0x0), w3)'],
  ['r0 = cmpxchg_64(r1 + 0, r0, r2)', 'r0 = cmpxchg_64(r1 + 0x0, r0, r2)'],
  ['w0 = cmpxchg32_32(r1 + 0, w0, w2)', 'w0 = cmpxchg32_32(r1 + 0x0, w0, w2)'],
  ['r4 = xchg_64(r1 - 8, r4)', 'r4 = xchg_64(r1 - 0x8, r4)'],
  ['w4 = xchg32_32(r1 - 8, w4)', 'w4 = xchg32_32(r1 - 0x8, w4)'],
  ['r1 = bswap16 r1', 'r1 = bswap16 r1'],
  ['r1 = be64 r1', 'r1 = be64 r1'],
  ['r1 = le32 r1', 'r1 = le32 r1'],
  ['w1 = (s8)w2', 'w1 = (s8)w2'],
  ['r1 = (s32) r2', 'r1 = (s32)r2'],
  ['r1 s/= r2', 'r1 s/= r2'],
  ['w1 s%= 3', 'w1 s%= 0x3'],
  ['r1 s>>= 3', 'r1 s>>= 0x3'],
  ['w1 <<= w2', 'w1 <<= w2'],
  ['r1 = -r1', 'r1 = -r1'],
  ['r1 = addr_space_cast(r2, 0, 1)', 'r1 = addr_space_cast(r2, 0x0, 0x1)'],
  ['if r1 == 5 goto +3', 'if r1 == 0x5 goto +0x3'],
  ['if w1 s> w2 goto -1', 'if w1 s> w2 goto -0x1'],
  ['if r1 & 8 goto 3', 'if r1 & 0x8 goto +0x3'],
  ['goto +1', 'goto +0x1'],
  ['gotol -7', 'gotol -0x7'],
  ['may_goto +1', 'may_goto +0x1'],
  ['callx r1', 'callx r1'],
  ['call 12', 'call 0xc'],
  ['r1 = 0x1234 ll', 'r1 = 0x1234 ll'],
  ['r1 = -1 ll', 'r1 = -0x1 ll'],
  ['ld_pseudo r1, 1, 5', 'ld_pseudo\tr1, 0x1, 0x5'],
  ['exit', 'exit'],
  ['r1 = 4294967295', 'r1 = -0x1'],
  ['r1 += 2+3*4', 'r1 += 0xe'],
  ['r1 += 1 + 2 << 3', 'r1 += 0x11'],
  ["r1 = 'a'", 'r1 = 0x61'],
  ['r1 = 0b101', 'r1 = 0x5'],
  ['r1 = 017', 'r1 = 0xf'],
  ['r1 += 1 # comment', 'r1 += 0x1'],
  ['r1 /* why */ += 1 // comment', 'r1 += 0x1'],
];

/** What we take beyond LLVM 19. */
const ownForms: [string, string][] = [
  ['r0 = *(u32 *)(r1)', 'r0 = *(u32 *)(r1 + 0x0)'],
  ['r0 = *(u32 *)(r1 + 2 * 4)', 'r0 = *(u32 *)(r1 + 0x8)'],
  ['*(u64 *)(r10 - 16 + 8) = 0', '*(u64 *)(r10 - 0x8) = 0x0'],
  ['r0 = load_acquire((u64 *)(r1 + 0))', 'r0 = load_acquire((u64 *)(r1 + 0x0))'],
  ['w0 = load_acquire((u8 *)(r1 + 0))', 'w0 = load_acquire((u8 *)(r1 + 0x0))'],
  ['store_release((u16 *)(r1 + 0), w2)', 'store_release((u16 *)(r1 + 0x0), w2)'],
  ['r0 = *(u8 *)skb[r3 + 14]', 'r0 = *(u8 *)skb[r3 + 0xe]'],
  ['r1 = w2', 'w1 = w2'],
  ['gotol -70000', 'gotol -0x11170'],
  ['call bpf_map_lookup_elem', 'call 0x1'],
  ['call ktime_get_ns', 'call 0x5'],
  ['call 7 <helper>', 'call 0x7 <+0x7>'],
  ['call 7 <kernel function>', 'call 0x7 <kernel function>'],
  ['goto +0x5 <main+0x28>', 'goto +0x5'],
  ['ld_pseudo r1, 2, 0x500000003', 'ld_pseudo\tr1, 0x2, 0x500000003'],
];

describe('one instruction', () => {
  test.each([...forms, ...ownForms])('%s', (text, expected) => {
    const instruction = parseInstruction(text, { helpers });
    const written = disassembleInstruction(instruction);
    expect(written).toBe(expected);
    expect(parseInstruction(written)).toEqual(instruction);
  });

  test('every valid instruction comes back from its text', () => {
    fc.assert(
      fc.property(valid, fc.boolean(), (instruction, alu32) => {
        const text = disassembleInstruction(instruction, { alu32 });
        expect(encode([parseInstruction(text)]), text).toEqual(encode([instruction]));
      }),
      { numRuns: 3000 },
    );
  });

  needs('llvm-mc-19', 'llvm-objcopy-19').test('LLVM takes the same text for the same bytes', () => {
    const text = forms.map(([line]) => line).join('\n');
    expect(hex(assemble(text))).toBe(hex(assembleWithLlvm(text)));
  });
});

describe('mistakes', () => {
  test.each([
    ['r1 = r11', '1:6', "there is no register 'r11'", 'r0..r10'],
    ['R1 = 5', '1:1', "there is no register 'R1'", "did you mean 'r1'?"],
    ['w1 = r2', '1:6', 'wrong width', "write 'w2'"],
    ['r1 = *(s64 *)(r2 + 0)', '1:8', "unknown type of memory access 's64'", "did you mean 'u64'?"],
    ['goot +1', '1:1', "unknown instruction 'goot'", "did you mean 'goto'?"],
    ['ldxw %r1,[%r2+4]', '1:1', "unknown instruction 'ldxw'", 'GNU'],
    ['ret', '1:1', "unknown instruction 'ret'", "did you mean 'exit'?"],
    [
      'call bpf_map_lokup_elem',
      '1:6',
      "unknown function or helper 'bpf_map_lokup_elem'",
      "did you mean 'bpf_map_lookup_elem'?",
    ],
    ['call map_lokup_elem', '1:6', "unknown function or helper 'map_lokup_elem'", "did you mean 'map_lookup_elem'?"],
    ['r1 = 0x100000000', '1:6', 'does not fit', 'll'],
    ['r1 = *(u8 *)(r2 + 32768)', '1:17', 'offset 32768 does not fit', '-32768..32767'],
    ['goto 40000', '1:6', 'does not fit', 'gotol'],
    ['if r1 = 5 goto +1', '1:7', "unknown comparison '='", '=='],
    ['r1 = -r2', '1:7', "'r2' must be 'r1'", 'one field'],
    ['r0 = cmpxchg_64(r1 + 0, r3, r2)', '1:25', "'r3' must be 'r0'", ''],
    ['r3 = cmpxchg_64(r1 + 0, r3, r2)', '1:1', 'register 0', ''],
    ['r1 = *(u32 *)skb[0]', '1:1', "a packet load cannot write 'r1'", 'r0'],
    ['exit 1', '1:6', "expected the end of the statement, found '1'", ''],
    ['r1 +', '1:4', "unknown operator '+'", '+='],
    ['r1 =', '1:5', 'expected a number or a name', ''],
    ['', '1:1', 'expected an instruction', ''],
    ['r1 = 5; r2 = 6', '1:9', 'one instruction only', ''],
    ['r1 = 5 €', '1:8', 'unexpected character', ''],
    ['r1 = 08', '1:6', "'08' is no number", 'octal'],
    ['r1 = 5x', '1:6', 'a number runs into letters', ''],
    ['r1 = "x"', '1:6', 'expected a number or a name', ''],
    ['r1 = 1 / 0', '1:8', 'division by zero', ''],
    ['r1 = ((((5)', '1:12', "expected ')'", ''],
    ['/* r1 = 5', '1:1', 'a comment is not closed', '*/'],
    ['r1 = nowhere', '1:6', "'nowhere' is no number here", 'nowhere ll'],
    ['goto nowhere', '1:6', "unknown label 'nowhere'", 'nowhere:'],
    [`r1 = ${'1'.repeat(100)}`, '1:6', 'number of 100 digits', ''],
    [`r1 = ${'-'.repeat(100)}1`, '1:71', 'nested', ''],
    ['*(s8 *)(r1 + 0) = 1', '1:9', 'signed type', ''],
    ['lock *(u8 *)(r1 + 0) += r2', '1:14', 'no atomic operation on u8', 'u32 and u64'],
  ])('%s', (text, place, what, help) => {
    let error: unknown;
    try {
      parseInstruction(text, { helpers, file: 'x.s' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SkepError);
    const shown = formatError(error as SkepError);
    expect(shown.startsWith(`x.s:${place} - error SKEP_BAD_ASSEMBLY`), shown).toBe(true);
    expect(shown).toContain(what);
    expect(shown).toContain(help);
  });
});

describe('several instructions', () => {
  test('labels are resolved, also before they stand', () => {
    const code = assemble('start: r0 = 0\nif r0 == 0 goto end; goto start\nr1 = 7 ll\nend: call start\nexit\n');
    expect(decode(code).map((slot) => (slot === undefined ? '' : disassembleInstruction(slot)))).toEqual([
      'r0 = 0x0',
      'if r0 == 0x0 goto +0x3',
      'goto -0x3',
      'r1 = 0x7 ll',
      '',
      'call -0x6 <-0x6>',
      'exit',
    ]);
  });

  test('a label defined twice, and one too far, are refused', () => {
    expect(() => assemble('a: exit\na: exit')).toThrow("label 'a' is defined twice");
    const far = `goto end\n${'r0 = 0\n'.repeat(40000)}end: exit`;
    expect(() => assemble(far)).toThrow("'end' is 40000 slots away");
    expect(decode(assemble(far.replace('goto', 'gotol')))[0]?.imm).toBe(40000);
  });
});
