import type { JsonInput } from '@skep/core/base';
import type { Command } from 'commander';
import { writeOut } from '../terminal/stdout.ts';

interface DisFlags {
  readonly prog?: string;
  readonly source?: true;
  readonly json?: true;
}

/** `skep dis`: shows the instructions of the programs in a file. */
export function define(command: Command): void {
  command
    .description(
      'Shows the instructions of a file in LLVM syntax, section by section as llvm-objdump -d does. With --prog or ' +
        '--source it shows programs as they are loaded: each with its subprograms behind it, and instructions ' +
        'counted as faults count them. FILE is TypeScript (.bpf.ts), an object (.o), assembly (.s) or C (.c).',
    )
    .argument('<FILE>', 'the program; - reads it from standard input')
    .option('--prog <NAME>', 'this program as it is loaded')
    .option('--source', 'programs as they are loaded, with the lines of source before the instructions')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(disassembleFile);
}

const EXAMPLES = `
Examples:
  skep dis examples/firewall/firewall.s
  skep dis examples/firewall/firewall.c --source
  skep dis examples/firewall/firewall.s --json`;

async function disassembleFile(file: string, flags: DisFlags): Promise<void> {
  const { stringifyJson } = await import('@skep/core/base');
  const print = (shown: string | JsonInput) =>
    writeOut(typeof shown === 'string' ? shown : `${stringifyJson(shown)}\n`);
  return print(
    await (flags.prog === undefined && flags.source !== true ? sections(file, flags) : programs(file, flags)),
  );
}

async function sections(file: string, { json }: DisFlags): Promise<string | JsonInput> {
  const [{ readObject }, { sectionsJson, sectionsText }] = await Promise.all([
    import('../program/read-program.ts'),
    import('../listing/section-listing.ts'),
  ]);
  const elf = await readObject(file);
  return json === true ? sectionsJson(elf, file) : sectionsText(elf, file);
}

async function programs(file: string, { prog, source, json }: DisFlags): Promise<string | JsonInput> {
  const [{ readProgram }, { findProgram }, { listingJson, listingText }] = await Promise.all([
    import('../program/read-program.ts'),
    import('@skep/core/host'),
    import('../listing/listing.ts'),
  ]);
  const spec = await readProgram(file);
  const chosen = prog === undefined ? [...spec.programs.values()] : [findProgram(spec, prog)];
  if (json === true) return { programs: chosen.map(listingJson) };
  return chosen.map((program) => listingText(program, source === true)).join('\n');
}
