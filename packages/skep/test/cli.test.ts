import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseJson, stringifyJson } from '@skep/core/base';
import { readCaptureSync } from '@skep/core/net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../../core/test/support/needs.ts';
import { findTool } from '../../core/test/support/tools.ts';
import { build, programs, root, skep, temporaryFolder } from './support/cli.ts';

const firewall = 'examples/firewall/firewall.s';
const web = 'examples/captures/web.pcap';
const blocklist = 'examples/firewall/blocklist.json';
const folder = temporaryFolder();
const file = (name: string) => join(folder.path, name);

beforeAll(() => {
  build();
  writeFileSync(file('empty'), '');
  writeFileSync(file('empty.o'), '');
  writeFileSync(
    file('random.o'),
    Uint8Array.from({ length: 4000 }, (_, index) => (index * 7919) % 251),
  );
  writeFileSync(file('bad.json'), '{"maps": nothing}');
  writeFileSync(file('null.json'), '{"blocked": [{"key": null, "value": 1}]}');
  writeFileSync(file('other.json'), '{"nope": []}');
  writeFileSync(file('cut.pcap'), readFileSync(join(root, web)).subarray(0, 5000));
  writeFileSync(file('cut.gz'), gzipSync(readFileSync(join(root, web))).subarray(0, 40));
  writeFileSync(file('bad.s'), '  .section xdp\nmain:\n  r0 = r11\n  exit\n');
  writeFileSync(file('bad.c'), 'int main(void) { return nothing; }\n');
  writeFileSync(file('helper.s'), '  .section xdp\nmain:\n  call 9999\n  exit\n');
}, 60_000);
afterAll(() => folder.remove());

/** Outputs that are text, word for word; `npx vitest run -u packages/skep` renews them. */
const golden: readonly (readonly [name: string, args: readonly string[], status?: number])[] = [
  ['help', ['--help']],
  ['run-help', ['run', '--help']],
  ['firewall', ['run', firewall, '--pcap', web, '--maps', blocklist]],
  ['firewall-json', ['run', firewall, '--pcap', web, '--set', 'blocked', '10.10.0.66/32=1', '--json']],
  ['firewall-print', ['run', firewall, '--pcap', web, '--maps', blocklist, '--print', '--limit', '12']],
  ['mixed', ['run', firewall, '--pcap', 'examples/captures/mixed.pcapng']],
  ['cooked', ['run', firewall, '--pcap', 'examples/captures/cooked.pcap', '--rows', '2']],
  ['events', ['run', `${programs}/events.s`, '--pcap', web, '--rows', '3']],
  ['events-json', ['run', `${programs}/events.s`, '--pcap', web, '--limit', '2', '--json']],
  ['fault', ['run', `${programs}/fault.s`, '--pcap', web], 1],
  ['fault-keep-going', ['run', `${programs}/fault.s`, '--pcap', web, '--keep-going']],
  ['stray-verdict', ['run', `${programs}/stray.s`, '--pcap', web]],
  ['redirect', ['run', `${programs}/redirect.s`, '--pcap', web]],
  [
    'kinds-of-maps',
    [
      ...['run', `${programs}/several.s`, '--prog', 'count', '--pcap', web, '--cpus', '2'],
      ...['--set', 'flows', '{src: 1.2.3.4, port: 80}={packets: 7}', '{src: 1.2.3.5}=packets=9,bytes=18446744'],
      ...['--set', 'waiting', '=5', '=6', '--set', 'jumps', '0=pass', '--set', '.rodata', 'limit=10'],
      ...['--set', 'counts', '2=18446744073709551615'],
    ],
  ],
  ['dis', ['dis', `${programs}/several.s`]],
  ['dis-source', ['dis', `${programs}/events.s`, '--source']],
  ['dis-json', ['dis', `${programs}/several.s`, '--prog', 'pass', '--json']],
  ['asm', ['asm', `${programs}/fault.s`]],
  ['asm-json', ['asm', `${programs}/events.s`, '--json']],
];

