/**
 * Completions for zsh.
 *
 * @module
 */

import { type CommandGrammar, everyCommand, type OptionGrammar, spellings, type Value } from "./command_grammar.ts";

/** A script for zsh 5, to be sourced after compinit or to stand in a folder of `fpath` as `_puffin-bench`. */
export function zshCompletions(grammar: CommandGrammar, name: string): string {
  const complete = functionName(grammar, name);
  return `#compdef ${name}
# Completions of ${name} for zsh.
${everyCommand(grammar).map((command) => commandFunction(command, name)).join("\n")}
if [ "$funcstack[1]" = ${complete} ]; then ${complete} "$@"; else compdef ${complete} ${name}; fi
`;
}

function functionName({ path }: CommandGrammar, name: string): string {
  return ["", name, ...path].join("_").replaceAll("-", "_");
}

function commandFunction(command: CommandGrammar, name: string): string {
  const { commands, options, arguments: operands } = command;
  const specifications = options.map(optionSpecification);
  if (commands.length === 0) {
    specifications.push(
      ...operands.map(({ term, variadic, value }) => quote(`${variadic ? "*" : ""}:${escape(term)}:${action(value)}`)),
    );
    return `${functionName(command, name)}() {\n  _arguments -s ${specifications.join(" \\\n    ")}\n}`;
  }
  const names = commands.map(({ path, description }) => quote(`${path.at(-1)}:${description}`));
  const calls = commands.map((inner) => `      ${inner.path.at(-1)}) ${functionName(inner, name)} ;;`);
  return `${functionName(command, name)}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
    ${names.join("\n    ")}
  )
  _arguments -C -s ${specifications.join(" \\\n    ")} \\
    '1: :->command' '*:: :->arguments'
  case $state in
    command) _describe command commands ;;
    arguments) case $line[1] in
${calls.join("\n")}
    esac ;;
  esac
}`;
}

function optionSpecification(option: OptionGrammar): string {
  const flags = spellings(option);
  const { value, description } = option;
  const argument = value.kind === "nothing" ? "" : `:${escape(option.long.slice(2))}:${action(value)}`;
  const rest = quote(`[${escape(description)}]${argument}`);
  return flags.length === 1 ? `${flags[0]}${rest}` : `'(${flags.join(" ")})'{${flags.join(",")}}${rest}`;
}

function action(value: Value): string {
  if (value.kind === "words") return `(${value.words.join(" ")})`;
  return value.kind === "path" ? "_files" : " ";
}

/** What would end a part of a specification. */
function escape(text: string): string {
  return text.replace(/[\\:[\]]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
