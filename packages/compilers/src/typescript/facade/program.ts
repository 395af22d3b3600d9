import type TypeScript from 'typescript-js';
import { isLibraryFile, type ReadFile, resolveModule } from './files.ts';
import { libText } from './lib.ts';
import { ts } from './typescript.ts';

/** A program file that TypeScript has read, with what it imports. */
export interface CheckedProgram {
  readonly checker: TypeScript.TypeChecker;
  readonly main: TypeScript.SourceFile;
  /** The file and the files of the user that it imports. */
  readonly files: readonly TypeScript.SourceFile[];
  /** What TypeScript says of these files. */
  readonly problems: readonly TypeScript.Diagnostic[];
}

const libPath = '/lib.skep.d.ts';
const cachedFiles = 256;

/** Reads and checks program files; what did not change since the last time is not read again. */
export class Checker {
  readonly #sources = new Map<string, TypeScript.SourceFile>();
  readonly #programs = new Map<string, TypeScript.Program>();

  /** Undefined where there is no such file. */
  check(path: string, readFile: ReadFile): CheckedProgram | undefined {
    if (readFile(path) === undefined) return undefined;
    const program = ts.createProgram({
      rootNames: [libPath, path],
      options: compilerOptions(),
      host: this.#host(readFile),
      ...(this.#programs.has(path) ? { oldProgram: this.#programs.get(path) } : {}),
    } as TypeScript.CreateProgramOptions);
    if (this.#programs.size > cachedFiles) this.#programs.clear();
    this.#programs.set(path, program);
    const main = program.getSourceFile(path);
    if (main === undefined) return undefined;
    const files = program.getSourceFiles().filter((file) => file.fileName !== libPath && !isLibraryFile(file.fileName));
    const problems = files.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]);
    return { checker: program.getTypeChecker(), main, files, problems };
  }

  #host(readFile: ReadFile): TypeScript.CompilerHost {
    return {
      getSourceFile: (path) => this.#source(path, path === libPath ? libText : readFile(path)),
      getDefaultLibFileName: () => libPath,
      writeFile: () => undefined,
      getCurrentDirectory: () => '/',
      getCanonicalFileName: (path) => path,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => '\n',
      fileExists: (path) => readFile(path) !== undefined,
      readFile,
      resolveModuleNameLiterals: (literals, from) =>
        literals.map(({ text }) => {
          const found = resolveModule(text, from);
          if (found === undefined || readFile(found) === undefined) return { resolvedModule: undefined };
          return { resolvedModule: { resolvedFileName: found, extension: ts.Extension.Ts } };
        }),
    };
  }

  #source(path: string, text: string | undefined): TypeScript.SourceFile | undefined {
    if (text === undefined) return undefined;
    const known = this.#sources.get(path);
    if (known?.text === text) return known;
    if (this.#sources.size > cachedFiles) this.#sources.clear();
    const source = ts.createSourceFile(path, text, { languageVersion: ts.ScriptTarget.ESNext }, true);
    this.#sources.set(path, source);
    return source;
  }
}

function compilerOptions(): TypeScript.CompilerOptions {
  return {
    noLib: true,
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noImplicitReturns: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    skipDefaultLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
}
