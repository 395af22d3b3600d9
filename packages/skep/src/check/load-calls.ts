import type { Diagnostic } from '@skep/compilers/typescript';

/** `import type * as Firewall from './firewall.bpf.ts'`. */
const typeImports = /^\s*import\s+type\s+\*\s+as\s+(\w+)\s+from\s+(['"])([^'"\n]+)\2/gm;
/** `load<typeof Firewall>(new URL('./firewall.bpf.ts', ..`. */
const loadCalls = /\bload<\s*typeof\s+(\w+)\s*>\(\s*new\s+URL\(\s*(['"])([^'"\n]+)\2/g;

/**
 * Finds calls of `load` that take the types of one program and the address of another: TypeScript cannot see that.
 * An object beside the source (`firewall.bpf.o`) is the program, too.
 */
export function checkLoadCalls(file: string, text: string): Diagnostic[] {
  const imports = new Map([...text.matchAll(typeImports)].map(([, name = '', , path = '']) => [name, path]));
  return [...text.matchAll(loadCalls)].flatMap((call) => {
    const [whole, name = '', , url = ''] = call;
    const path = imports.get(name);
    if (path === undefined || stem(path) === stem(url)) return [];
    return [mismatch(file, text, call.index + whole.length - url.length - 1, { name, path, url })];
  });
}

/** The path without its ending. */
function stem(path: string): string {
  return path.replace(/^\.\//, '').replace(/\.(ts|js|o)$/, '');
}

interface Mismatch {
  readonly name: string;
  readonly path: string;
  readonly url: string;
}

function mismatch(file: string, text: string, start: number, { name, path, url }: Mismatch): Diagnostic {
  const before = text.slice(0, start).split('\n');
  return {
    severity: 'error',
    code: 'SK7101',
    message: `the types are those of ${path} (${name}), and ${url} is what is loaded`,
    hint: `load<typeof ${name}>(new URL('${path}', import.meta.url), ..)`,
    edits: [{ file, start, end: start + url.length, text: path }],
    file,
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    text: text.split(/\r?\n/, before.length)[before.length - 1] ?? '',
  };
}
