import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The house from bottom to top: a folder of core imports only folders of the rows above its own. */
const coreLayers = [['base'], ['isa', 'net'], ['btf', 'abi'], ['object', 'maps'], ['verifier'], ['vm'], ['host']];

/** Packages a package may import, besides its own files. */
const packageImports: Record<string, RegExp[]> = {
  bpf: [/^@skep\/core\/base$/],
  compilers: [/^@skep\/(core|bpf)(\/|$)/, /^node:/, /^typescript-js$/],
  core: [],
  kernel: [/^@skep\/core(\/|$)/, /^node:/, /^koffi$/],
  rig: [/^@skep\/(core|kernel)(\/|$)/, /^node:/, /^esbuild$/, /^@vitest\/expect$/],
  skep: [/^@skep\/(bpf|compilers|core|kernel)(\/|$)/, /^node:/, /^commander$/],
};

const root = resolve(import.meta.dirname, '..');

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const statement = /^\s*(?:import|export)\s[^'";]*?from\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(statement)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** All edges of the import graph: from file to imported specifier, resolved where it is relative. */
function edgesOf(packageName: string) {
  const source = join(root, 'packages', packageName, 'src');
  return sourceFiles(source).flatMap((file) =>
    importsOf(file).map((specifier) => ({
      from: relative(source, file),
      specifier,
      to: specifier.startsWith('.') ? relative(source, resolve(dirname(file), specifier)) : undefined,
    })),
  );
}

/** Finds one cycle in a graph of names, as the path that closes it. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle) return cycle;
  }
  return undefined;
}

const packages = readdirSync(join(root, 'packages'));

test('every package has a row in the import table', () => {
  expect(packages.sort()).toEqual(Object.keys(packageImports).sort());
});

test('folders of core import only what stands lower', () => {
  const levelOf = (file: string) => coreLayers.findIndex((layer) => layer.includes(file.split('/')[0] ?? ''));
  const wrong = edgesOf('core').filter(({ from, to }) => {
    if (to === undefined || from === 'index.ts' || from.split('/')[0] === to.split('/')[0]) return false;
    return levelOf(from) < 0 || levelOf(to) < 0 || levelOf(to) >= levelOf(from);
  });
  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

describe.each(packages)('package %s', (name) => {
  const edges = edgesOf(name);

  test('imports only the packages it may', () => {
    const allowed = packageImports[name] ?? [];
    const wrong = edges.filter(
      ({ to, specifier }) => to === undefined && !allowed.some((form) => form.test(specifier)),
    );
    expect(wrong.map(({ from, specifier }) => `${from} imports ${specifier}`)).toEqual([]);
  });

  test('keeps inside its own source folder', () => {
    expect(edges.filter(({ to }) => to?.startsWith('..')).map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  test('has no import cycle, type imports included', () => {
    const graph = new Map<string, string[]>();
    for (const { from, to } of edges) {
      if (to !== undefined) graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    expect(findCycle(graph)).toBeUndefined();
  });

  test('exports only files that exist', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    const sources = Object.values<{ source: string }>(manifest.exports).map((entry) => entry.source);
    const files = sourceFiles(join(root, 'packages', name, 'src')).map((file) =>
      relative(join(root, 'packages', name), file),
    );
    for (const source of sources) {
      const pattern = new RegExp(`^${source.replace('./', '').replaceAll('.', '\\.').replace('*', '[^/]+')}$`);
      expect(
        files.filter((file) => pattern.test(file)),
        source,
      ).not.toEqual([]);
    }
  });
});

test('core touches no Node API', () => {
  const forbidden = /\b(Buffer|process|require|__dirname|setImmediate)\b(?!['`])/;
  const wrong = sourceFiles(join(root, 'packages/core/src')).filter((file) => {
    const code = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|`[^`]*`/g, '');
    return forbidden.test(code);
  });
  expect(wrong.map((file) => relative(root, file))).toEqual([]);
});
