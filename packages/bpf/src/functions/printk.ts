import { environment } from '../runtime/environment.ts';

/** Writes a line to the kernel's trace pipe: printk`drop ${port}`. At most three values before Linux 5.16. */
export function printk(text: TemplateStringsArray, ...values: readonly (number | bigint | string)[]): void {
  environment().printk(text.map((part, index) => part + String(values[index] ?? '')).join(''));
}
