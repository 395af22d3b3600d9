import { Argument, type Command } from 'commander';
import { writeOut } from '../terminal/stdout.ts';

/** Words that complete the first argument. */
const WORDS = 'run build check init dis asm doctor feature completion';

/** Options of `run`, which has most of them, and of the other commands. */
const OPTIONS =
  '--pcap --prog --set --maps --out --limit --print --rows --keep-going --json --memory --budget --cpus --seed --as-test-run --ifindex --kernel --iface --mode --direction --cgroup --netns --hook --pid --seconds --pin --log --dump --target-kernel --cpu --watch --name --help';

const scripts: Readonly<Record<string, string>> = {
  bash: `_skep() {
  local word=\${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" = 1 ]; then COMPREPLY=($(compgen -W "${WORDS}" -- "$word"))
  elif [[ $word == -* ]]; then COMPREPLY=($(compgen -W "${OPTIONS}" -- "$word"))
  else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _skep skep
`,
  zsh: `#compdef skep
_skep() {
  if (( CURRENT == 2 )); then compadd ${WORDS}
  elif [[ $words[CURRENT] == -* ]]; then compadd -- ${OPTIONS}
  else _files; fi
}
compdef _skep skep
`,
  fish: `complete -c skep -n __fish_use_subcommand -f -a "${WORDS}"
${OPTIONS.split(' ')
  .map((option) => `complete -c skep -n "not __fish_use_subcommand" -l ${option.slice(2)}`)
  .join('\n')}
`,
};

/** `skep completion`: prints a completion script. */
export function define(command: Command): void {
  command
    .description('Prints a script that completes the commands and options of skep in your shell.')
    .addArgument(new Argument('<SHELL>', 'your shell').choices(Object.keys(scripts)))
    .addHelpText('after', EXAMPLES)
    .action((shell: string) => writeOut(scripts[shell] ?? ''));
}

const EXAMPLES = `
Examples:
  skep completion bash > ~/.local/share/bash-completion/completions/skep
  skep completion fish > ~/.config/fish/completions/skep.fish
  skep completion zsh`;
