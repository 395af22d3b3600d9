export { type Diagnostic, formatDiagnostic, type TextEdit } from './diagnostic.ts';
export type { DiagnosticEntry } from './entry.ts';
export { Reporter, type Values } from './reporter.ts';
export { type DiagnosticId, diagnosticTable } from './table/index.ts';
