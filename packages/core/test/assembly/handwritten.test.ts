import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatError, SkepError } from '../../src/base/index.ts';
import { Btf, parseBtfExt } from '../../src/btf/index.ts';
import { decode, disassemble, validate } from '../../src/isa/index.ts';
import { assembleElf } from '../../src/object/assembly/index.ts';
import { type Elf, type ElfSection, type ElfSymbol, SymbolBinding, SymbolType } from '../../src/object/elf.ts';
import { readElf } from '../../src/object/elf-reader.ts';
import { writeElf } from '../../src/object/elf-writer.ts';
import { collectionFromElf } from '../../src/object/index.ts';

function section(elf: Elf, name: string): ElfSection {
  const found = elf.sections.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no section ${name}`);
  return found;
}

function symbol(elf: Elf, name: string): ElfSymbol {
  const found = elf.symbols.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no symbol ${name}`);
  return found;
}

const btfOf = (elf: Elf): Btf => Btf.parse(section(elf, '.BTF').data);

/** Code of a section as text. */
function code(elf: Elf, name: string): string[] {
  return disassemble(decode(section(elf, name).data)).map(({ text }) => text);
}

function faultOf(text: string): string {
  try {
    assembleElf(text, { file: 'x.s' });
  } catch (error) {
    if (error instanceof SkepError) return formatError(error);
    throw error;
  }
  return 'nothing was refused';
}

const program = '.section xdp\nmain: r0 = 2\nexit\n';

describe('sections and labels', () => {
  test('a program needs no more than a section and a label', () => {
    const elf = assembleElf(program);
    expect(code(elf, 'xdp')).toEqual(['r0 = 0x2', 'exit']);
    expect(symbol(elf, 'main')).toMatchObject({ size: 16, binding: SymbolBinding.GLOBAL, type: SymbolType.FUNC });
  });

  test.each([
    ['xdp', '.section xdp'],
    ['tracepoint/syscalls/sys_enter_openat', '.section tracepoint/syscalls/sys_enter_openat'],
    ['?kprobe/do_x+0x5', '.section ?kprobe/do_x+0x5, "ax", @progbits'],
    ['uprobe//bin/x:f', '.section "uprobe//bin/x:f"'],
  ])('%s', (name, line) => {
    expect(code(assembleElf(`${line}\nmain: exit`), name)).toEqual(['exit']);
  });

  test('functions end where the next begins, jumps do not count', () => {
    const elf = assembleElf('.section xdp\n.globl a\na: r0 = 0\nloop: if r0 == 0 goto loop\nexit\n.globl b\nb: exit');
    expect([symbol(elf, 'a').size, symbol(elf, 'b').size]).toEqual([24, 8]);
    expect(symbol(elf, 'loop')).toMatchObject({ size: 0, binding: SymbolBinding.LOCAL, type: SymbolType.NOTYPE });
  });

  test('numbered labels lead to the nearest', () => {
    const text = '.section xdp\nmain:\n1: r0 = 0\ngoto 1f\ngoto 1b\n1: goto 1b\nexit';
    expect(code(assembleElf(text), 'xdp')).toEqual(['r0 = 0x0', 'goto +0x1', 'goto -0x3', 'goto -0x1', 'exit']);
  });

  test('calls go to labels, helpers and other sections', () => {
    const text = `${program.replace('exit', 'call helper\ncall bpf_ktime_get_ns\ncall map_lookup_elem\nexit')}.text\nhelper: call other\nexit\nother: exit`;
    const elf = assembleElf(text);
    expect(code(elf, 'xdp')).toEqual(['r0 = 0x2', 'call -0x1 <-0x1>', 'call 0x5', 'call 0x1', 'exit']);
    expect(code(elf, '.text')).toEqual(['call 0x1 <+0x1>', 'exit', 'exit']);
    expect(section(elf, 'xdp').relocations).toHaveLength(1);
    expect(symbol(elf, 'helper')).toMatchObject({ binding: SymbolBinding.LOCAL, type: SymbolType.FUNC, size: 16 });
  });

  test('names of the kernel need no definition, and give way to ours', () => {
    const text =
      '.section xdp\nmain: r1 = *(u32 *)(r1 + xdp_md.data_end)\nr0 = XDP_DROP\n.set XDP_DROP, 7\nr0 = XDP_DROP\nexit';
    expect(code(assembleElf(text), 'xdp')).toEqual(['r1 = *(u32 *)(r1 + 0x4)', 'r0 = 0x1', 'r0 = 0x7', 'exit']);
  });

  test('what is declared may be defined elsewhere', () => {
    const elf = assembleElf('.extern kfunc\n.section xdp\nmain: call kfunc\nexit');
    expect(symbol(elf, 'kfunc').section).toBe('undefined');
  });

  test('data of all kinds', () => {
    const text = `.data
      .byte 1, -1, 'a'; .short 0x1234; .long 1 + 2 << 3, -2
      a: .quad 0x1122334455667788
      .ascii "x\\n\\101\\x42" "y"; .asciz "é"; .zero 2; .fill 2, 2, 0x0102
      .p2align 4
      b: .long b - a, . - b
      .uleb128 300; .sleb128 -2`;
    const hex = Buffer.from(section(assembleElf(text), '.data').data).toString('hex');
    const expected = [
      '01ff61',
      '3412',
      '11000000',
      'feffffff',
      '8877665544332211',
      '780a414279',
      'c3a900',
      '0000',
      '02010201',
    ];
    expect(hex.startsWith(expected.join(''))).toBe(true);
    expect(hex.slice(-22)).toBe('2300000004000000ac027e');
  });

  test('.bss takes no room', () => {
    const elf = assembleElf('.bss\nlarge: .zero 4000000000\n.local x\n.comm x, 4, 4');
    expect(section(elf, '.bss')).toMatchObject({ size: 4000000004, alignment: 4 });
    expect(section(elf, '.bss').data).toHaveLength(0);
  });
});

