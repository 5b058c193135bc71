/**
 * Judges command lines in documents by the program's own grammar.
 *
 * @module
 */

import {
  type CommandGrammar,
  everyCommand,
  type OptionGrammar,
  spellings,
} from "../../src/cli/grammar/command_grammar.ts";

const PROGRAM = "puffin-bench";

/** A word of a shell's command line, or what stands between two commands; comments match neither. */
const SHELL = /(?<end>\n|&&|\|\|?|[;()<>])|#[^\n]*|(?<word>(?:'[^']*'|"[^"]*"|[^\s|;()<>&'"])+)/g;

/** What runs the same command line from source. */
const SOURCE = "src/cli/main.ts";

/** The calls of puffin-bench in a shell's script: of each the words behind the program's name. */
export function callsIn(script: string): string[][] {
  const commands: string[][] = [[]];
  for (const { groups } of script.replace(/\\\n/g, " ").matchAll(SHELL)) {
    if (groups?.end !== undefined) commands.push([]);
    else if (groups?.word !== undefined) commands.at(-1)?.push(groups.word.replace(/['"]/g, ""));
  }
  return commands.flatMap((words) => {
    const start = words[0] === PROGRAM ? 0 : words.indexOf(SOURCE);
    return start < 0 ? [] : [words.slice(start + 1)];
  });
}

/** Words that stand for another: `FILE`, `A…`. */
const PLACEHOLDER = /^[A-Z]+(?:…|\.\.\.)?$/;

/**
 * What is wrong with a call, or `undefined`.
 *
 * @param words What follows the program's name.
 * @param isWhole Whether it could be run as it stands; in a sentence a command is named without all that it needs.
 */
export function complaintOf(grammar: CommandGrammar, words: readonly string[], isWhole: boolean): string | undefined {
  const command = everyCommand(grammar).findLast(({ path }) => path.every((word, index) => words[index] === word));
  if (command === undefined || words.length === 0) return undefined;
  const rest = words.slice(command.path.length), given: string[] = [];
  while (rest.length > 0) {
    const word = rest.shift() ?? "";
    if (!word.startsWith("-")) {
      given.push(word);
      continue;
    }
    const [name = "", joined] = word.split("=", 2);
    const option = command.options.find((option) => spellings(option).includes(name));
    if (option === undefined) return `${[PROGRAM, ...command.path].join(" ")} has no option ${name}`;
    const wrong = valueComplaint(option, joined === undefined ? rest : [joined]);
    if (wrong !== undefined) return wrong;
  }
  return argumentComplaint(command, given, isWhole);
}

/** Takes an option's values off what follows it. */
function valueComplaint({ long, flags, value }: OptionGrammar, rest: string[]): string | undefined {
  if (value.kind === "nothing") return undefined;
  const first = rest.shift();
  if (first === undefined) return `${long} needs a value`;
  while (flags.includes("...") && rest[0] !== undefined && !rest[0].startsWith("-")) rest.shift();
  if (value.kind !== "words" || value.words.includes(first) || PLACEHOLDER.test(first)) return undefined;
  return `${long} is one of ${value.words.join(", ")}, not ${first}`;
}

function argumentComplaint(command: CommandGrammar, given: readonly string[], isWhole: boolean): string | undefined {
  const name = [PROGRAM, ...command.path].join(" ");
  if (command.commands.length > 0 && (isWhole || given.length > 0)) {
    const isNamed = given.length > 0 && !PLACEHOLDER.test(given[0] ?? "");
    return isNamed ? `${name} has no command ${given[0]}` : undefined;
  }
  const takesAll = command.arguments.some(({ variadic }) => variadic);
  if (!takesAll && given.length > command.arguments.length) return `${name} takes no argument ${given.at(-1)}`;
  const needed = command.arguments.filter(({ term }) => term.startsWith("<")).length;
  return isWhole && given.length < needed ? `${name} needs ${command.arguments[given.length]?.term}` : undefined;
}
