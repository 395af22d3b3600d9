import { readFileSync } from 'node:fs';
import { SkepError } from '@skep/core/base';
import { Command, CommanderError } from 'commander';
import { commands } from './commands/index.ts';
import { reportFailure, watchOutputs } from './terminal/exit.ts';

/**
 * Runs the command line and sets the process's exit status: 0 ok, 1 the answer is no, 2 usage or bad input, 3 not
 * permitted or not supported here, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<void> {
  watchOutputs(argv.includes('--json'));
  try {
    await parse(argv[0] === 'help' ? [...argv.slice(1, 2), '--help'] : argv);
  } catch (error) {
    if (error instanceof CommanderError) return reportUsage(error, argv);
    process.exitCode = reportFailure(error, argv.includes('--json'));
  }
}

async function parse(argv: readonly string[]): Promise<void> {
  const program = root();
  const entry = commands.find(({ name }) => name === argv[0]);
  if (entry === undefined) {
    for (const { name, summary } of commands)
      program.addCommand(new Command(name).summary(summary).description(summary));
    await program.parseAsync([...argv], { from: 'user' });
    return;
  }
  const { define, rewrite } = await entry.load();
  const command = program.command(entry.name).summary(entry.summary);
  define(quiet(command));
  const rest = argv.slice(1);
  await program.parseAsync([entry.name, ...(rewrite === undefined ? rest : rewrite(rest))], { from: 'user' });
}

function root(): Command {
  const program = quiet(new Command('skep'))
    .description('Runs, tests and inspects eBPF programs, with no kernel and no root.')
    .usage('COMMAND [options]')
    .version(version(), '-V, --version')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  skep init my-firewall                           make a project
  skep run firewall.bpf.ts --pcap web.pcap        run a program over a capture
  skep run firewall.o --pcap web.pcap --json      the same for an object, as data
  skep build firewall.bpf.ts --target-kernel 6.1  make an object for any loader
  skep check --watch                              check programs as they are written
  skep doctor                                     what this machine can do

skep COMMAND --help says more.`,
    )
    .action(() => program.help());
  return program;
}

/** Errors come out as exceptions, so that one place prints them. */
function quiet(command: Command): Command {
  return command
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .showSuggestionAfterError(true)
    .allowExcessArguments(false);
}

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return manifest.version;
}

/** Help and version end well; anything else commander says is wrong usage. */
async function reportUsage(error: CommanderError, argv: readonly string[]): Promise<void> {
  if (error.exitCode === 0) return;
  const command = commands.find(({ name }) => name === argv[0])?.name;
  const [message = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
  const help = `skep ${command === undefined ? '' : `${command} `}--help shows what there is`;
  const isUnknown = command === undefined && /too many arguments/.test(message);
  const suggestion = isUnknown ? await similar(argv[0] ?? '') : hint.replace(/^\(Did (.*)\)$/, 'did $1');
  const usage = new SkepError('SKEP_USAGE', isUnknown ? `unknown command '${argv[0]}'` : message, {
    remedy: suggestion === '' ? help : `${suggestion} ${help}`,
  });
  process.exitCode = reportFailure(usage, argv.includes('--json'));
}

/** `did you mean run?`, or nothing. */
async function similar(word: string): Promise<string> {
  const { nearest } = await import('@skep/core/isa');
  const name = nearest(
    word,
    commands.map(({ name }) => name),
  );
  return name === undefined ? '' : `did you mean ${name}?`;
}
