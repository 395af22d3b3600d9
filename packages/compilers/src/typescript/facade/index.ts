export { isLibraryFile, type ReadFile, readFromDisk } from './files.ts';
export { type CheckedProgram, Checker } from './program.ts';
export { loadTypeScript, ts } from './typescript.ts';
