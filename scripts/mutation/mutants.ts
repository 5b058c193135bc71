/**
 * The mutants of the project's files: Stryker's own, put into the text.
 *
 * @module
 */

import { Instrumenter } from "@stryker-mutator/instrumenter";
import { join } from "node:path";

/** A change of a file that a test should find. */
export interface Mutant {
  /** From the project's root. */
  readonly file: string;
  /** Stryker's name of the kind, such as `EqualityOperator`. */
  readonly kind: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly original: string;
  readonly replacement: string;
  /** The whole text of the file with the mutant in it. */
  readonly mutated: string;
}

/** Both from 0. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** All mutants of the modules in a folder, without what is in folders within it. */
export async function mutantsIn(folder: string): Promise<Mutant[]> {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".ts") && !/_test\.ts$|\.d\.ts$/.test(name));
  const mutants = files.sort().map(async (name) => {
    const file = join(folder, name);
    return await mutantsOf(file, await Deno.readTextFile(file));
  });
  return (await Promise.all(mutants)).flat();
}

/**
 * All mutants of a module's text: every kind that Stryker has. Types have none, nor have names in imports; that is how Stryker is. One
 * thing is left out here: a text of several words, which is a sentence for people, as in an error's message. A test that holds it word
 * for word would say nothing of what the code does. A text of one word stays: it is a key, a code or the name of a kind.
 */
export async function mutantsOf(file: string, text: string): Promise<Mutant[]> {
  const instrumenter = new Instrumenter(SILENT);
  const { mutants } = await instrumenter.instrument([{ name: file, mutate: true, content: text }], {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
    noHeader: true,
  });
  return mutants.map(({ mutatorName, replacement, location: { start, end } }) => {
    const from = indexOf(start, text), to = indexOf(end, text), original = text.slice(from, to);
    return {
      ...{ file, kind: mutatorName, line: start.line + 1, column: start.column + 1, original, replacement },
      mutated: text.slice(0, from) + inPlace(mutatorName, original, replacement) + text.slice(to),
    };
  }).filter(({ kind, original }) => kind !== "StringLiteral" || !isSentence(original));
}

/** Where the mutant is and what it changes, each in a line: `src/a.ts:12:3 EqualityOperator` and `a < b  =>  a <= b`. */
export function describeMutant({ file, line, column, kind, original, replacement }: Mutant): string {
  return `${file}:${line}:${column} ${kind}\n    ${shortened(original)}  =>  ${shortened(replacement)}`;
}

function isSentence(literal: string): boolean {
  return /\s/.test(literal);
}

/**
 * Stryker replaces a node of the syntax tree; in a text, what replaces an expression could fall apart by the precedence of what is
 * around it: of `a && b && c` the mutant of the first `&&` is `(a || b) && c`.
 */
function inPlace(kind: string, original: string, replacement: string): string {
  const isExpression = kind !== "BlockStatement" && !/^(case|default|for)\b/.test(original);
  return isExpression ? `(${replacement})` : replacement;
}

function indexOf({ line, column }: Position, text: string): number {
  const before = text.split("\n").slice(0, line);
  return before.reduce((index, { length }) => index + length + 1, column);
}

function shortened(code: string): string {
  const inLine = code.replace(/\s+/g, " ");
  return inLine.length <= 100 ? inLine : `${inLine.slice(0, 99)}…`;
}

const nothing = () => {}, never = () => false;
const SILENT = {
  ...{ trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, fatal: nothing },
  ...{ isTraceEnabled: never, isDebugEnabled: never, isInfoEnabled: never },
  ...{ isWarnEnabled: never, isErrorEnabled: never, isFatalEnabled: never },
};
