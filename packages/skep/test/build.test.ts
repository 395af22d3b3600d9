import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../../core/test/support/needs.ts';
import { findTool } from '../../core/test/support/tools.ts';
import { build, programs, root, skep, temporaryFolder } from './support/cli.ts';

const folder = temporaryFolder();
const file = (name: string) => join(folder.path, name);

const pass = `import { XDP, xdp } from 'skep/bpf';\n\nexport const pass = xdp(() => XDP.PASS);\n`;
/** Needs Linux 5.16 for its map and 5.17 for its helper. */
const modern = `import { BloomFilter, loop, u32, XDP, xdp } from 'skep/bpf';

export const seen = new BloomFilter(u32, { maxEntries: 100 });
export const main = xdp(() => {
  let last = 0;
  loop(100_000, (i) => {
    last = i;
  });
  return seen.has(u32(last)) ? XDP.DROP : XDP.PASS;
});
`;

beforeAll(() => {
  build();
  for (const name of ['beside', 'json', 'dump', 'several-a', 'several-b', 'cpu', 'full'])
    writeFileSync(file(`${name}.bpf.ts`), pass);
  writeFileSync(file('types.bpf.ts'), pass.replace('XDP.PASS', 'XDP.PAS'));
  writeFileSync(file('rules.bpf.ts'), pass.replace('() => XDP.PASS', '(ctx) => ctx.length * 1.5 > 3 ? XDP.PASS : 1'));
  writeFileSync(file('none.bpf.ts'), `export const nothing = 1;\n`);
  writeFileSync(file('modern.bpf.ts'), modern);
  writeFileSync(file('bad.s'), '  .section xdp\nmain:\n  r0 = r11\n  exit\n');
  writeFileSync(file('bad.c'), 'void one(void) { more(); }\nint main(void) {\n  return nothing;\n}\n');
  writeFileSync(file('text.txt'), 'text\n');
  writeFileSync(file('types.d.ts'), 'export {};\n');
  mkdirSync(file('taken.o'));
  writeFileSync(file('taken.bpf.ts'), pass);
}, 60_000);
afterAll(() => folder.remove());

describe('build', () => {
  test.concurrent('the object goes beside the source, and says what is in it', async ({ expect }) => {
    const { status, stdout, stderr } = await skep(['build', file('beside.bpf.ts')]);
    expect(stderr).toBe('');
    expect(stdout.toString()).toMatch(
      /beside\.bpf\.ts -> .*beside\.bpf\.o: pass \(xdp\) 2 instructions; 0 maps; \d+ bytes\n$/,
    );
    expect(status).toBe(0);
    const { stdout: listing } = await skep(['dis', file('beside.bpf.o')]);
    expect(listing.toString()).toMatch(/<pass>:\n +0:\tw?r?0 = 0?x?2\n +1:\texit\n/);
  });

  test.concurrent('several sources, into a folder that is made', async ({ expect }) => {
    const sources = ['events', 'grow', 'fault'].map((name) => `${programs}/${name}.s`);
    const { status } = await skep(['build', ...sources, '-o', file('made/')]);
    expect(status).toBe(0);
    for (const name of ['events.o', 'grow.o', 'fault.o']) expect(existsSync(join(file('made'), name)), name).toBe(true);
  });

  test.concurrent('a source with errors does not keep the others from being built', async ({ expect }) => {
    const outcome = await skep(['build', file('types.bpf.ts'), `${programs}/stray.s`, '-o', folder.path]);
    expect(outcome.status).toBe(1);
    expect(outcome.stdout.toString()).toMatch(/^\S+stray\.s -> /);
    expect(existsSync(file('types.bpf.o'))).toBe(false);
  });

  test.concurrent('-o - writes the object to standard output', async ({ expect }) => {
    const { stdout, stderr } = await skep(['build', `${programs}/fault.s`, '-o', '-']);
    expect([...stdout.subarray(0, 4)]).toEqual([0x7f, 0x45, 0x4c, 0x46]);
    expect(stderr).toBe('');
    expect(existsSync(join(root, programs, 'fault.o'))).toBe(false);
  });

  test.concurrent('--dump prints a form of the program and writes nothing', async ({ expect }) => {
    const [ir, asm] = await Promise.all([
      skep(['build', file('dump.bpf.ts'), '--dump', 'ir']),
      skep(['build', `${programs}/fault.s`, '--dump', 'asm']),
    ]);
    expect(ir?.stdout.toString()).toMatch(/^program pass\(.*\) in xdp\n[\s\S]*return/m);
    expect(asm?.stdout.toString()).toMatch(/^Disassembly of section xdp:\n[\s\S]*\d+:\texit\n/);
    expect(existsSync(file('dump.bpf.o'))).toBe(false);
  });

  test.concurrent('--json', async ({ expect }) => {
    const good = await skep(['build', file('json.bpf.ts'), '--json']);
    const { built, errors, diagnostics } = JSON.parse(good.stdout.toString());
    expect(built).toMatchObject([
      { source: file('json.bpf.ts'), programs: [{ name: 'pass', type: 'xdp', section: 'xdp' }], maps: [] },
    ]);
    expect({ errors, diagnostics }).toEqual({ errors: 0, diagnostics: [] });
    const bad = await skep(['build', file('types.bpf.ts'), '--json']);
    expect(bad.stderr).toBe('');
    expect(bad.status).toBe(1);
    expect(JSON.parse(bad.stdout.toString())).toMatchObject({
      built: [],
      errors: 1,
      diagnostics: [{ severity: 'error', code: 'TS2551', file: file('types.bpf.ts'), line: 3, column: 35 }],
    });
  });
});