describe('maps', () => {
  const maps = `.license "GPL"
.struct counter { u64 packets; u64 bytes; }
.map counters, type=lru_hash, key=__be32, value=struct counter, max_entries=65536
.map blocked, type=lpm_trie, key=struct { u32 prefixlen; __be32 address; }, value=u32, max_entries=16, flags=1
.map events, type=ringbuf, max_entries=4096
.map raw, type=array, key=4, value=16, max_entries=4, pinning=name
.map outer, type=array_of_maps, key=u32, max_entries=4, values=[raw, 0, raw]
.map jumps, type=prog_array, key=4, value=4, max_entries=2, values=[0, main]
${program}`;
  const elf = assembleElf(maps);
  const btf = btfOf(elf);

  /** Names of the members of a map's definition, and numbers they hold. */
  function definition(name: string): Record<string, number | string> {
    const variable = btf.type(btf.findByName(name, 'var') ?? 0);
    const struct = btf.type(variable.kind === 'var' ? variable.type : 0);
    if (struct.kind !== 'struct') throw new Error('no struct');
    return Object.fromEntries(
      struct.members.map((member) => {
        const pointer = btf.type(member.type);
        const to = pointer.kind === 'ptr' ? btf.type(pointer.type) : pointer;
        return [
          member.name,
          to.kind === 'array' && btf.name(to.type) === 'int' ? to.length : `${to.kind} ${'name' in to ? to.name : ''}`,
        ];
      }),
    );
  }

  test.each([
    ['counters', { type: 9, key: 'typedef __be32', value: 'struct counter', max_entries: 65536 }],
    ['blocked', { type: 11, key: 'struct ', value: 'typedef u32', max_entries: 16, map_flags: 1 }],
    ['events', { type: 27, max_entries: 4096 }],
    ['raw', { type: 2, key_size: 4, value_size: 16, max_entries: 4, pinning: 1 }],
    ['outer', { type: 12, key: 'typedef u32', max_entries: 4, values: 'array ' }],
    ['jumps', { type: 3, key_size: 4, value_size: 4, max_entries: 2, values: 'array ' }],
  ])('%s is described as libbpf wants it', (name, expected) => {
    expect(definition(name)).toEqual(expected);
  });

  test('lie one behind the other in .maps', () => {
    const { relocations, size } = section(elf, '.maps');
    expect(symbol(elf, 'counters')).toMatchObject({ value: 0, size: 32, type: SymbolType.OBJECT });
    expect(symbol(elf, 'blocked').value).toBe(32);
    expect(size).toBe(symbol(elf, 'jumps').value + symbol(elf, 'jumps').size);
    expect(relocations.map(({ symbol: index }) => elf.symbols[index ?? 0]?.name)).toEqual(['raw', 'raw', 'main']);
  });

  test('structs are laid out as in C', () => {
    const text = `.struct s { u8 a; u64 b; char name[3]; u16 c[2][3]; union { u32 d; u8 e; } f; mac g; }
.map m, type=array, key=u32, value=struct s, max_entries=1
.data\n.long s.b, s.name, s.c, s.f, s.g`;
    const numbers = new Uint32Array(section(assembleElf(text), '.data').data.buffer);
    expect([...numbers]).toEqual([8, 16, 20, 32, 36]);
    const built = btfOf(assembleElf(text));
    expect(built.sizeOf(built.findByName('s', 'struct') ?? 0)).toBe(48);
  });
});