describe('what it prints', () => {
  test.concurrent.for(golden)('%s', async ([name, args, status = 0], { expect }) => {
    const outcome = await skep(args);
    // Addresses depend on how a VM lays out its memory.
    const stderr = outcome.stderr.replaceAll(/address 0x[0-9a-f]+/g, 'address 0x...');
    await expect(`${outcome.stdout}-- stderr\n${stderr}`).toMatchFileSnapshot(`golden/${name}.txt`);
    expect(outcome.status).toBe(status);
  });
});

/** Mistakes of users: exit status, and what the one error says. */
const mistakes: readonly (readonly [name: string, args: readonly string[], status: number, message: RegExp])[] = [
  ['unknown command', ['rnu'], 2, /SKEP_USAGE: unknown command 'rnu'[\s\S]*did you mean run\?/],
  ['unknown flag', ['run', firewall, '--jsno'], 2, /SKEP_USAGE: unknown option '--jsno'[\s\S]*did you mean --json\?/],
  ['no program', ['run'], 2, /SKEP_USAGE: missing required argument 'FILE'/],
  ['no capture', ['run', firewall], 2, /SKEP_USAGE: there are no packets/],
  ['too many files', ['run', firewall, web, '--pcap', web], 2, /SKEP_USAGE: too many arguments/],
  ['program missing', ['run', 'no.s', '--pcap', web], 2, /SKEP_NO_FILE: cannot read no\.s[\s\S]*no such file/],
  ['program is a directory', ['run', 'examples', '--pcap', web], 2, /SKEP_NO_FILE: [\s\S]*it is a directory/],
  ['program is empty', ['run', file('empty.o'), '--pcap', web], 2, /SKEP_BAD_OBJECT: the file is empty/],
  ['program is noise', ['run', file('random.o'), '--pcap', web], 2, /random\.o: offset 0x0 - error SKEP_BAD_ELF/],
  ['program is a capture', ['run', web, '--pcap', web], 2, /SKEP_BAD_OBJECT: this is not a program/],
  ['wrong assembly', ['run', file('bad.s'), '--pcap', web], 2, /bad\.s:3:\d+ - error SKEP_BAD_ASSEMBLY/],
  ['unknown helper', ['run', file('helper.s'), '--pcap', web], 2, /helper\.s:3[\s\S]*SKEP_BAD_PROGRAM[\s\S]*9999/],
  ['no such program in it', ['run', firewall, '--pcap', web, '--prog', 'x'], 2, /SKEP_NO_SUCH_NAME[\s\S]*firewall/],
  ['several programs', ['run', `${programs}/several.s`, '--pcap', web], 2, /2 programs[\s\S]*count, pass/],
  ['capture missing', ['run', firewall, '--pcap', 'no.pcap'], 2, /SKEP_NO_FILE: cannot read no\.pcap/],
  ['capture is a directory', ['run', firewall, '--pcap', 'examples'], 2, /SKEP_NO_FILE: [\s\S]*it is a directory/],
  ['capture is empty', ['run', firewall, '--pcap', file('empty')], 2, /SKEP_BAD_CAPTURE[\s\S]*an empty file/],
  ['capture is noise', ['run', firewall, '--pcap', file('random.o')], 2, /SKEP_BAD_CAPTURE/],
  ['gzip cut off', ['run', firewall, '--pcap', file('cut.gz')], 2, /SKEP_BAD_CAPTURE: the gzip data is damaged/],
  ['--set without a value', ['run', firewall, '--pcap', web, '--set', 'blocked'], 2, /--set MAP KEY=VALUE/],
  ['--set: unknown map', ['run', firewall, '--pcap', web, '--set', 'nope', '1=2'], 2, /no map nope[\s\S]*blocked/],
  ['--set: bad key', ['run', firewall, '--pcap', web, '--set', 'blocked', '10.0.0.300/8=1'], 2, /not a prefix/],
  ['--set: prefix too long', ['run', firewall, '--pcap', web, '--set', 'blocked', '10.0.0.0/33=1'], 2, /0 to 32/],
  [
    '--set: value too big',
    ['run', firewall, '--pcap', web, '--set', 'blocked', '1.2.3.4=4294967296'],
    2,
    /SKEP_BAD_VALUE/,
  ],
  [
    '--set: key out of range',
    ['run', `${programs}/several.s`, '--prog', 'count', '--pcap', web, '--set', 'counts', '99999=1'],
    2,
    /SKEP_BAD_VALUE[\s\S]*--set counts 99999=1\n {2}why: its keys are 0 to \d+$/m,
  ],
  ['--set: no number', ['run', firewall, '--pcap', web, '--set', 'blocked', '1.2.3.4=x'], 2, /SKEP_BAD_VALUE/],
  [
    '--set: unknown variable',
    ['run', `${programs}/several.s`, '--prog', 'count', '--pcap', web, '--set', '.bss', 'x=1'],
    2,
    /no variable x[\s\S]*seen/,
  ],
  [
    '--maps: no JSON',
    ['run', firewall, '--pcap', web, '--maps', file('bad.json')],
    2,
    /bad\.json:1:10 - error SKEP_BAD_JSON/,
  ],
  ['--maps: null', ['run', firewall, '--pcap', web, '--maps', file('null.json')], 2, /null\.json - [\s\S]*entry 1/],
  ['--maps: unknown map', ['run', firewall, '--pcap', web, '--maps', file('other.json')], 2, /no map nope/],
  ['--limit: no number', ['run', firewall, '--pcap', web, '--limit', '-1'], 2, /SKEP_USAGE[\s\S]*whole number/],
  ['--memory: too little', ['run', firewall, '--pcap', web, '--memory', '1M'], 2, /SKEP_MEMORY_LIMIT/],
  ['--out: no such folder', ['run', firewall, '--pcap', web, '--out', '/no/such/folder/x.pcap'], 2, /SKEP_NO_WRITE/],
  ['--out is --pcap', ['run', firewall, '--pcap', web, '--out', web], 2, /SKEP_USAGE: --out names the capture/],
  ['both from stdin', ['run', '-', '--pcap', '-'], 2, /SKEP_USAGE/],
  ['dis: noise', ['dis', file('random.o')], 2, /SKEP_BAD_ELF/],
  ['asm: noise', ['asm', file('random.o')], 2, /random\.o - error SKEP_BAD_ASSEMBLY/],
  ['control characters', ['run', 'a\x1b[31m\n.o', '--pcap', web], 2, /cannot read a\\x1b\[31m\\n\.o$/m],
  ['completion: unknown shell', ['completion', 'tcsh'], 2, /SKEP_USAGE[\s\S]*bash, zsh, fish/],
];

describe('mistakes end with one clear error', () => {
  test.concurrent.each(mistakes)('%s', async (_, args, status, message) => {
    const { stdout, stderr, ...outcome } = await skep(args);
    expect(stderr).toMatch(message);
    expect(stderr.match(/error SKEP_/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at |node:internal/m);
    expect(stdout.toString()).toBe('');
    expect(outcome.status).toBe(status);
  });

  test.concurrent('--json: the error is JSON on stderr', async () => {
    const { status, stdout, stderr } = await skep(['run', firewall, '--pcap', 'no.pcap', '--json']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'SKEP_NO_FILE', remedy: 'check the name' } });
    expect([status, stdout.toString()]).toEqual([2, '']);
  });

  test.concurrent('a capture that breaks off: what came before is shown, then the error', async () => {
    const { status, stdout, stderr } = await skep(['run', firewall, '--pcap', file('cut.pcap'), '--json']);
    expect(JSON.parse(stdout.toString())).toMatchObject({ packets: 47 });
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'SKEP_BAD_CAPTURE', place: { file: file('cut.pcap') } },
    });
    expect(status).toBe(2);
  });
});

