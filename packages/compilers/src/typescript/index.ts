export {
  type BuildResult,
  buildTypeScript,
  type CompileOptions,
  type CompileResult,
  compileTypeScript,
} from './compile.ts';
export { type Diagnostic, formatDiagnostic, type TextEdit } from './diagnostics/index.ts';
export type { ReadFile } from './facade/index.ts';
