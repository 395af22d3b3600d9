import type { Command } from 'commander';

/** What the module of a command exports. */
export interface CommandModule {
  /** Adds options and the action to `command`. */
  define(command: Command): void;
  /** Puts arguments that commander cannot take as they are into a form that it can. */
  rewrite?(argv: readonly string[]): string[];
}

/** A command by name; its module is imported only when it is asked for, so that start-up stays short. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** All commands, in the order in which help lists them. */
export const commands: readonly CommandEntry[] = [
  { name: 'run', summary: 'run a program over a capture, in the VM or the kernel', load: () => import('./run.ts') },
  { name: 'build', summary: 'make an object of TypeScript, C or assembly', load: () => import('./build.ts') },
  { name: 'check', summary: 'check TypeScript programs', load: () => import('./check.ts') },
  { name: 'init', summary: 'make a project with a program and a test', load: () => import('./init.ts') },
  { name: 'dis', summary: 'show the instructions of a program', load: () => import('./dis.ts') },
  { name: 'asm', summary: 'make an object file from assembly', load: () => import('./asm.ts') },
  { name: 'doctor', summary: 'say what this machine can do', load: () => import('./doctor.ts') },
  { name: 'feature', summary: 'say what this kernel can do', load: () => import('./feature.ts') },
  {
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    load: () => import('./completion.ts'),
  },
];