describe('captures in and out', () => {
  const bytes = () => readFileSync(join(root, web));

  test.concurrent('gzip and standard input give what the file gives', async () => {
    writeFileSync(file('web.gz'), gzipSync(bytes()));
    const args = ['run', firewall, '--json', '--pcap'];
    const [plain, packed, piped] = await Promise.all([
      skep([...args, web]),
      skep([...args, file('web.gz')]),
      skep([...args, '-'], { input: gzipSync(bytes()) }),
    ]);
    expect(packed.stdout.toString()).toBe(plain.stdout.toString());
    expect(piped.stdout.toString()).toBe(plain.stdout.toString());
  });

  test.concurrent('a program that passes everything leaves the capture as it was', async () => {
    const outcome = await skep(['run', firewall, '--pcap', web, '--out', '-', '--json']);
    expect(outcome.stdout.equals(bytes())).toBe(true);
    expect(JSON.parse(outcome.stderr)).toMatchObject({ packets: 439 });
  });

  test.concurrent('--out leaves out what is dropped and holds what programs change', async () => {
    await skep(['run', firewall, '--pcap', web, '--maps', blocklist, '--out', file('out.pcapng')]);
    expect([...readCaptureSync(readFileSync(file('out.pcapng')))]).toHaveLength(353);
    await skep(['run', `${programs}/grow.s`, '--pcap', web, '--limit', '1', '--out', file('grow.pcap')]);
    const [before] = readCaptureSync(bytes());
    const [after] = readCaptureSync(readFileSync(file('grow.pcap')));
    expect(after?.data.subarray(4)).toEqual(before?.data.subarray());
    expect(after?.timestamp).toBe(before?.timestamp);
  });

  test.concurrent('the program can come from standard input', async () => {
    const input = readFileSync(join(root, firewall));
    expect((await skep(['run', '-', '--pcap', web], { input })).status).toBe(0);
  });
});

