/**
 * The manual page, in the language of `man`.
 *
 * @module
 */

import { type CommandGrammar, everyCommand, type OptionGrammar } from "./command_grammar.ts";

/** The page of a program in section 1: each command with its arguments, options and notes. */
export function manualPage(program: CommandGrammar, name: string, version: string): string {
  const described = everyCommand(program).slice(1).filter(({ path }) => path[0] !== "help");
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    ".SH NAME",
    `${name} \\- ${text(program.description.replace(/\.$/, ""))}`,
    ".SH SYNOPSIS",
    `.B ${name}`,
    ".I command",
    "[options]",
    ".SH OPTIONS",
    ...program.options.flatMap(optionEntry),
    ".SH COMMANDS",
    ...described.flatMap((command) => commandEntry(command, name)),
    ".SH NOTES",
    ...verbatim(program.notes),
  ].join("\n") + "\n";
}

function commandEntry(
  { path, description, options, arguments: operands, notes }: CommandGrammar,
  name: string,
): string[] {
  const words = operands.map(({ term }) => term).join(" ");
  return [
    `.SS "${text([name, ...path, words].join(" ").trimEnd())}"`,
    text(description),
    ...operands.filter(({ description }) => description !== "").flatMap(({ term, description }) =>
      entry(term, description)
    ),
    ...options.flatMap(optionEntry),
    ...(notes === "" ? [] : [".PP", ...verbatim(notes)]),
  ];
}

function optionEntry({ flags, description }: OptionGrammar): string[] {
  return entry(flags, description);
}

function entry(term: string, description: string): string[] {
  return [".TP", `.B ${text(term)}`, text(description)];
}

function verbatim(notes: string): string[] {
  return [".nf", ...notes.split("\n").map(text), ".fi"];
}

/** Text that roff prints as it is. */
function text(line: string): string {
  return line.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq").replace(/^(?=[.'])/, "\\&");
}
