export { kernel } from './kernel-host.ts';
export { BpfLink, IteratorLink } from './link/index.ts';
export { VerifierError } from './program/load-program.ts';
