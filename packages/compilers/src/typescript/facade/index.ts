export { isLibraryFile, type ReadFile, readFromDisk } from './files.ts';
export { kindName } from './kind-name.ts';
export { type CheckedProgram, Checker } from './program.ts';
export { loadTypeScript, ts } from './typescript.ts';
