/**
 * Dead letters as lines of JSON.
 *
 * @module
 */

import type { QueuedLetter } from "./dead_letter_queue.ts";
import { isSerializedError } from "./serialized_error.ts";
import { foundValue } from "../coordination/found_value.ts";

/** A letter as a line has it. */
export type LetterLine = Omit<QueuedLetter<unknown>, "id">;

/** Writes each letter on a line of its own. */
export function formatLetters(letters: readonly QueuedLetter<unknown>[]): string {
  return letters.map((letter) => `${format(letter)}\n`).join("");
}

function format({ id, ...letter }: QueuedLetter<unknown>): string {
  const paths = new WeakMap<object, string>();
  let unsayable = "payload";
  try {
    return JSON.stringify(letter, function (this: object, key: string, value: unknown): unknown {
      const around = paths.get(this), path = around ? `${around}.${key}` : key;
      if (!isSayable(this, key, value)) {
        unsayable = path;
        throw new TypeError(`wanted plain data, found ${Object.prototype.toString.call(value)}`);
      }
      if (typeof value === "object" && value !== null) paths.set(value, path);
      return value;
    });
  } catch (cause) {
    throw new TypeError(
      `Cannot export dead letter ${id} from "${letter.source}": JSON cannot say its ${unsayable}; ` +
        "remove it, or add a payload of plain data",
      { cause },
    );
  }
}

/** Whether JSON says what a value holds, and neither leaves it out nor writes `null` or `{}` instead. */
function isSayable(holder: object, key: string, value: unknown): boolean {
  switch (typeof value) {
    case "function":
    case "symbol":
    case "bigint":
      return false;
    case "number":
      return Number.isFinite(value);
    case "undefined":
      return !Array.isArray(holder);
    case "object":
      if (value === null) return !(Reflect.get(holder, key) instanceof Date); // one that is no time
      return Array.isArray(value) || Object.keys(value).length > 0 || isPlain(value);
    default:
      return true;
  }
}

/** Of this realm or another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Reads what {@linkcode formatLetters} has written; empty lines are skipped. */
export function parseLetters(text: string): LetterLine[] {
  if (typeof text !== "string") {
    throw new TypeError(
      `Cannot import dead letters from ${foundValue(text)}: expected the text that exportLines() gave`,
    );
  }
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
