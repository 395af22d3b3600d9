export { type ImportModule, PlainHost, type PlainOptions, plain } from './plain-host.ts';
export { PlainProgram } from './plain-program.ts';
