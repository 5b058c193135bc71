/**
 * Dead letters as lines of JSON.
 *
 * @module
 */

import type { QueuedLetter } from "./dead_letter_queue.ts";
import { isSerializedError } from "./serialized_error.ts";

/** A letter as a line has it. */
export type LetterLine = Omit<QueuedLetter<unknown>, "id">;

/** Writes each letter on a line of its own. */
export function formatLetters(letters: readonly QueuedLetter<unknown>[]): string {
  return letters.map((letter) => `${format(letter)}\n`).join("");
}

function format({ id, ...letter }: QueuedLetter<unknown>): string {
  try {
    return JSON.stringify(letter);
  } catch (cause) {
    throw new TypeError(
      `Cannot export dead letter ${id} from "${letter.source}": JSON cannot say its payload; remove it, or add a payload of plain data`,
      { cause },
    );
  }
}

/** Reads what {@linkcode formatLetters} has written; empty lines are skipped. */
export function parseLetters(text: string): LetterLine[] {
  return text.split("\n").flatMap((line, index) => line.trim() === "" ? [] : [parse(line, index + 1)]);
}

function parse(line: string, number: number): LetterLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new SyntaxError(`Cannot import dead letters: line ${number} is no JSON; mend or remove it`, { cause });
  }
  const { source, payload, error, attempts, addedAtMs }: Record<string, unknown> = { ...Object(value) };
  if (typeof source !== "string") throw wrong(number, "source", "a text", source);
  if (!isSerializedError(error)) throw wrong(number, "error", "an object with the texts name and message", error);
  if (!isCount(attempts)) throw wrong(number, "attempts", "an integer of at least 1", attempts);
  if (typeof addedAtMs !== "number") throw wrong(number, "addedAtMs", "a number", addedAtMs);
  return { source, payload, error, attempts, addedAtMs };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function wrong(line: number, field: string, wanted: string, found: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot import dead letters: line ${line}, ${field}: wanted ${wanted}, found ${
      JSON.stringify(found)
    }; mend or remove it`,
  );
}
