import { SkepError } from '@skep/core/base';
import type { Command } from 'commander';
import { STDIN } from '../files/read-file.ts';
import { byteSize, wholeNumber } from '../settings/numbers.ts';
import type { RunFlags } from '../settings/run-flags.ts';
import { joinAssignments } from '../settings/set-arguments.ts';
import { LineBuffer } from '../terminal/stdout.ts';

/** `--set` is two arguments; commander's options have one. */
export { joinAssignments as rewrite };

/** `skep run`: runs a program in the VM or the kernel over a capture and shows what it decided and what its maps hold. */
export function define(command: Command): void {
  command
    .description(
      'Runs a program in the embedded VM (with --kernel: in Linux) over every packet of a capture, and prints what it decided, what its maps ' +
        'hold, and the events it sent. FILE is an eBPF object (.o), assembly (.s) or C (.c, compiled with clang).',
    )
    .argument('<FILE>', 'the program; - reads it from standard input')
    .option('--pcap <CAPTURE>', 'the packets (needed): pcap or pcapng, also gzip; - for standard input')
    .option('--prog <NAME>', 'the program, where the file holds several')
    .option(
      '--set <MAP KEY=VALUE>',
      'put an entry into a map first; may be repeated; a struct is written {a: 1, b: 2}',
      collect,
    )
    .option('--maps <FILE>', 'fill maps from JSON, in the form that --json writes')
    .option('--out <CAPTURE>', 'write the packets it let through, as it left them (.pcap or .pcapng)')
    .option('--limit <N>', 'run at most N packets', wholeNumber(0))
    .option('--print', 'print a line for each packet')
    .option('--rows <N>', 'rows shown of each table; 0 for all', wholeNumber(0), 20)
    .option('--keep-going', 'go on after a fault')
    .option('--json', 'print the results as JSON')
    .option('--memory <SIZE>', 'memory limit of the VM, such as 256M (default: 1G)', byteSize)
    .option('--budget <N>', 'instructions one packet may take in the VM (default: 100000000)', wholeNumber(1, 2 ** 52))
    .option('--cpus <N>', 'CPUs of per-CPU maps; packets go to them in turn', wholeNumber(1, 1024), 1)
    .option('--seed <N>', 'seed of the random numbers that the program gets', wholeNumber(0, 0xffffffff))
    .option('--as-test-run', "treat packets as the kernel's test runs do, for comparing with them")
    .option('--ifindex <N>', 'interface that packets come from', wholeNumber(0, 0x7fffffff))
    .option('--kernel', "run it in this machine's Linux kernel, through its test runs; needs root")
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: Partial<RunFlags>) => {
      process.exitCode = await run(file, checked(file, flags));
    });
}

/** Where program and packets come from. @throws SKEP_USAGE. */
function checked(file: string, flags: Partial<RunFlags>): RunFlags {
  const { pcap, cpus = 1, rows = 20 } = flags;
  if (pcap === undefined) {
    throw new SkepError('SKEP_USAGE', 'there are no packets to run over', { remedy: 'name a capture: --pcap FILE' });
  }
  if (pcap === STDIN && file === STDIN) {
    throw new SkepError('SKEP_USAGE', 'program and capture cannot both come from standard input', {
      remedy: 'put one of them into a file',
    });
  }
  if (flags.kernel === true) checkKernelFlags(flags);
  return { ...flags, pcap, cpus, rows };
}

/** The kernel has its own memory, CPUs and random numbers. @throws SKEP_USAGE. */
function checkKernelFlags({ memory, budget, seed, cpus = 1 }: Partial<RunFlags>): void {
  const given = {
    '--memory': memory !== undefined,
    '--budget': budget !== undefined,
    '--seed': seed !== undefined,
    '--cpus': cpus !== 1,
  };
  const [option] = Object.entries(given).find(([, isGiven]) => isGiven) ?? [];
  if (option === undefined) return;
  throw new SkepError('SKEP_USAGE', `${option} does not go with --kernel`, {
    reason: 'it sets up the VM',
    remedy: `leave out ${option} or --kernel`,
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
  const [{ runFile }, { showReport }] = await Promise.all([
    import('../run/run-file.ts'),
    import('../report/show-report.ts'),
  ]);
  // Where standard output is data, the lines of --print are talk.
  const lines = new LineBuffer(flags.json === true || flags.out === STDIN ? process.stderr : process.stdout);
  const report = await runFile(file, flags, lines);
  await lines.flush();
  try {
    return await showReport(report, flags);
  } finally {
    report.collection.dispose();
    report.collection.host.dispose();
  }
}
