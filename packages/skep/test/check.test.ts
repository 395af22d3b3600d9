import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, skep, temporaryFolder } from './support/cli.ts';
import { Running } from './support/running.ts';

const folder = temporaryFolder();
const file = (name: string) => join(folder.path, name);

const good = `import { XDP, xdp } from 'skep/bpf';\n\nexport const pass = xdp(() => XDP.PASS);\n`;
const wrong = good.replace('XDP.PASS)', "'pass')");

beforeAll(() => {
  build();
  for (const name of ['good', 'mixed/deeper', 'mixed/node_modules/x', 'shared', 'calls', 'watched', 'none'])
    mkdirSync(file(name), { recursive: true });
  writeFileSync(file('good/pass.bpf.ts'), good);
  writeFileSync(file('mixed/a.bpf.ts'), good);
  writeFileSync(file('mixed/deeper/b.bpf.ts'), wrong);
  writeFileSync(file('mixed/node_modules/x/c.bpf.ts'), wrong);
  writeFileSync(file('mixed/user.ts'), 'export const user: number = "not looked at";\n');
  writeFileSync(file('shared/common.ts'), "export const limit: number = 'ten';\n");
  for (const name of ['one', 'two'])
    writeFileSync(
      file(`shared/${name}.bpf.ts`),
      `import { limit } from './common.ts';\n${good.replace('() =>', '(ctx) => ctx.length > limit ? XDP.DROP :')}`,
    );
  writeFileSync(file('calls/fw.bpf.ts'), good);
  writeFileSync(file('calls/old.bpf.ts'), good);
  writeFileSync(
    file('calls/user.ts'),
    [
      "import { load } from 'skep';",
      "import type * as Firewall from './fw.bpf.ts';",
      "export const right = load<typeof Firewall>(new URL('./fw.bpf.ts', import.meta.url));",
      "export const built = load<typeof Firewall>(new URL('./fw.bpf.o', import.meta.url));",
      "export const wrong = load<typeof Firewall>(new URL('./old.bpf.ts', import.meta.url));",
      '',
    ].join('\n'),
  );
  writeFileSync(file('watched/a.bpf.ts'), good);
  writeFileSync(file('tab.bpf.ts'), good.replace('export', '\t/* \x1b[31m */ const x: number = `y`;\nexport'));
  writeFileSync(file('program.s'), '  .section xdp\nmain:\n  exit\n');
}, 60_000);
afterAll(() => folder.remove());

describe('check', () => {
  test.concurrent('no errors: exit 0', async ({ expect }) => {
    const { status, stdout, stderr } = await skep(['check', file('good/pass.bpf.ts')]);
    expect(stdout.toString()).toBe('1 program checked: no errors\n');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test.concurrent('without a path: every program below this folder, but none that was installed', async ({
    expect,
  }) => {
    const { status, stdout } = await skep(['check'], { cwd: file('mixed') });
    expect(stdout.toString()).toMatch(
      /^deeper\/b\.bpf\.ts:3:\d+ - error TS2322: Type 'string' is not assignable to type .*\n {2}3 \| .*\n {4}\| +\^/,
    );
    expect(stdout.toString()).toMatch(/\n\n2 programs checked: 1 error\n$/);
    expect(status).toBe(1);
  });

  test.concurrent('what two programs import is told once', async ({ expect }) => {
    const { stdout } = await skep(['check', file('shared'), '--json']);
    const { files, errors, diagnostics } = JSON.parse(stdout.toString());
    expect(files).toEqual([file('shared/one.bpf.ts'), file('shared/two.bpf.ts')]);
    expect(errors).toBe(1);
    expect(diagnostics).toMatchObject([{ code: 'TS2322', file: file('shared/common.ts'), line: 1, column: 14 }]);
  });

  test.concurrent('types of one program and the address of another', async ({ expect }) => {
    const { status, stdout } = await skep(['check', '.'], { cwd: file('calls') });
    expect(stdout.toString()).toMatch(
      /^user\.ts:5:53 - error SK7101: the types are those of \.\/fw\.bpf\.ts \(Firewall\), and \.\/old\.bpf\.ts is what is loaded\n/,
    );
    expect(stdout.toString()).toMatch(/checked: 1 error\n$/);
    expect(status).toBe(1);
  });

  test.concurrent('the caret stands below its place, and no source acts on a terminal', async ({ expect }) => {
    const { stdout } = await skep(['check', file('tab.bpf.ts')]);
    expect(stdout.toString()).not.toContain('\x1b');
    const [, line = '', caret = ''] = stdout.toString().split('\n');
    expect(line[caret.indexOf('^')]).toBe('x');
  });
});

describe('--watch', () => {
  test('checks again when a file changes, comes or goes, and ends with the last status', {
    timeout: 60_000,
  }, async () => {
    const watching = new Running(['check', file('watched'), '--watch', '--json']);
    const steps: readonly (readonly [lines: number, change: () => void])[] = [
      [1, () => writeFileSync(file('watched/a.bpf.ts'), wrong)],
      [2, () => writeFileSync(file('watched/a.bpf.ts'), good)],
      [3, () => writeFileSync(file('watched/b.bpf.ts'), wrong)],
      [4, () => rmSync(file('watched/a.bpf.ts'))],
    ];
    for (const [lines, change] of steps) {
      await watching.printed(lines);
      change();
    }
    await watching.printed(5);
    const { status, stdout, stderr } = await watching.stop('SIGINT');
    const results = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(results.map(({ files, errors }) => [files.length, errors])).toEqual([
      [1, 0],
      [1, 1],
      [1, 0],
      [2, 1],
      [1, 1],
    ]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });
});

const mistakes: readonly (readonly [name: string, args: readonly string[], message: RegExp])[] = [
  ['a missing file', ['check', 'no.bpf.ts'], /SKEP_NO_FILE: cannot read no\.bpf\.ts[\s\S]*no such file/],
  ['no TypeScript', ['check', file('program.s')], /program\.s - error SKEP_USAGE: this is no TypeScript/],
  ['a folder without programs', ['check', file('none')], /SKEP_USAGE: there is no \.bpf\.ts in [\s\S]*skep init/],
  ['watching what is not there', ['check', 'no.bpf.ts', '--watch'], /SKEP_NO_FILE/],
];

test.concurrent.for(mistakes)('mistakes end with one clear error: %s', async ([, args, message], { expect }) => {
  const { status, stdout, stderr } = await skep(args);
  expect(stderr).toMatch(message);
  expect(stdout.toString()).toBe('');
  expect(status).toBe(2);
});
