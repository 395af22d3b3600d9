import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `use` with a new folder, which is removed afterwards. */
export function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'skep-isa-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const target = ['-triple=bpfel', '-mattr=+alu32', '-mcpu=v4', '-filetype=obj'];

/** Bytecode that llvm-mc-19 makes of instructions. */
export function assembleWithLlvm(text: string): Uint8Array {
  return inFolder((folder) => {
    const object = join(folder, 'a.o');
    const code = join(folder, 'code');
    execFileSync('llvm-mc-19', [...target, '-o', object], { input: `.section code,"ax"\n${text}\n` });
    execFileSync('llvm-objcopy-19', [`--dump-section=code=${code}`, object, join(folder, 'b.o')]);
    return new Uint8Array(readFileSync(code));
  });
}

/** What llvm-objdump-19 prints for bytecode, by slot, its labels taken off. */
export function disassembleWithLlvm(code: Uint8Array, ...options: string[]): Map<number, string> {
  return inFolder((folder) => {
    const object = join(folder, 'a.o');
    const source = join(folder, 'a.s');
    const bytes = Array.from(code, (byte) => `.byte ${byte}\n`);
    writeFileSync(source, `.section code,"ax"\nf:\n${bytes.join('')}`);
    execFileSync('llvm-mc-19', [...target, '-o', object, source]);
    return readObjdump(object, 'code', ...options);
  });
}

/** What llvm-objdump-19 prints for one section of an object file, by slot, its labels taken off. */
export function readObjdump(object: string, section: string, ...options: string[]): Map<number, string> {
  const args = ['-d', '--no-show-raw-insn', `--section=${section}`, ...options, object];
  const text = execFileSync('llvm-objdump-19', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = text.matchAll(/^ *([0-9]+):\t(.*)$/gm);
  return new Map([...lines].map((line) => [Number(line[1]), withoutLabel(line[2] ?? '')]));
}

/** `goto +0x5 <main+0x28>` without what stands in angle brackets, ours or LLVM's; `<unknown>` stays. */
export function withoutLabel(text: string): string {
  return text.replace(/ <[^<>]*>$/, '').replace(/^call ([^ ]+) .*$/, 'call $1');
}
