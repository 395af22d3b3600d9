import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, root, skep, temporaryFolder } from './support/cli.ts';

const folder = temporaryFolder();
const file = (name: string) => join(folder.path, name);

beforeAll(build, 60_000);
afterAll(() => folder.remove());

/** What `npm install` would put there: the packages of the workspace. */
function install(project: string): void {
  mkdirSync(join(project, 'node_modules/.bin'), { recursive: true });
  for (const name of ['skep', '@skep', '@types', 'tsx', 'typescript', '.bin/skep', '.bin/tsc'])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
}

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

function npm(project: string, ...args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' };
  return new Promise((done) => {
    const child = execFile('npm', ['--silent', ...args], { cwd: project, env }, (_, stdout, stderr) =>
      done({ status: child.exitCode, output: stdout + stderr }),
    );
  });
}

describe('a new project', () => {
  const project = file('my-firewall');

  beforeAll(async () => {
    const { status, stdout, stderr } = await skep(['init', project]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.toString()).toBe(
      [
        'my-firewall: made',
        ...['package.json', 'tsconfig.json', '.gitignore', 'README.md'].map((name) => `  ${name}`),
        ...['src/firewall.bpf.ts', 'src/firewall.ts', 'test/firewall.test.ts'].map((name) => `  ${name}`),
        '',
        'next:',
        `  cd ${project} && npm install`,
        '  npm test',
        '  npm start',
        '',
      ].join('\n'),
    );
    install(project);
  });

  test.concurrent('is checked without an error', { timeout: 60_000 }, async ({ expect }) => {
    const { status, output } = await npm(project, 'run', 'check');
    expect(output).toMatch(/^1 program checked: no errors\n$/);
    expect(status).toBe(0);
  });
  test.concurrent('has a test that passes', { timeout: 60_000 }, async ({ expect }) => {
    const { status, output } = await npm(project, 'test');
    expect(output).toMatch(/^# pass [2-9]$/m);
    expect(status).toBe(0);
  });
  test.concurrent('starts', { timeout: 60_000 }, async ({ expect }) => {
    const { status, output } = await npm(project, 'start');
    expect(output).toMatch(/^10\.1\.2\.3 XDP_DROP\n192\.0\.2\.1 XDP_PASS\n/);
    expect(status).toBe(0);
  });
  test.concurrent('builds an object', { timeout: 60_000 }, async ({ expect }) => {
    expect((await npm(project, 'run', 'build')).status).toBe(0);
    expect(existsSync(join(project, 'src/firewall.bpf.o'))).toBe(true);
  });
  test('is not written over', async () => {
    const before = readFileSync(join(project, 'package.json'), 'utf8');
    const { status, stderr } = await skep(['init', project]);
    expect(stderr).toMatch(/SKEP_USAGE: .* has package\.json, .* already\n {2}why: nothing is overwritten/);
    expect(status).toBe(2);
    expect(readFileSync(join(project, 'package.json'), 'utf8')).toBe(before);
  });
});

describe('names', () => {
  const nameOf = (name: string) => JSON.parse(readFileSync(join(file(name), 'package.json'), 'utf8')).name;

  test.concurrent('the folder, as npm takes it', async ({ expect }) => {
    await skep(['init', file('My Firewall!')]);
    expect(nameOf('My Firewall!')).toBe('my-firewall-');
  });
  test.concurrent('--name, in this folder, as data', async ({ expect }) => {
    mkdirSync(file('here'));
    const { stdout } = await skep(['init', '--name', '@me/fw', '--json'], { cwd: file('here') });
    expect(JSON.parse(stdout.toString())).toMatchObject({
      name: '@me/fw',
      next: ['npm install', 'npm test', 'npm start'],
    });
    expect(nameOf('here')).toBe('@me/fw');
  });
  test.concurrent.for([
    ['no name', ['init', file('x'), '--name', 'A B'], /'A B' is no name for a package/],
    [
      'a file in the way',
      ['init', file('file/x')],
      /SKEP_NO_WRITE: cannot write .*package\.json\n {2}why: a part of the path/,
    ],
  ] as const)('%s', async ([, args, message], { expect }) => {
    writeFileSync(file('file'), '');
    const { status, stderr } = await skep(args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
