import { kernelOnly } from '../runtime/errors.ts';

/** Whether the running kernel's struct has `field` (a CO-RE relocation, so a constant when loaded). */
export function exists<Struct extends object>(_struct: Struct, _field: keyof Struct & string): boolean {
  throw kernelOnly('a struct of the kernel');
}
