/**
 * Alerts for whoever looks at the terminal, or at a log.
 *
 * @module
 */

import type { Alert, AlertNotification, Notifier } from "../alert.ts";
import { requireOptions } from "../../../coordination/require_options.ts";

/** How alerts are printed. */
export interface ConsoleNotifierOptions {
  /** Prints a line. Default `console.error`, so that a program's output stays apart. */
  readonly write?: (line: string) => void;
}

/**
 * Prints a line for each alert. What would move the cursor, or begin another line, is printed as its escape. A line that
 * cannot be printed, as on a disk that is full, is dropped and counted; the others are printed all the same.
 */
export class ConsoleNotifier implements Notifier {
  /** What people call it. */
  readonly name = "console";
  readonly #write: (line: string) => void;
  #dropped = 0;

  /** Prints nothing yet. */
  constructor(options: ConsoleNotifierOptions = {}) {
    const { write = (line: string) => console.error(line) } = requireOptions("notify the console", options);
    this.#write = write;
  }

  /** How many lines could not be printed. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Prints them.
   *
   * @throws What the first line that could not be printed has thrown: the manager counts it, and tells `onError`.
   */
  notify({ alerts }: AlertNotification): void {
    const errors: unknown[] = [];
    for (const alert of alerts) {
      try {
        this.#write(lineOf(alert));
      } catch (error) {
        this.#dropped++;
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

function lineOf({ name, state, severity, labels, annotations, value, firedAtMs, resolvedAtMs }: Alert): string {
  const { alertname: _name, severity: _severity, ...others } = labels;
  const at = new Date(resolvedAtMs ?? firedAtMs ?? 0).toISOString();
  const named = Object.entries(others).map(([label, text]) => `${label}=${JSON.stringify(text)}`).join(" ");
  const told = Object.values(annotations).join("; ");
  return printable(
    [at, state.toUpperCase(), severity, name, ...named === "" ? [] : [named], `value=${value}`, told].join(" ")
      .trimEnd(),
  );
}

/** Control characters, line ends and what turns the direction of text. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
