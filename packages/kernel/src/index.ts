export { type KernelOptions, kernel } from './kernel-host.ts';
export { type Leftover, leftovers } from './leftovers/index.ts';
export { BpfLink, IteratorLink } from './link/index.ts';
export { measurePlatform } from './probe/measure.ts';
export { VerifierError } from './program/load-program.ts';