describe('maps', () => {
  test.concurrent('--maps reads what --json writes', async () => {
    const args = ['run', `${programs}/several.s`, '--prog', 'pass', '--pcap', web, '--limit', '0', '--json'];
    const first = await skep([
      ...args.with(3, 'count'),
      ...['--set', 'flows', '{src: 1.2.3.4}={packets: 18446744073709551615}', '--set', 'waiting', '=3', '=4'],
      ...['--set', 'counts', '3=7', '--set', 'jumps', '0=pass', '--cpus', '2'],
    ]);
    writeFileSync(file('maps.json'), first.stdout);
    const second = await skep([...args.with(3, 'count'), '--maps', file('maps.json'), '--cpus', '2']);
    expect(second.stderr).toBe('');
    expect(second.stdout.toString()).toBe(first.stdout.toString());
    expect(stringifyJson(parseJson(first.stdout.toString()))).toContain('"packets":18446744073709551615');
  });
});

describe('manners of a process', () => {
  test.concurrent.for([
    ['run', `run ${firewall} --pcap ${web}`],
    ['run --print', `run ${firewall} --pcap ${web} --print`],
    ['run --out -', `run ${firewall} --pcap ${web} --out -`],
    ['dis', `dis ${firewall}`],
    ['asm', `asm ${firewall} -o -`],
    ['doctor', 'doctor'],
  ] as const)('a full disk behind standard output is one clear error: %s', async ([, args], { expect }) => {
    const child = spawn('/bin/sh', ['-c', `"${process.execPath}" packages/skep/dist/bin.js ${args} > /dev/full`], {
      cwd: root,
    });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const status = await new Promise((done) => child.once('close', done));
    expect(stderr).toBe('error SKEP_NO_WRITE: cannot write standard output\n  why: the disk is full\n');
    expect(status).toBe(2);
  });
  test.concurrent('help comes under its own name too', async ({ expect }) => {
    const [named, flag] = await Promise.all([skep(['help', 'run']), skep(['run', '--help'])]);
    expect(named).toEqual(flag);
  });
  test.concurrent('assembly without a program is told', async ({ expect }) => {
    const { stderr, status } = await skep(['asm', '-'], { input: Buffer.from('r0 = 1\nexit\n') });
    expect(stderr).toContain('note: there is no program');
    expect(status).toBe(0);
  });
  test.concurrent('--rows limits verdicts too', async ({ expect }) => {
    const lengths = Buffer.from('.section socket\nmain:\n  r0 = *(u32 *)(r1 + 0)\n  exit\n');
    const { stdout } = await skep(['run', '-', '--pcap', web, '--rows', '2'], { input: lengths });
    expect(stdout.toString()).toMatch(/^verdict.*\n66 .*\n74 .*\n {2}\.\.\. and \d+ more\n$/m);
  });
  test.concurrent('a reader that goes away is no error', async () => {
    const child = spawn(
      'sh',
      ['-c', `"${process.execPath}" packages/skep/dist/bin.js run ${firewall} --pcap ${web} --print | head -1`],
      { cwd: root },
    );
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const status = await new Promise((done) => child.once('close', done));
    expect([status, stderr]).toEqual([0, '']);
  });

  test.concurrent('SIGINT ends with 130 and shows what there is', async () => {
    const child = spawn(
      process.execPath,
      [join(root, 'packages/skep/dist/bin.js'), 'run', firewall, '--pcap', '-', '--print', '--json'],
      { cwd: root },
    );
    child.stdin.write(readFileSync(join(root, web)));
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    // The first printed line says that it runs; input stays open.
    child.stderr.once('data', () => child.kill('SIGINT'));
    const status = await new Promise((done) => child.once('close', done));
    child.stdin.destroy();
    expect(status).toBe(130);
    expect(JSON.parse(stdout).packets).toBeGreaterThan(0);
  });

  test.concurrent('no escape codes without a terminal, and none out of names in a file', async () => {
    const source = '  .section xdp\n  .globl "bad\\033[31m"\n"bad\\033[31m":\n  r0 = 2\n  exit\n';
    const { stdout, stderr } = await skep(['run', '-', '--pcap', web], { input: Buffer.from(source) });
    expect(`${stdout}${stderr}`).not.toContain('\x1b');
  });

  test.concurrent('--version is that of the package', async () => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages/skep/package.json'), 'utf8'));
    expect((await skep(['--version'])).stdout.toString()).toBe(`${manifest.version}\n`);
  });

  test.concurrent('doctor says what is there', async () => {
    const { status, stdout } = await skep(['doctor', '--json']);
    const { findings } = JSON.parse(stdout.toString());
    expect(findings).toContainEqual(expect.objectContaining({ name: 'Node.js', ok: true }));
    expect(findings).toContainEqual(expect.objectContaining({ name: 'WebAssembly', ok: true }));
    expect(status).toBe(0);
  });

  test.concurrent.each(['bash', 'zsh', 'fish'])('completion for %s', async (shell) => {
    expect((await skep(['completion', shell])).stdout.toString()).toContain('doctor');
  });

  test('completion knows every command and the options of those that have most', async () => {
    const script = (await skep(['completion', 'bash'])).stdout.toString().split(/[\s"]+/);
    const helps = await Promise.all(['run', 'build', 'check', 'init'].map((name) => skep([name, '--help'])));
    const options = helps.flatMap(({ stdout }) => [...stdout.toString().matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)]);
    const commands = (await skep(['--help'])).stdout.toString().matchAll(/^ {2}([a-z]+) {2}/gm);
    expect(script).toEqual(expect.arrayContaining([...options, ...commands].map(([, word]) => word)));
  });

  test.concurrent.each(['run', 'build', 'check', 'dis', 'asm', 'doctor'])(
    'the examples of %s --help run',
    async (command) => {
      const help = (await skep([command, '--help'])).stdout.toString();
      const examples =
        help
          .split('Examples:')[1]
          ?.split('\n')
          .map((line) => line.trim()) ?? [];
      // What changes the machine runs in namespaces only: attach.test.ts.
      const plain = examples.filter(
        (line) => /^skep [^|>]*$/.test(line) && !/\.c | --kernel| --clean| --watch|check$/.test(line),
      );
      expect(plain.length).toBeGreaterThan(0);
      for (const line of plain) {
        const args = line
          .split(/\s+/)
          .slice(1)
          .map((word) => (word === 'firewall.o' ? file('example.o') : word));
        expect((await skep(args)).status, line).toBe(0);
      }
    },
  );
});