describe('errors have their place', () => {
  test.concurrent("TypeScript's", async ({ expect }) => {
    const { status, stdout, stderr } = await skep(['build', file('types.bpf.ts')]);
    expect(stdout.toString()).toBe('');
    expect(stderr.replaceAll(folder.path, '')).toMatch(
      new RegExp(
        [
          "^/types\\.bpf\\.ts:3:35 - error TS2551: Property 'PAS' does not exist on type .*\\n",
          ' {2}3 \\| export const pass = xdp\\(\\(\\) => XDP\\.PAS\\);\\n',
          ' {4}\\| {35}\\^~~\\n',
          '\\n1 error\\n$',
        ].join(''),
      ),
    );
    expect(status).toBe(1);
  });

  test.concurrent.for([
    ["the compiler's", 'rules.bpf.ts', /rules\.bpf\.ts:3:\d+ - error SK\d+: .*\n.*\n.*\^.*\n {2}try: /],
    ['a module without a program', 'none.bpf.ts', /none\.bpf\.ts:\d+:\d+ - error SK6008: the module has no program\n/],
    ["the assembler's", 'bad.s', /bad\.s:3:\d+ - error SKEP_BAD_ASSEMBLY: /],
  ] as const)('%s', async ([, name, expected], { expect }) => {
    const { status, stderr } = await skep(['build', file(name)]);
    expect(stderr).toMatch(expected);
    expect(status).toBe(1);
  });

  const clang = ['clang', 'clang-19', 'clang-16', 'clang-15', 'clang-14'].find(findTool) ?? 'clang';
  needs(clang).test("clang's, all of them", async () => {
    const { status, stderr } = await skep(['build', file('bad.c')]);
    expect(stderr).toMatch(/bad\.c:3:10 - error clang: .*'nothing'\n {2}3 \| +return nothing;\n +\| +\^~~~~~~\n/);
    expect(stderr).toMatch(/bad\.c:1:\d+ - error clang: .*'more'.*\n[\s\S]*\n2 errors\n$/);
    expect(status).toBe(1);
  });
  needs(clang).test('C is built, for an instruction set too', async () => {
    const { status, stderr } = await skep(['build', 'examples/firewall/firewall.c', '--cpu', 'v2', '-o', file('c.o')]);
    expect(`${status}${stderr}`).toBe('0');
    expect((await skep(['dis', file('c.o')])).stdout.toString()).not.toMatch(/\bw\d\b/);
  });
});

describe('--target-kernel', () => {
  const built = (version: string) =>
    skep(['build', file('modern.bpf.ts'), '--target-kernel', version, '-o', file(version)]);

  test.concurrent('refuses what the kernel lacks, where the source needs it', async ({ expect }) => {
    const { status, stderr } = await built('5.10');
    expect(stderr).toMatch(
      /modern\.bpf\.ts:[67]:\d+ - error SK7004: helper loop is not in Linux 5\.10: it came with Linux 5\.17\n/,
    );
    expect(stderr).toMatch(
      /modern\.bpf\.ts:9:\d+ - error SK7003: map type bloom_filter, of seen, is not in Linux 5\.10: it came with Linux 5\.16\n/,
    );
    expect(existsSync(file('5.10'))).toBe(false);
    expect(status).toBe(1);
  });
  test.concurrent('takes what the kernel has', async ({ expect }) => {
    expect(await built('6.12')).toMatchObject({ status: 0, stderr: '' });
  });
  test.concurrent('a record says what programs of a type may call', async ({ expect }) => {
    const source = '  .section xdp\nmain:\n  call skb_load_bytes\n  exit\n';
    writeFileSync(file('call.s'), source);
    const { status, stderr } = await skep(['build', file('call.s'), '--target-kernel', '6.1']);
    expect(stderr).toMatch(/SK7004: helper skb_load_bytes is not in Linux 6\.1: xdp programs cannot call it there/);
    expect(status).toBe(1);
  });
});

