export { attach } from './attach.ts';
export type { Attachable } from './attachable.ts';
export { type Attempt, attachError, type LinkKind } from './errors.ts';
export { BpfLink, LinkGroup, PlainLink } from './link.ts';
export { IteratorLink } from './tracing.ts';
