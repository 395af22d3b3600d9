import { SkepError } from '@skep/core/base';
import type { Command } from 'commander';
import { INTERRUPTED, reportFailure } from '../exit.ts';
import { byteSize, wholeNumber } from '../numbers.ts';
import type { Report } from '../report.ts';
import type { RunFlags } from '../run-flags.ts';
import { joinAssignments } from '../set-arguments.ts';
import { LineBuffer, writeOut } from '../stdout.ts';
import { stdoutStyle } from '../style.ts';

/** `--set` is two arguments; commander's options have one. */
export { joinAssignments as rewrite };

/** `skep run`: runs a program in the VM over a capture and shows what it decided and what its maps hold. */
export function define(command: Command): void {
  command
    .description(
      'Runs a program in the embedded VM over every packet of a capture, and prints what it decided, what its maps ' +
        'hold, and the events it sent. FILE is an eBPF object (.o), assembly (.s) or C (.c, compiled with clang).',
    )
    .argument('<FILE>', 'the program; - reads it from standard input')
    .option('--pcap <CAPTURE>', 'the packets (needed): pcap or pcapng, also gzip; - for standard input')
    .option('--prog <NAME>', 'the program, where the file holds several')
    .option('--set <MAP KEY=VALUE>', 'put an entry into a map first; may be repeated', collect)
    .option('--maps <FILE>', 'fill maps from JSON, in the form that --json writes')
    .option('--out <CAPTURE>', 'write the packets it let through, as it left them (.pcap or .pcapng)')
    .option('--limit <N>', 'run at most N packets', wholeNumber(0))
    .option('--print', 'print a line for each packet')
    .option('--rows <N>', 'rows shown of each table; 0 for all', wholeNumber(0), 20)
    .option('--keep-going', 'go on after a fault')
    .option('--json', 'print the results as JSON')
    .option('--memory <SIZE>', 'memory limit of the VM, such as 256M (default: 1G)', byteSize)
    .option('--cpus <N>', 'CPUs of per-CPU maps; packets go to them in turn', wholeNumber(1, 1024), 1)
    .option('--seed <N>', 'seed of the random numbers that the program gets', wholeNumber(0, 0xffffffff))
    .option('--as-test-run', "treat packets as the kernel's test runs do, for comparing with them")
    .option('--ifindex <N>', 'interface that packets come from', wholeNumber(0, 0x7fffffff))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: Partial<RunFlags>) => {
      process.exitCode = await run(file, checked(flags));
    });
}

/** Without packets there is nothing to run over. @throws SKEP_USAGE. */
function checked(flags: Partial<RunFlags>): RunFlags {
  const { pcap, cpus = 1, rows = 20 } = flags;
  if (pcap !== undefined) return { ...flags, pcap, cpus, rows };
  throw new SkepError('SKEP_USAGE', 'there are no packets to run over', {
    remedy: 'name a capture: --pcap FILE',
  });
}

const EXAMPLES = `
Examples:
  skep run examples/firewall/firewall.s --pcap examples/captures/web.pcap
  skep run examples/firewall/firewall.s --pcap examples/captures/web.pcap --set blocked 10.10.0.5/32=1 --json
  skep run examples/firewall/firewall.s --pcap examples/captures/web.pcap --print --limit 5`;

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

async function run(file: string, flags: RunFlags): Promise<number> {
  const [{ runFile }, { notes }] = await Promise.all([import('../run-file.ts'), import('../notes.ts')]);
  // With --json standard output is data alone.
  const lines = new LineBuffer(flags.json === true ? process.stderr : process.stdout);
  const report = await runFile(file, flags, lines);
  await lines.flush();
  try {
    await show(report, flags);
    for (const note of notes(report)) process.stderr.write(`${note}\n`);
    return finish(report, flags);
  } finally {
    report.collection.dispose();
    report.collection.host.dispose();
  }
}

async function show(report: Report, flags: RunFlags): Promise<void> {
  if (flags.json === true) {
    const [{ stringifyJson }, { reportJson }] = await Promise.all([
      import('@skep/core/base'),
      import('../report-json.ts'),
    ]);
    await writeOut(`${stringifyJson(reportJson(report))}\n`);
    return;
  }
  const { reportText } = await import('../report-text.ts');
  const rows = flags.rows === 0 ? Number.POSITIVE_INFINITY : flags.rows;
  if (flags.print === true) await writeOut('\n');
  await writeOut(reportText(report, { style: stdoutStyle(), rows }));
}

function finish(report: Report, flags: RunFlags): number {
  const [fault] = report.faults.items;
  if (report.interrupted) {
    // Whoever feeds standard input may still be waiting.
    process.stdin.destroy();
    return INTERRUPTED;
  }
  if (fault !== undefined) {
    const status = reportFailure(fault.error, flags.json === true);
    return flags.keepGoing === true ? 0 : status;
  }
  if (flags.json !== true) hint(flags);
  return 0;
}

/** Says what to try next, to people only: on a terminal, and under `npm start`. */
function hint({ print }: RunFlags): void {
  const isStart = process.env.npm_lifecycle_event === 'start';
  if (print === true || (!isStart && process.stderr.isTTY !== true)) return;
  const add = isStart ? 'npm start -- --print' : 'add --print';
  process.stderr.write(`\ntry next: ${add} (a line for each packet), or --json (all of it as data)\n`);
}
