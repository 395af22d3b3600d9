import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { pid } from 'node:process';
import { Perl } from './perl.ts';

/** Where the cgroup2 file system is mounted, or undefined. */
export function cgroupRoot(): string | undefined {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
}

let made = 0;

/** A cgroup of this test, empty of processes but for those that {@link run} starts in it. */
export class Cgroup implements Disposable {
  readonly path: string;
  #perl: Perl | undefined;

  constructor(parent: string = cgroupRoot() ?? '') {
    made += 1;
    this.path = `${parent}/skep-test-${pid}-${made}`;
    mkdirSync(this.path);
  }

  /** Runs a Perl script in a process in this cgroup, and waits for it. */
  run(script: string): void {
    this.#perl ??= new Perl();
    this.#perl.run(
      `open(my $f, '>', '${this.path}/cgroup.procs') or die $!; print $f $$; close $f or die $!;\n${script}`,
    );
  }

  [Symbol.dispose](): void {
    this.#perl?.[Symbol.dispose]();
    rmdirSync(this.path);
  }
}
