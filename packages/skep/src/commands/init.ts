import type { Command } from 'commander';
import { writeOut } from '../terminal/stdout.ts';

interface InitFlags {
  readonly name?: string;
  readonly json?: true;
}

/** `skep init`: makes a project. */
export function define(command: Command): void {
  command
    .description(
      'Makes a project: a firewall in TypeScript, a script that runs it, a test, and what npm and TypeScript want to ' +
        'know. Nothing that is there is overwritten.',
    )
    .argument('[DIR]', 'where; it is made where it is not there (default: this folder)', '.')
    .option('--name <NAME>', 'name of the package (default: that of the folder)')
    .option('--json', 'print what was written as JSON')
    .addHelpText('after', EXAMPLES)
    .action(init);
}

const EXAMPLES = `
Examples:
  skep init my-firewall
  skep init . --name my-firewall`;

async function init(folder: string, { name, json }: InitFlags): Promise<void> {
  const { createProject } = await import('../init/create-project.ts');
  const project = await createProject(folder, name);
  if (json === true) return writeOut(`${JSON.stringify({ folder, ...project })}\n`);
  const { escapeControls } = await import('@skep/core/base');
  const files = project.files.map((file) => `  ${file}\n`).join('');
  const next = project.next.map((line) => `  ${escapeControls(line)}\n`).join('');
  await writeOut(`${escapeControls(project.name)}: made\n${files}\nnext:\n${next}`);
}
