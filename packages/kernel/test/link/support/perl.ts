import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Reads scripts, each behind its length, runs each in a process of its own, and answers with its error or nothing. */
const server = `
use Socket qw(:all);
open(my $in, '<', $ARGV[0]) or die; open(my $out, '>', $ARGV[1]) or die;
select($out); $| = 1;
while (my $length = <$in>) {
  read($in, my $script, $length);
  pipe(my $reader, my $writer) or die;
  my $pid = fork();
  if (!$pid) { close $in; close $out; eval $script; syswrite($writer, $@) if $@; close $writer; exit 0; }
  close $writer;
  my $error = do { local $/; <$reader> } // '';
  waitpid($pid, 0);
  $error =~ s/\\n/ /g;
  print $out "$error\\n";
}
`;

/**
 * One Perl process that runs scripts, each in a child of it, while the caller waits. To start Perl anew for each of
 * them takes a third of a second in an emulated machine. It ends with this process.
 */
export class Perl implements Disposable {
  readonly #request: number;
  readonly #answer: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'skep-perl-'));

  /** Starts it in the namespaces of this thread. */
  constructor() {
    const [request, answer] = ['request', 'answer'].map((name) => join(this.#folder, name)) as [string, string];
    execFileSync('mkfifo', [request, answer]);
    spawn('perl', ['-e', server, request, answer], { stdio: ['ignore', 'ignore', 'inherit'] }).unref();
    this.#request = openSync(request, 'r+');
    this.#answer = openSync(answer, 'r');
  }

  /** Runs a script in a process of its own and waits for its end. @throws Error with what it died of. */
  run(script: string): void {
    const bytes = new TextEncoder().encode(script);
    writeSync(this.#request, `${bytes.length}\n`);
    writeSync(this.#request, bytes);
    const error = this.#readLine();
    if (error !== '') throw new Error(`perl: ${error}`);
  }

  #readLine(): string {
    const piece = new Uint8Array(4096);
    for (let text = ''; ; ) {
      const length = readSync(this.#answer, piece);
      if (length === 0) throw new Error('perl ended');
      text += new TextDecoder().decode(piece.subarray(0, length));
      if (text.endsWith('\n')) return text.trimEnd();
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#request);
    closeSync(this.#answer);
    rmSync(this.#folder, { recursive: true });
  }
}
