import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Outcome } from './cli.ts';
import { root } from './cli.ts';

/** A command that runs until it is told to stop. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  #stderr = '';
  #stdout = '';

  /** @param wrapper words before the command, such as `unshare -m`. */
  constructor(args: readonly string[], wrapper: readonly string[] = []) {
    const [program = '', ...rest] = [...wrapper, process.execPath, join(root, 'packages/skep/dist/bin.js'), ...args];
    this.child = spawn(program, rest, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.ended = new Promise((done) => {
      this.child.once('close', (status) => done({ status, stdout: Buffer.from(this.#stdout), stderr: this.#stderr }));
    });
  }

  /** Waits until it says that it is attached. @throws what it says instead. */
  async attached(): Promise<void> {
    await this.#said(() => /^attached: /m.test(this.#stderr));
  }

  /** Waits until that many lines are on its standard output. */
  async printed(lines: number): Promise<void> {
    await this.#said(() => this.#stdout.split('\n').length > lines);
  }

  async #said(isSaid: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (isSaid()) resolve();
      };
      this.child.stderr?.on('data', look);
      this.child.stdout?.on('data', look);
      this.child.once('close', () => reject(new Error(this.#stderr)));
      look();
    });
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals): Promise<Outcome> {
    this.child.kill(signal);
    return this.ended;
  }
}
