import { SkepError } from '@skep/core/base';

/** A schema that makes no sense. */
export function badSchema(what: string, remedy: string): SkepError {
  return new SkepError('SKEP_BAD_VALUE', what, { remedy });
}

/** Something of a program that was used where no program runs. */
export function notRunning(): SkepError {
  return new SkepError('SKEP_USAGE', 'this works only while a program runs', {
    reason: 'a map, variable or context of a module is a blueprint: `load` binds it to a host',
    remedy: 'call it inside a program, or use the handles of the collection that load gives',
  });
}

/** Something that needs a kernel. */
export function kernelOnly(what: string): SkepError {
  return new SkepError('SKEP_NOT_SUPPORTED', `${what} needs a kernel`, {
    reason: 'as plain TypeScript there is no task, socket or kernel memory behind a program',
    remedy: 'load the program with host: kernel()',
  });
}
