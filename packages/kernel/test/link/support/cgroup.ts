import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { pid } from 'node:process';

/** Where the cgroup2 file system is mounted, or undefined. */
export function cgroupRoot(): string | undefined {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
}

let made = 0;

/** A cgroup of this test, empty of processes but for those that {@link run} starts in it. */
export class Cgroup implements Disposable {
  readonly path: string;

  constructor(parent: string = cgroupRoot() ?? '') {
    made += 1;
    this.path = `${parent}/skep-test-${pid}-${made}`;
    mkdirSync(this.path);
  }

  /** Runs a Perl script in a child process in this cgroup, and waits for it. */
  run(script: string): void {
    const enter = `open(my $f, '>', '${this.path}/cgroup.procs') or die $!; print $f $$; close $f or die $!;`;
    const result = spawnSync('perl', ['-MSocket=:all', '-e', `${enter}\n${script}`], { encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`perl: ${result.stderr}`);
  }

  [Symbol.dispose](): void {
    rmdirSync(this.path);
  }
}
