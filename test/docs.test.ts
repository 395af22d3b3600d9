import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTool, whyNoBpf } from '../packages/core/test/support/tools.ts';

/**
 * Runs every fenced `sh` and `ts` block of the README and the docs. A `text` or `json` block that follows one at once
 * is its output, word for word. Tags after the language say what a block is: `setup` (the two commands, which CI runs
 * in a clean clone), `program` and `refused` (which language.test.ts compiles) are not run here; `clang` and `bpf` are not
 * without their tool and a kernel that permits bpf(2).
 */
interface Block {
  readonly language: string;
  readonly tags: readonly string[];
  readonly code: string;
  readonly line: number;
  readonly output?: string;
}

const root = resolve(import.meta.dirname, '..');

function blocksOf(markdown: string): Block[] {
  const fences = [...markdown.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)];
  return fences.map((fence, index) => {
    const next = fences[index + 1];
    const between = next === undefined ? 'none' : markdown.slice(fence.index + fence[0].length, next.index);
    const isOutput = next !== undefined && between.trim() === '' && /^(text|json)$/.test(next[1] ?? '');
    return {
      language: fence[1] ?? '',
      tags: (fence[2] ?? '').trim().split(/\s+/),
      code: fence[3] ?? '',
      line: markdown.slice(0, fence.index).split('\n').length,
      ...(isOutput ? { output: next[3] ?? '' } : {}),
    };
  });
}

function markdownFiles(): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return [
    'README.md',
    'CONTRIBUTING.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
  ];
}

const hasClang = ['clang', 'clang-19', 'clang-16', 'clang-15', 'clang-14'].some(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
);
const hasBpf = whyNoBpf() === undefined && ['ip', 'ping', 'unshare'].every((name) => findTool(name) !== undefined);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skep-docs-'));
  const skep = join(folder, 'skep');
  const bin = join(root, 'packages/skep/src/bin.ts');
  const tsx = join(root, 'node_modules/tsx/dist/esm/index.mjs');
  writeFileSync(skep, `#!/bin/sh\nexec node --conditions=source --import ${tsx} ${bin} "$@"\n`);
  chmodSync(skep, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(block: Block) {
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}`, OUT: folder, NO_COLOR: '1' };
  if (block.language === 'sh') return spawnSync('sh', ['-e', '-c', block.code], { cwd: root, env, encoding: 'utf8' });
  const file = join(root, 'test', `.docs-block-${process.pid}-${block.line}.ts`);
  writeFileSync(file, fromTests(block.code));
  try {
    return spawnSync('node', ['--conditions=source', '--import', 'tsx', file], { cwd: root, env, encoding: 'utf8' });
  } finally {
    rmSync(file);
  }
}

/** How many CPUs a machine has is no part of what the pages say. */
function anyCpus(text: string): string {
  return text.trimEnd().replaceAll(/sum of \d+ CPUs/g, 'sum of N CPUs');
}

/** The pages name examples from the root of the workspace; the blocks run in `test`. */
function fromTests(code: string): string {
  return code.replaceAll("'./examples/", "'../examples/");
}

test('every ts block type-checks', () => {
  const prefix = join(root, 'test', `.docs-types-${process.pid}`);
  const config = `${prefix}.json`;
  const files: string[] = [];
  try {
    for (const file of markdownFiles()) {
      for (const block of blocksOf(readFileSync(join(root, file), 'utf8')).filter(
        ({ language }) => language === 'ts',
      )) {
        const path = `${prefix}-${file.replaceAll(/\W/g, '-')}-${block.line}.ts`;
        writeFileSync(path, `${fromTests(block.code)}\nexport {};\n`);
        files.push(path);
      }
    }
    writeFileSync(config, JSON.stringify({ extends: '../tsconfig.test.json', include: [], files }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const result = spawnSync('node', [tsc, '-p', config], { encoding: 'utf8' });
    expect(result.stdout).toBe('');
  } finally {
    for (const file of [...files, config]) rmSync(file, { force: true });
  }
});

describe.each(markdownFiles())('%s', (file) => {
  const blocks = blocksOf(readFileSync(join(root, file), 'utf8'));
  const runnable = blocks.filter(
    ({ language, tags }) => /^(sh|ts)$/.test(language) && !tags.some((tag) => /^(setup|program|refused)$/.test(tag)),
  );
  for (const block of runnable) {
    const missing = block.tags.find((tag) => (tag === 'clang' && !hasClang) || (tag === 'bpf' && !hasBpf));
    if (missing !== undefined && process.env.SKEP_NO_SKIP === '1')
      throw new Error(`${file}:${block.line} needs ${missing}`);
    test.skipIf(missing !== undefined)(
      `${block.language} block at line ${block.line}${missing === undefined ? '' : ` skipped: needs ${missing}`}`,
      () => {
        const result = run(block);
        expect(`${result.status} ${result.stderr}`).toMatch(/^0 /);
        if (block.output !== undefined) expect(anyCpus(result.stdout)).toBe(anyCpus(block.output));
      },
    );
  }
  test('names no file that does not exist', () => {
    const links = [...readFileSync(join(root, file), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)];
    for (const [, target] of links) {
      expect(() => readFileSync(resolve(root, file, '..', target ?? '')), target).not.toThrow(/ENOENT/);
    }
  });
});
