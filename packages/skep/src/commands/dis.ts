import type { Command } from 'commander';
import { writeOut } from '../stdout.ts';

interface DisFlags {
  readonly prog?: string;
  readonly source?: true;
  readonly json?: true;
}

/** `skep dis`: shows the instructions of the programs in a file. */
export function define(command: Command): void {
  command
    .description(
      'Shows the instructions of each program in LLVM syntax. Maps, variables and functions are named where the ' +
        'object names them. FILE is an object (.o), assembly (.s) or C (.c).',
    )
    .argument('<FILE>', 'the program; - reads it from standard input')
    .option('--prog <NAME>', 'only this program')
    .option('--source', 'put the lines of source between the instructions')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(disassembleFile);
}

const EXAMPLES = `
Examples:
  skep dis examples/firewall/firewall.s
  skep dis examples/firewall/firewall.c --source
  skep dis examples/firewall/firewall.s --json`;

async function disassembleFile(file: string, { prog, source, json }: DisFlags): Promise<void> {
  const [{ readProgram }, { findProgram }, listing] = await Promise.all([
    import('../read-program.ts'),
    import('@skep/core/host'),
    import('../listing.ts'),
  ]);
  const spec = await readProgram(file);
  const programs = prog === undefined ? [...spec.programs.values()] : [findProgram(spec, prog)];
  if (json === true) {
    const { stringifyJson } = await import('@skep/core/base');
    return writeOut(`${stringifyJson({ programs: programs.map(listing.listingJson) })}\n`);
  }
  await writeOut(programs.map((program) => listing.listingText(program, source === true)).join('\n'));
}
