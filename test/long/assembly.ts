import { readFileSync } from 'node:fs';
import { SkepError } from '../../packages/core/src/base/index.ts';
import { decode, disassemble, encode, parseInstruction, validate } from '../../packages/core/src/isa/index.ts';
import { assembleElf } from '../../packages/core/src/object/assembly/index.ts';
import { writeElf } from '../../packages/core/src/object/elf-writer.ts';

/** A mutant may take this long before it counts as a hang. */
const HANG_MS = 2000;

const corpus: readonly string[] = [
  readFileSync(new URL('../../examples/firewall/firewall.s', import.meta.url), 'utf8'),
  `.license "GPL"
.map counts, type=percpu_array, key=u32, value=u64, max_entries=2
.map raw, type=hash, key=4, value=16, max_entries=4, pinning=name
.map outer, type=array_of_maps, key=u32, max_entries=4, values=[raw, 0, raw]
.map jumps, type=prog_array, key=4, value=4, max_entries=4, values=[0, second]
.struct s { u8 a; union { u32 d; u8 e[4]; } f; char name[16]; }
.rodata
limit: .quad 5, limit, . - limit
.data
state: .long 7, state; .ascii "x\\n\\101" "y"; .uleb128 300; .sleb128 -2; .fill 2, 2, 3
.bss
scratch: .zero 100
.text
helper: r0 = r1; r0 += 1; exit
.section xdp
.globl main
main:
  r6 = r1
  r1 = limit + 8 ll
  w1 = *(u32 *)(r1 + 0)
  call helper
1: if w0 s> -5 goto 1b
  r0 = atomic_fetch_add((u64 *)(r1 + 0), r0)
  w0 = cmpxchg32_32(r1 + 0, w0, w2)
  lock *(u64 *)(r1 - 8) ^= r3
  r1 = (s16)r2
  r0 = *(u16 *)skb[12]
  r1 = addr_space_cast(r2, 0, 1)
  gotol second
  call bpf_tail_call
  exit
.globl second
second: r0 = 1 ; exit
`,
  `	.text
	.file	"a.c"
	.section	xdp,"ax",@progbits
	.globl	main                            # -- Begin function main
	.p2align	3
	.type	main,@function
main:                                   # @main
.Lfunc_begin0:
	.cfi_startproc
	r1 = counts ll
	call 1
	if r0 == 0 goto LBB0_2
	call helper
LBB0_2:
	exit
.Lfunc_end0:
	.size	main, .Lfunc_end0-main
	.section	.maps,"aw",@progbits
	.globl	counts
	.p2align	3, 0x0
counts:
	.zero	32
	.size	counts, 32
	.type	common,@object
	.local	common
	.comm	common,4,4
	.section	.BTF,"",@progbits
	.short	60319
	.long	.Lfunc_end0-.Lfunc_begin0
	.long	counts
	.addrsig
`,
];

const words = (
  '0 1 -1 0x7fffffff 0xffffffff 4294967296 18446744073709551615 99999999999999999999 ( ) [ ] { } , ; : . + - * / % << >> ' +
  '= += s>>= == < > ~ # /* */ // " \' \\ r0 r10 r11 w1 main limit counts goto if call exit lock ll skb u8 u64 s32 ' +
  '.section .text .map .struct .zero .fill .long .quad .size .set .comm .p2align .pushsection .popsection struct type= ' +
  'values=[ key= max_entries= \0 \uffff 1f 1b'
).split(' ');

/** Random numbers below `limit`, the same for the same seed (xorshift). */
function generator(seed: number): (limit: number) => number {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

type Random = (limit: number) => number;

/** Changes a text in one to four places: letters, words, lines; cuts it off now and then. */
function mutate(text: string, random: Random): string {
  let mutant = text;
  for (let count = 1 + random(4); count > 0; count--) mutant = mutateOnce(mutant, random);
  return mutant;
}

function mutateOnce(text: string, random: Random): string {
  const at = random(text.length + 1);
  const word = words[random(words.length)] ?? '';
  switch (random(8)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(random(128)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random(8));
    case 2:
    case 3:
      return `${text.slice(0, at)} ${word} ${text.slice(at)}`;
    case 4:
      return text.slice(0, at) + word + text.slice(at).replace(/^[\w.]+/, '');
    case 5:
      return random(8) === 0 ? text.slice(0, at) : text;
    default:
      return moveLine(text, random);
  }
}

/** Repeats or moves a line. */
function moveLine(text: string, random: Random): string {
  const lines = text.split('\n');
  const line = lines[random(lines.length)] ?? '';
  if (random(2) === 0) lines.splice(random(lines.length), 1);
  lines.splice(random(lines.length), 0, line);
  return lines.join('\n');
}

/** True where a mutant is assembled, false where it is refused; any other error goes through. */
function assembles(text: string): boolean {
  try {
    writeElf(assembleElf(text, { file: 'mutant.s' }));
    return true;
  } catch (error) {
    if (error instanceof SkepError && error.code === 'SKEP_BAD_ASSEMBLY' && error.place.line !== undefined)
      return false;
    throw error;
  }
}

/** Throws where eight random bytes that are a valid instruction do not come back from their text. */
function checkText(random: Random): void {
  const bytes = Uint8Array.from({ length: 8 }, () => random(256));
  // Fields that are mostly zero make most opcodes valid.
  if (random(4) !== 0) bytes.fill(0, 4);
  if (random(4) !== 0) bytes.fill(0, 2, 4);
  if (random(2) !== 0) bytes[1] = (bytes[1] ?? 0) & 0x0f;
  const padded = bytes[0] === 0x18 ? new Uint8Array(16) : bytes;
  padded.set(bytes);
  const slots = decode(padded);
  try {
    validate([...slots, { opcode: 0x95, dst: 0, src: 0, offset: 0, imm: 0 }]);
  } catch (error) {
    if (error instanceof SkepError) return;
    throw error;
  }
  const text = disassemble(slots)[0]?.text ?? '';
  if (Buffer.compare(encode([parseInstruction(text)]), padded) === 0) return;
  throw new Error(`${Buffer.from(padded).toString('hex')} is not what '${text}' assembles to`);
}

/** Mutated assembly is assembled or refused by name with a line, and instructions come back from their text. */
export const stage: {
  readonly name: string;
  run(options: { seconds: number; seed: number }): Promise<{ passed: number; failed: number; note: string }>;
} = {
  name: 'assembly',
  async run({ seconds, seed }) {
    const random = generator(seed);
    const end = performance.now() + seconds * 1000;
    const failures: string[] = [];
    let passed = 0;
    let accepted = 0;
    while (performance.now() < end && failures.length < 10) {
      const mutant = mutate(corpus[random(corpus.length)] ?? '', random);
      const from = performance.now();
      try {
        if (assembles(mutant)) accepted++;
        for (let count = 0; count < 20; count++) checkText(random);
        if (performance.now() - from > HANG_MS) throw new Error('it takes too long');
        passed++;
      } catch (error) {
        failures.push(`${error instanceof Error ? (error.stack ?? error.message) : error}\n${JSON.stringify(mutant)}`);
      }
    }
    const note = `${accepted} mutants assembled, ${passed - accepted} refused (seed ${seed})`;
    return { passed, failed: failures.length, note: [note, ...failures].join('\n') };
  },
};
