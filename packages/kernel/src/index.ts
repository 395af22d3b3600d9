export { kernel } from './kernel-host.ts';
export { VerifierError } from './program/load-program.ts';
