import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTypeScript, formatDiagnostic } from '../../../packages/compilers/src/typescript/index.ts';
import { compileArguments } from '../../../packages/core/test/object/compile.ts';
import { findTool } from '../../../packages/core/test/support/tools.ts';
import type { ExampleCase } from './example-cases.ts';

const root = join(import.meta.dirname, '../../..');
const CLANG = 'clang-19';

/** Objects of programs and of their twins, in a folder that ends with this. */
export interface Builds extends Disposable {
  /** The object of the TypeScript program. */
  object(example: Pick<ExampleCase, 'name'>): string;
  /** The object of its twin; undefined where clang is not installed. */
  twin(example: Pick<ExampleCase, 'name'>): string | undefined;
}

/** Builds programs with our compiler, and their twins with clang -O2 -mcpu=v3. */
export async function buildExamples(
  examples: readonly Pick<ExampleCase, 'name' | 'source' | 'twin'>[],
): Promise<Builds> {
  const folder = mkdtempSync(join(tmpdir(), 'skep-examples-'));
  const hasClang = findTool(CLANG) !== undefined;
  const object = ({ name }: { name: string }): string => join(folder, `${name}.o`);
  const twin = ({ name }: { name: string }): string => join(folder, `${name}-twin.o`);
  try {
    for (const example of examples) {
      const { object: bytes, diagnostics } = await buildTypeScript(join(root, example.source), {});
      if (bytes === undefined) throw new Error(diagnostics.map((one) => formatDiagnostic(one)).join('\n'));
      writeFileSync(object(example), bytes);
      if (hasClang) {
        const args = compileArguments({ tool: CLANG, cpu: 3 }, join(root, example.twin), twin(example));
        execFileSync(CLANG, args, { cwd: root });
      }
    }
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return {
    object,
    twin: (example) => (hasClang ? twin(example) : undefined),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