describe('what is added for loaders', () => {
  const elf = assembleElf(
    `.data\nstate: .long 7\n.rodata\n.globl limit\nlimit: .quad 5\ntext: .asciz "abc"\n.text\nhelper: exit\n${program.replace('exit', 'call helper; exit # done')}`,
    { file: 'dir/x.s' },
  );
  const btf = btfOf(elf);

  test('functions and globals are in BTF', () => {
    expect(btf.type(btf.findByName('main', 'func') ?? 0)).toMatchObject({ linkage: 'global' });
    expect(btf.type(btf.findByName('helper', 'func') ?? 0)).toMatchObject({ linkage: 'static' });
    expect(btf.type(btf.findByName('limit', 'var') ?? 0)).toMatchObject({ linkage: 'global' });
    const rodata = btf.type(btf.findByName('.rodata', 'datasec') ?? 0);
    expect(rodata).toMatchObject({
      size: 12,
      variables: [
        { offset: 0, size: 8 },
        { offset: 8, size: 4 },
      ],
    });
  });

  test('each instruction has its line', () => {
    const { functions, lines } = parseBtfExt(section(elf, '.BTF.ext').data, btf);
    expect(functions.get('xdp')?.map(({ offset }) => offset)).toEqual([0]);
    expect(lines.get('xdp')).toEqual([
      { offset: 0, file: 'dir/x.s', text: 'main: r0 = 2', line: 10, column: 7 },
      { offset: 8, file: 'dir/x.s', text: 'call helper; exit # done', line: 11, column: 1 },
      { offset: 16, file: 'dir/x.s', text: 'call helper; exit # done', line: 11, column: 14 },
    ]);
  });

  test('the file that is written is read back the same', () => {
    const back = readElf(writeElf(elf));
    expect(back.sections.map(({ name, data }) => [name, data])).toEqual(
      elf.sections.map(({ name, data }) => [name, data]),
    );
  });
});

test('the firewall example is sound', () => {
  const file = new URL('../../../../examples/firewall/firewall.s', import.meta.url);
  const elf = assembleElf(readFileSync(file, 'utf8'), { file: 'firewall.s' });
  validate(decode(section(elf, 'xdp').data));
  expect(elf.symbols.filter(({ binding }) => binding === SymbolBinding.GLOBAL).map(({ name }) => name)).toEqual([
    'blocked',
    'counters',
    'firewall',
  ]);
});