describe('objects', () => {
  test.concurrent('asm writes an object that dis and run read', async () => {
    await skep(['asm', `${programs}/several.s`, '-o', file('several.o')]);
    const [fromObject, fromText] = await Promise.all([
      skep(['dis', file('several.o')]),
      skep(['dis', `${programs}/several.s`]),
    ]);
    expect(fromObject.stdout.toString()).toBe(fromText.stdout.toString());
    const run = await skep(['run', file('several.o'), '--prog', 'pass', '--pcap', web, '--json']);
    expect(JSON.parse(run.stdout.toString()).verdicts).toEqual({ XDP_PASS: 439 });
  });
});

describe('C', () => {
  test.concurrent('without clang: exit 3, with the package to install', async () => {
    const outcome = await skep(['run', 'examples/firewall/firewall.c', '--pcap', web], {
      env: { SKEP_CLANG: '/no/such/clang' },
    });
    expect(outcome.stderr).toMatch(/SKEP_NO_TOOL[\s\S]*apt install clang/);
    expect(outcome.status).toBe(3);
  });

  test.concurrent.for([
    ['that fails without a word', '#!/bin/sh\nexit 1\n', /did not compile it\n {2}why: it ended with status 1$/m],
    ['that writes nothing', '#!/bin/sh\nexit 0\n', /did not compile it\n {2}why: .*out\.o/],
    ['that cannot be started', '#!/no/such/shell\n', /did not compile it\n {2}why: spawn /],
  ] as const)('a compiler %s: one clear error', async ([name, script, expected], { expect }) => {
    const compiler = file(name);
    writeFileSync(compiler, script, { mode: 0o755 });
    const outcome = await skep(['run', 'examples/firewall/firewall.c', '--pcap', web], {
      env: { SKEP_CLANG: compiler },
    });
    expect(outcome.stderr).toMatch(/error SKEP_COMPILE: /);
    expect(outcome.stderr).toMatch(expected);
    expect(outcome.status).toBe(2);
  });
  test.concurrent('no temporary folder: one clear error', async ({ expect }) => {
    writeFileSync(file('compiler'), '#!/bin/sh\n', { mode: 0o755 });
    const { stderr, status } = await skep(['run', 'examples/firewall/firewall.c', '--pcap', web], {
      env: { SKEP_CLANG: file('compiler'), TMPDIR: '/no/such/folder' },
    });
    expect(stderr).toMatch(/error SKEP_NO_WRITE: cannot write \/no\/such\/folder/);
    expect(status).toBe(2);
  });

  const clang = ['clang', 'clang-19', 'clang-16', 'clang-15', 'clang-14'].find(findTool) ?? 'clang';
  needs(clang).test('a C file is compiled, and gives what the assembly gives', async () => {
    const [c, s] = await Promise.all(
      ['examples/firewall/firewall.c', firewall].map((source) =>
        skep(['run', source, '--pcap', web, '--maps', blocklist, '--json']),
      ),
    );
    expect(JSON.parse(String(c?.stdout))).toEqual(JSON.parse(String(s?.stdout)));
  });
  needs('clang-19', 'llvm-objdump-19').test('dis lists an object as llvm-objdump does', async () => {
    const object = file('clang.o');
    const flags = ['-target', 'bpf', '-O2', '-g', '-I', 'packages/skep/include'];
    spawnSync('clang-19', [...flags, '-c', 'examples/firewall/firewall.c', '-o', object], { cwd: root });
    const theirs = spawnSync('llvm-objdump-19', ['-d', '--no-show-raw-insn', object], { encoding: 'utf8' });
    const instructions = (text: string) =>
      text
        .split('\n')
        .filter((line) => /^ +\d+:/.test(line))
        .map((line) => line.replace(/ <[^>]*>$/, '').trimEnd());
    const ours = await skep(['dis', object]);
    expect(instructions(ours.stdout.toString())).toEqual(instructions(theirs.stdout));
    expect(instructions(theirs.stdout).length).toBeGreaterThan(20);
  });
  needs(clang).test("C finds the kernel's and the C library's headers", async () => {
    writeFileSync(
      file('headers.c'),
      `#include <stdint.h>
       #include <linux/bpf.h>
       #include <linux/ip.h>
       __attribute__((section("xdp"), used)) int main_(struct xdp_md *context) {
         return sizeof(struct iphdr) + (uint64_t)context->ingress_ifindex > 20 ? XDP_PASS : XDP_DROP;
       }`,
    );
    const { stderr, stdout } = await skep(['run', file('headers.c'), '--pcap', web, '--limit', '1']);
    expect(stderr).toBe('');
    expect(stdout.toString()).toContain('XDP_PASS');
  });
  needs(clang).test('an error in C has its place', async () => {
    const outcome = await skep(['dis', file('bad.c')]);
    expect(outcome.stderr).toMatch(/bad\.c:1:25 - error SKEP_COMPILE: use of undeclared identifier 'nothing'/);
    expect(outcome.status).toBe(2);
  });
});
