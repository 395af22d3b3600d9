import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const clang = 'clang-19';

/** Compiles what the benchmarks need, in a folder that goes with it. */
export class Workbench {
  readonly #folder = mkdtempSync(join(tmpdir(), 'skep-bench-'));
  /** The program in C that does with libbpf what we measure. */
  readonly peer: string = join(this.#folder, 'peer');

  constructor() {
    const source = join(import.meta.dirname, 'peer.c');
    execFileSync('gcc', ['-O2', '-Wall', '-o', this.peer, source, '-lbpf', '-lelf', '-lz']);
  }

  /** An eBPF object of a C program. */
  compile(source: string, name: string): string {
    const output = join(this.#folder, `${name}.o`);
    const headers = ['-I/usr/include/x86_64-linux-gnu', '-I/usr/include/aarch64-linux-gnu'];
    execFileSync(clang, ['-g', '-O2', '-w', '-target', 'bpf', '-mcpu=v3', ...headers, '-c', source, '-o', output]);
    return output;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** A running peer: requests are lines of peer.c, answers numbers. */
export class Peer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];

  constructor(program: string, object: string) {
    this.#process = spawn(program, [object]);
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift()?.(line));
    this.#process.on('exit', () => {
      for (const wake of this.#waiting.splice(0)) wake('');
    });
  }

  /** @throws where the peer ended. */
  async ask(request: string): Promise<readonly number[]> {
    const answer = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve);
      this.#process.stdin.write(`${request}\n`);
    });
    if (answer === '') throw new Error(`the peer in C does not answer: ${request}`);
    return answer.split(' ').map(Number);
  }

  [Symbol.dispose](): void {
    this.#process.stdin.end();
  }
}
