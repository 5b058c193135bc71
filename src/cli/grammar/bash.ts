/**
 * Completions for bash.
 *
 * @module
 */

import { type CommandGrammar, everyCommand, spellings, type Value } from "./command_grammar.ts";

/** A script for bash 3.2 and later. It needs no bash-completion, and asks no program. */
export function bashCompletions(grammar: CommandGrammar, name: string): string {
  const complete = `_${name.replaceAll("-", "_")}`;
  const commands = everyCommand(grammar);
  return `# Completions of ${name} for bash.
${complete}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command="" word
  COMPREPLY=()
  # shellcheck disable=SC2207 # the words have no spaces, and bash 3.2 has no mapfile
  # For bash --option=value is three words.
  if [ "$current" = "=" ]; then
    current=""
  elif [ "$previous" = "=" ]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$command $word" in
${lines(commands.slice(1).map(enterCommand), 6)}
    esac
  done
  case "$command $previous" in
${lines(commands.flatMap(optionValues), 4)}
  esac
  case "$command" in
${lines(commands.map(commandWords), 4)}
  esac
}
# Where a path may stand nothing is offered, and bash's own completion of paths takes over.
complete -o default -F ${complete} ${name}
`;
}

function enterCommand({ path }: CommandGrammar): string {
  return `"${path.slice(0, -1).join(" ")} ${path.at(-1)}") command="${path.join(" ")}" ;;`;
}

function optionValues({ path, options }: CommandGrammar): string[] {
  return options.filter(({ value }) => value.kind !== "nothing").map((option) => {
    const patterns = spellings(option).map((flag) => `"${path.join(" ")} ${flag}"`);
    return `${patterns.join(" | ")}) ${offer(option.value)}; return ;;`;
  });
}

function commandWords({ path, options, arguments: operands, commands }: CommandGrammar): string {
  const flags = options.flatMap(spellings);
  const inner = commands.map((command) => command.path.at(-1));
  const words = operands.flatMap(({ value }) => value.kind === "words" ? value.words : []);
  const value = (offered: readonly (string | undefined)[]) => offer({ kind: "words", words: offered.map(String) });
  const elsewhere = inner.length + words.length > 0
    ? value([...inner, ...words])
    : offer({ kind: operands.some(({ value }) => value.kind === "path") ? "path" : "text" });
  return `"${path.join(" ")}") if [ "\${current#-}" != "$current" ]; then ${value(flags)}; else ${elsewhere}; fi ;;`;
}

function offer(value: Value): string {
  if (value.kind === "words") return `COMPREPLY=($(compgen -W "${value.words.join(" ")}" -- "$current"))`;
  return value.kind === "path" ? ":" : "compopt +o default 2>/dev/null";
}

function lines(texts: readonly string[], indent: number): string {
  return texts.map((text) => " ".repeat(indent) + text).join("\n");
}
