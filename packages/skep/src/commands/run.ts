import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { noWrite, STDIN } from '../files/read-file.ts';
import { netfilterHook, seconds } from '../settings/attach-options.ts';
import { checkFlags, type GivenFlags } from '../settings/check-flags.ts';
import { byteSize, wholeNumber } from '../settings/numbers.ts';
import type { AttachFlags, RunFlags } from '../settings/run-flags.ts';
import { joinAssignments } from '../settings/set-arguments.ts';
import { isRejection } from '../terminal/rejection.ts';
import { LineBuffer } from '../terminal/stdout.ts';

/** `--set` is two arguments; commander's options have one. */
export { joinAssignments as rewrite };

/** `skep run`: runs a program in the VM or the kernel over a capture and shows what it decided and what its maps hold. */
export function define(command: Command): void {
  command
    .description(
      'Runs a program in the embedded VM (with --kernel: in Linux) over every packet of a capture, and prints what it ' +
        'decided, what its maps hold, and the events it sent. With --kernel and no capture it is attached in Linux: to ' +
        'what its section or an option names, until Ctrl-C. FILE is TypeScript (.bpf.ts), an eBPF object (.o), ' +
        'assembly (.s) or C (.c, compiled with clang).',
    )
    .argument('<FILE>', 'the program; - reads it from standard input')
    .option('--pcap <CAPTURE>', 'the packets: pcap or pcapng, also gzip; - for standard input')
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
    .option('--kernel', "run it in this machine's Linux kernel: over --pcap in test runs, else attached; needs root")
    .option('--iface <NAME>', 'attach XDP and tc programs to this network interface')
    .addOption(
      new Option('--mode <MODE>', 'where XDP runs: driver, stack or card').choices(['native', 'generic', 'offload']),
    )
    .addOption(
      new Option('--direction <WAY>', 'for tc and cgroup_skb, where the section does not say').choices([
        'ingress',
        'egress',
      ]),
    )
    .option('--cgroup <PATH>', 'attach cgroup programs to this cgroup2 directory')
    .option('--netns <PATH>', 'attach sk_lookup and flow dissectors to this network namespace')
    .option('--hook <FAMILY/HOOK>', 'attach netfilter programs there, such as ipv4/input', netfilterHook)
    .option('--pid <N>', 'user probes and samples of this process only', wholeNumber(1, 2 ** 22))
    .option('--seconds <N>', 'how long it stays attached (default: until Ctrl-C)', seconds)
    .option('--pin <DIR>', 'leave it attached: pin its links in a directory under /sys/fs/bpf')
    .option('--log <FILE>', "write the verifier's log there, where it rejects the program")
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: GivenFlags) => {
      process.exitCode = await run(file, flags);
    });
}

const EXAMPLES = `
Examples:
  skep run examples/firewall/firewall.bpf.ts --pcap examples/captures/web.pcap
  skep run examples/firewall/firewall.s --pcap examples/captures/web.pcap --set blocked 10.10.0.5/32=1 --json
  skep run examples/firewall/firewall.s --pcap examples/captures/web.pcap --print --limit 5
  skep run examples/firewall/firewall.s --kernel --iface eth0 --seconds 10
  skep run trace.o --kernel --json`;

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

async function run(file: string, given: GivenFlags): Promise<number> {
  const mode = checkFlags(file, given);
  try {
    return mode.kind === 'capture' ? await overCapture(file, mode.flags) : await attached(file, mode.flags);
  } catch (error) {
    if (given.log !== undefined && isRejection(error)) await writeLog(given.log, error.log);
    throw error;
  }
}

async function overCapture(file: string, flags: RunFlags): Promise<number> {
  const [{ runFile }, { release }, { showReport }] = await Promise.all([
    import('../run/run-file.ts'),
    import('../run/prepare.ts'),
    import('../report/show-report.ts'),
  ]);
  // Where standard output is data, the lines of --print are talk.
  const lines = new LineBuffer(flags.json === true || flags.out === STDIN ? process.stderr : process.stdout);
  const report = await runFile(file, flags, lines);
  await lines.flush();
  try {
    return await showReport(report, flags);
  } finally {
    release(report.collection);
  }
}

async function attached(file: string, flags: AttachFlags): Promise<number> {
  const { runAttached } = await import('../run/run-attached.ts');
  await runAttached(file, flags);
  return 0;
}

async function writeLog(file: string, log: string): Promise<void> {
  try {
    await writeFile(file, log);
  } catch (error) {
    throw noWrite(file, error);
  }
}
