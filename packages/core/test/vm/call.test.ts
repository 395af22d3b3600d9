import { describe, expect, test } from 'vitest';
import { encode } from '../../src/isa/encode.ts';
import { CALLX, LDDW, LoadImmediate } from '../../src/isa/opcode.ts';
import { runBytecode } from '../../src/vm/run-bytecode.ts';
import { exit, faultOf, make, runText } from './support.ts';

describe('calls of local functions', () => {
  test('pass r1 to r5, give r0, and keep r6 to r9', () => {
    const text = `
      r6 = 6
      r7 = 7
      r8 = 8
      r9 = 0x900000009 ll
      r1 = 1
      r5 = 5
      call callee
      r0 += r6
      r0 += r7
      r0 += r8
      r0 += r9
      exit
    callee:
      r6 = -1
      r7 = -1
      r8 = -1
      r9 = -1
      r0 = r1
      r0 += r5
      exit`;
    expect(runText(text).result).toBe(6n + 21n + 0x9_0000_0009n);
  });

  test('give each function its own frame, and the caller its own again', () => {
    const text = `
      *(u64 *)(r10 - 8) = 1
      call callee
      r1 = *(u64 *)(r10 - 8)
      r0 += r1
      exit
    callee:
      r0 = *(u64 *)(r10 - 8)
      *(u64 *)(r10 - 8) = 100
      r0 += 10
      exit`;
    expect(runText(text).result).toBe(11n);
  });

  test('let a function reach into its callers frames through a pointer', () => {
    const text = `
      r1 = r10
      r1 += -8
      call callee
      r0 = *(u64 *)(r10 - 8)
      exit
    callee:
      *(u64 *)(r1 + 0) = 42
      *(u64 *)(r10 - 8) = 1
      r2 = *(u64 *)(r1 + 0)
      *(u64 *)(r1 + 0) = 43
      r0 = 0
      exit`;
    expect(runText(text).result).toBe(43n);
  });

  test('do not let it reach beyond its caller, nor into a frame that is gone', () => {
    expect(faultOf(() => runText('call f\nexit\nf:\nr0 = *(u64 *)(r10 + 0)\nexit')).reason).toMatch(
      /not below the frame/,
    );
    const gone =
      'call f\nr0 = *(u64 *)(r0 - 8)\nexit\nf:\nr0 = r10\n*(u64 *)(r10 - 8) = 1\nr1 = *(u64 *)(r0 - 8)\nexit';
    expect(faultOf(() => runText(gone)).slot).toBe(1);
    // The frame of f was last reached through a pointer, from g.
    const passed =
      'call f\nr0 = *(u64 *)(r0 - 8)\nexit\nf:\nr1 = r10\ncall g\nexit\ng:\nr2 = *(u64 *)(r1 - 8)\nr0 = r1\nexit';
    expect(faultOf(() => runText(passed)).slot).toBe(1);
  });

  const recursion = 'call down\nexit\ndown:\nr0 = r1\nr1 += -1\nif r0 == 0 goto end\ncall down\nr0 += 1\nend:\nexit';
  test('go 8 functions deep and no deeper', () => {
    expect(runText(`r1 = 6\n${recursion}`).result).toBe(6n);
    expect(faultOf(() => runText(`r1 = 7\n${recursion}`)).reason).toContain('call');
    expect(faultOf(() => runText(`r1 = 7\n${recursion}`)).message).toContain('8');
  });

  test('the stack is clean again after a fault deep down', () => {
    expect(() => runText('call f\nexit\nf:\n*(u64 *)(r10 - 8) = 7\nr1 = 0\nr0 = *(u8 *)(r1 + 0)\nexit')).toThrow();
    expect(runText('call f\nexit\nf:\nr0 = *(u64 *)(r10 - 8)\nexit').result).toBe(0n);
  });
});

describe('callx', () => {
  const functionReference = (dst: number, distance: number) =>
    make(LDDW, { dst, src: LoadImmediate.FUNC, imm: distance, immHigh: 0 });
  const callx = (dst: number) => make(CALLX, { dst });

  test('calls the function whose reference a register holds', () => {
    const code = [functionReference(3, 3), callx(3), exit, make(0xb7, { imm: 99 }), make(0xb7, { imm: 42 }), exit];
    expect(runBytecode(encode(code)).result).toBe(42n);
  });

  test('calls the helper whose number a register holds', () => {
    const code = [make(0xb7, { dst: 3, imm: 8 }), callx(3), exit];
    expect(runBytecode(encode(code)).result).toBe(0n);
  });

  test.each([
    ['a number', [make(0xb7, { dst: 3, imm: 123_456 }), callx(3)], /call through a register that holds 0x1e240/],
    ['a forged reference', [make(LDDW, { dst: 3, imm: 1, immHigh: 0x6675_6e63 }), callx(3)], /no function starts/],
    ['a changed reference', [functionReference(3, 4), make(0x07, { dst: 3, imm: 1 }), callx(3)], /no function starts/],
  ])('refuses %s', (_, code, message) => {
    const program = [...code, exit, make(0xb7, { imm: 1 }), make(0xb7, { imm: 2 }), exit];
    expect(faultOf(() => runBytecode(encode(program))).message).toMatch(message);
  });

  test('a function reference is no address', () => {
    const code = [functionReference(3, 3), make(0x79, { src: 3 }), exit, make(0xb7, { imm: 42 }), exit];
    expect(faultOf(() => runBytecode(encode(code))).reason).toContain('reference of a function');
  });
});