describe('mistakes', () => {
  test.each<[string, string, string, string]>([
    ['.sectoin xdp', '1:1', "unknown directive '.sectoin'", "did you mean '.section'?"],
    ['.map m, type=lru_hsh, key=4', '1:14', "unknown map type 'lru_hsh'", "did you mean 'lru_hash'?"],
    ['.map m, typ=hash', '1:9', "unknown map attribute 'typ'", "did you mean 'type'?"],
    ['.map m, key=4', '1:6', 'map m has no type', 'type=hash'],
    ['.map m, type=hash, type=hash', '1:20', "'type' is given twice", ''],
    ['.map m, type=hash, key=u33', '1:24', "unknown type 'u33'", "did you mean 'u32'?"],
    ['.map m, type=hash, key=struct x', '1:31', "unknown struct 'x'", ''],
    ['.map m, type=hash, max_entries=5000000000', '1:32', 'does not fit', '0..4294967295'],
    ['.map m, type=hash, values=[a]', '1:6', 'only prog_array', ''],
    ['.map m, type=hash_of_maps, key=4', '1:6', 'what its maps are like', 'inner=NAME'],
    ['.map m, type=array\n.map m, type=array', '2:6', "'m' is defined twice", 'line 1'],
    ['.struct s { u32 a; u32 a; }', '1:24', 'member a is declared twice', ''],
    ['.struct s { u32 a;\n', '1:11', 'a brace is not closed', ''],
    ['.struct s { u8 a[5000000000]; }', '1:18', 'does not fit', ''],
    ['.struct s { u8 a[2147483647][2]; }', '1:17', 'too large', ''],
    [`.struct s { ${'struct { '.repeat(20)}u8 a;${' } x;'.repeat(20)} }`, '1:148', 'nest more than 16 deep', ''],
    ['.section xdp\nmain: goto nowhre\nnowhere: exit', '2:12', "unknown label 'nowhre'", "did you mean 'nowhere'?"],
    ['.section xdp\nmain: call bpf_map_lokup_elem\nexit', '2:12', 'unknown function', "'bpf_map_lookup_elem'?"],
    ['.section xdp\nmain: r1 = cuonters ll\n.map counters, type=array', '2:12', "'cuonters'", "'counters'?"],
    ['.section xdp\nr0 = 2\nexit', '2:1', 'the program in section xdp has no name', "write 'main:'"],
    ['.section xdp\nmain: call f\nexit\nf: exit', '4:1', "function 'f' must be in .text", '.text'],
    ['.section xdp\nmain: goto f\nexit\n.text\nf: exit', '2:12', "a jump cannot reach 'f'", 'call it'],
    ['.data\nr0 = 1', '2:1', 'section .data holds no instructions', ''],
    ['.text\n.byte 1\nexit', '3:1', 'multiples of 8', '.p2align 3'],
    ['.text\nmain: goto x\nexit\n.byte 1\nx: .zero 7', '2:12', "'x' is not at an instruction", ''],
    ['.bss\n.long 5', '2:7', '.bss holds no data', '.data'],
    ['.zero 4294967295', '1:1', 'do not fit', '67108864'],
    ['.data\n.byte 256', '2:7', '256 does not fit', ''],
    ['.data\n.byte a\na:', '2:7', 'an address does not fit 1 bytes', '.long'],
    ['.data\n.long a - b\na:\n.text\nb:', '2:7', 'different sections', ''],
    ['.data\n.uleb128 a - b\na: b:', '2:10', 'not known yet', ''],
    ['.section x, "aq"', '1:13', "unknown section flag 'q'", ''],
    ['.section a b', '1:12', 'no spaces', 'quotes'],
    ['.section xdp,"ax"\n.section xdp,"aw"', '2:10', 'changes its flags', ''],
    ['.popsection', '1:1', 'without .pushsection', ''],
    ['.license GPL', '1:10', 'in quotes', '.license "GPL"'],
    ['.license "GPL"\n.license "GPL"', '2:1', 'twice', ''],
    ['.p2align 60', '1:10', 'does not fit', ''],
    ['.balign 12', '1:1', 'no power of two', ''],
    ['a: .set a, 1', '1:9', "'a' is a label", ''],
    ['.type f, @funktion', '1:10', "unknown symbol type '@funktion'", "did you mean '@function'?"],
    ['.size a, b - c', '1:10', "unknown label 'b'", ''],
    ['.ascii 5', '1:8', 'expected a string', ''],
    ['.ascii "\\q"', '1:9', 'unknown escape', ''],
    ['.ascii "abc', '1:8', 'a string is not closed', ''],
  ])('%s', (text, place, what, help) => {
    const shown = faultOf(text);
    expect(shown.startsWith(`x.s:${place} - error SKEP_BAD_ASSEMBLY`), shown).toBe(true);
    expect(shown).toContain(what);
    expect(shown).toContain(help);
  });
});

test('a program in a section without a known name is left out with a warning, the others stay', () => {
  const text = (name: string) => `.section ${name}\n.globl p_${name}\np_${name}:\n r0 = 2\n exit\n`;
  const spec = collectionFromElf(assembleElf(text('xdp') + text('weird')));
  expect([...spec.programs.keys()]).toEqual(['p_xdp']);
  expect(spec.diagnostics.map(({ message }) => message)).toEqual([
    'program p_weird is left out: section name weird says no program type',
  ]);
  expect(() => collectionFromElf(assembleElf(text('weird')))).toThrow(/says no program type/);
});
