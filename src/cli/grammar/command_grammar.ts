/**
 * The command line's grammar as data: what completions and the manual page are written from.
 *
 * @module
 */

import type { Argument, Command, Option } from "commander";
import { argumentWords, optionWords } from "./words.ts";

/** What follows an option, or stands in an argument's place: one of some words, a path, text of the user's own, or nothing. */
export type Value =
  | { readonly kind: "nothing" | "path" | "text" }
  | { readonly kind: "words"; readonly words: readonly string[] };

/** An option. */
export interface OptionGrammar {
  /** With its dashes: `--help`. */
  readonly long: string;
  /** With its dash: `-h`. */
  readonly short?: string;
  /** As help writes it: `-h, --help` or `--format <format>`. */
  readonly flags: string;
  /** One line. */
  readonly description: string;
  /** What follows it. */
  readonly value: Value;
}

/** An argument. */
export interface ArgumentGrammar {
  /** As help writes it: `<file>` or `[files...]`. */
  readonly term: string;
  /** One line; empty if the command's own says all. */
  readonly description: string;
  /** Whether it takes all that follows. */
  readonly variadic: boolean;
  /** What may stand there. */
  readonly value: Value;
}

/** A command with what it takes. */
export interface CommandGrammar {
  /** The words that call it, without the program's name: `["baseline", "save"]`; none for the program itself. */
  readonly path: readonly string[];
  /** One line. */
  readonly description: string;
  /** Options that help shows, help's own among them. */
  readonly options: readonly OptionGrammar[];
  /** Arguments in order. */
  readonly arguments: readonly ArgumentGrammar[];
  /** Commands within it that help shows. */
  readonly commands: readonly CommandGrammar[];
  /** What its help says after the options: formats, exit codes, examples. */
  readonly notes: string;
}

/** Placeholders of paths, in options and in arguments. */
const PATHS: ReadonlySet<string> = new Set(["path", "file", "files", "program", "a", "b", "suites-or-files"]);

/** Reads a command's grammar and those within it. */
export function readGrammar(command: Command, path: readonly string[] = []): CommandGrammar {
  const help = command.createHelp();
  return {
    path,
    description: command.description(),
    options: help.visibleOptions(command).map((option) => readOption(path, option)),
    arguments: command.registeredArguments.map((argument) => readArgument(path, argument)),
    commands: help.visibleCommands(command).map((child) => readGrammar(child, [...path, child.name()])),
    notes: notesOf(command),
  };
}

function readOption(path: readonly string[], option: Option): OptionGrammar {
  const { long, short, flags, description, required } = option;
  if (typeof long !== "string") throw new TypeError(`Option ${flags} has no long form`);
  const words = optionWords(path, option.attributeName());
  return {
    long,
    ...(typeof short === "string" ? { short } : {}),
    flags,
    description,
    value: required ? valueOf(words, flags) : { kind: "nothing" },
  };
}

function readArgument(path: readonly string[], argument: Argument): ArgumentGrammar {
  const { variadic, required, description } = argument;
  const name = `${argument.name()}${variadic ? "..." : ""}`;
  const term = required ? `<${name}>` : `[${name}]`;
  return { term, description, variadic, value: valueOf(argumentWords(path, term), term) };
}

function valueOf(words: readonly string[] | undefined, term: string): Value {
  if (words !== undefined) return { kind: "words", words };
  const placeholder = /[<[]([\w-]+)/.exec(term)?.[1] ?? "";
  return { kind: PATHS.has(placeholder) ? "path" : "text" };
}

/** What stands after the generated part of a command's help; commander gives it only in printing. */
function notesOf(command: Command): string {
  const parts: string[] = [];
  const output = command.configureOutput();
  command.configureOutput({ ...output, writeOut: (part) => parts.push(part) }).outputHelp();
  command.configureOutput(output);
  return parts.slice(1).join("").trim();
}

/** A command and all those within it, from the outside in. */
export function everyCommand(grammar: CommandGrammar): CommandGrammar[] {
  return [grammar, ...grammar.commands.flatMap(everyCommand)];
}

/** An option's spellings: `-h` and `--help`. */
export function spellings({ short, long }: OptionGrammar): string[] {
  return short === undefined ? [long] : [short, long];
}