const mistakes: readonly (readonly [name: string, args: readonly string[], status: number, message: RegExp])[] = [
  ['no file', ['build'], 2, /SKEP_USAGE: missing required argument 'FILE'/],
  ['a missing file', ['build', 'no.bpf.ts'], 2, /SKEP_NO_FILE: cannot read no\.bpf\.ts[\s\S]*no such file/],
  ['a folder', ['build', 'examples'], 2, /SKEP_NO_FILE: [\s\S]*it is a directory/],
  ['no source', ['build', file('text.txt')], 2, /SKEP_USAGE: this is no source[\s\S]*\.bpf\.ts/],
  ['declarations', ['build', file('types.d.ts')], 2, /SKEP_USAGE: this is no source/],
  [
    'an unwritable output',
    ['build', `${programs}/fault.s`, '-o', '/dev/full'],
    2,
    /SKEP_NO_WRITE: [\s\S]*disk is full/,
  ],
  ['no such folder', ['build', `${programs}/fault.s`, '-o', '/no/such/x.o'], 2, /SKEP_NO_WRITE: [\s\S]*does not exist/],
  [
    'one file for two sources',
    ['build', file('several-a.bpf.ts'), file('several-b.bpf.ts'), '-o', 'x.o'],
    2,
    /-o names one file, and there are 2 sources/,
  ],
  [
    'one object of two sources',
    ['build', 'examples/firewall/firewall.s', 'examples/firewall/firewall.c'],
    2,
    /both become examples\/firewall\/firewall\.o/,
  ],
  ['the source as output', ['build', file('full.bpf.ts'), '-o', file('full.bpf.ts')], 2, /would be replaced/],
  ['--cpu with assembly', ['build', file('bad.s'), '--cpu', 'v3'], 2, /--cpu does not go with/],
  ['--dump ir of assembly', ['build', file('bad.s'), '--dump', 'ir'], 2, /--dump ir does not go with/],
  ['--dump with --json', ['build', file('cpu.bpf.ts'), '--dump', 'asm', '--json'], 2, /--dump does not go with --json/],
  ['-o - with --json', ['build', file('cpu.bpf.ts'), '-o', '-', '--json'], 2, /both write to standard output/],
  ['no version', ['build', file('cpu.bpf.ts'), '--target-kernel', 'new'], 2, /'new' is no version of Linux/],
  [
    'an instruction set that the kernel lacks',
    ['build', file('cpu.bpf.ts'), '--target-kernel', '6.1', '--cpu', 'v4'],
    2,
    /--cpu v4 is too new for Linux 6\.1[\s\S]*up to v3/,
  ],
  ['an unknown instruction set', ['build', file('cpu.bpf.ts'), '--cpu', 'v9'], 2, /SKEP_USAGE[\s\S]*v2, v3, v4/],
];

describe('mistakes end with one clear error', () => {
  test.concurrent.for(mistakes)('%s', async ([, args, expected, message], { expect }) => {
    const { status, stdout, stderr } = await skep(args);
    expect(stderr).toMatch(message);
    expect(stderr.match(/error SKEP_|"code":"SKEP_/g)).toHaveLength(1);
    expect(stdout.toString()).toBe('');
    expect(status).toBe(expected);
  });

  test.concurrent('without TypeScript: exit 3, with what to install', async ({ expect }) => {
    const modules = file('node_modules');
    mkdirSync(join(modules, '@skep'), { recursive: true });
    for (const name of ['bpf', 'compilers', 'core', 'kernel'])
      symlinkSync(join(root, 'packages', name), join(modules, '@skep', name));
    symlinkSync(join(root, 'packages/skep'), join(modules, 'skep'));
    symlinkSync(join(root, 'node_modules/commander'), join(modules, 'commander'));
    const { status, stderr } = await skep(['build', file('cpu.bpf.ts')], {
      env: { NODE_OPTIONS: '--preserve-symlinks --preserve-symlinks-main' },
      bin: join(modules, 'skep/dist/bin.js'),
    });
    expect(stderr).toMatch(/error SKEP_NO_TOOL: the compiler for TypeScript is not installed\n {2}why: typescript-js /);
    expect(stderr).toMatch(/try: .*npm install/);
    expect(status).toBe(3);
  });
});

test('nothing was written beside the examples', () => {
  expect(existsSync(join(root, 'examples/firewall/firewall.o'))).toBe(false);
  expect(readFileSync(file('full.bpf.ts'), 'utf8')).toBe(pass);
});
