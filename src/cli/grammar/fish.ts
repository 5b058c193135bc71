/**
 * Completions for fish.
 *
 * @module
 */

import { type CommandGrammar, everyCommand, type Value } from "./command_grammar.ts";

/** A script for fish 3 and later. */
export function fishCompletions(grammar: CommandGrammar, name: string): string {
  const lines = everyCommand(grammar).flatMap((command) => {
    const condition = `-n '${whenIn(command)}'`;
    return [
      ...command.commands.map(({ path, description }) =>
        `complete -c ${name} ${condition} -f -a ${path.at(-1)} -d ${quote(description)}`
      ),
      ...command.options.map(({ long, short, value, description }) =>
        [
          `complete -c ${name} ${condition}`,
          ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
          `-l ${long.slice(2)}`,
          ...valueFlags(value),
          `-d ${quote(description)}`,
        ].join(" ")
      ),
      ...command.arguments.flatMap(({ value }) =>
        value.kind === "text" ? [] : [`complete -c ${name} ${condition} ${argumentFlags(value)}`]
      ),
    ];
  });
  return `# Completions of ${name} for fish.\ncomplete -c ${name} -f\n${lines.join("\n")}\n`;
}

/** A condition that holds while a command is the innermost one that was typed. */
function whenIn({ path, commands }: CommandGrammar): string {
  const inner = commands.map((command) => command.path.at(-1)).join(" ");
  const notInside = `not __fish_seen_subcommand_from ${inner}`;
  if (path.length === 0) return notInside;
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  return [...seen, ...(inner === "" ? [] : [notInside])].join("; and ");
}

function valueFlags(value: Value): string[] {
  if (value.kind === "nothing") return [];
  if (value.kind === "path") return ["-r", "-F"];
  return ["-x", ...(value.kind === "words" ? [`-a ${quote(value.words.join(" "))}`] : [])];
}

function argumentFlags(value: Value): string {
  return value.kind === "words" ? `-f -a ${quote(value.words.join(" "))}` : "-F";
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
