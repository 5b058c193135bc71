/**
 * Variables of the environment, as OpenTelemetry's specification reads them.
 *
 * @module
 */

import process from "node:process";
import { tellSafely } from "../tell_safely.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { foundValue } from "../../coordination/found_value.ts";

/** Where variables are looked up: `Deno.env` fits, and so does a `Map`. */
export interface Environment {
  /** The value of a variable, `undefined` if it is not set. */
  get(name: string): string | undefined;
}

/** How variables are read. */
export interface EnvironmentOptions {
  /** Told of each value that cannot be used, and what is used instead. Default `console.warn`. */
  readonly warn?: (message: string) => void;
}

/** The environment of this process; takes the permission to read it (`--allow-env=OTEL_*`). */
export const PROCESS_ENVIRONMENT: Environment = { get: (name) => process.env[name] };

/** What a whole number may be. */
export interface NumberRange {
  readonly min: number;
  readonly max?: number;
}

/** Reads variables: one that is empty is not set; one that is wrong is warned of, and as if it were not set. */
export class EnvironmentReader {
  readonly #environment: Environment;
  readonly #warn: (message: string) => void;

  constructor(environment: Environment, options: EnvironmentOptions) {
    const { warn = (message: string) => console.warn(message) } = requireOptions("read the environment", options);
    if (typeof environment?.get !== "function") {
      throw new TypeError(
        `Cannot read the environment from ${
          foundValue(environment)
        }: expected a map or Deno.env; leave it out for the process's own`,
      );
    }
    this.#environment = environment;
    this.#warn = warn;
  }

  /** A text without blanks around it. */
  text(name: string): string | undefined {
    const value = this.#environment.get(name)?.trim();
    return value === "" ? undefined : value;
  }

  /** `true` in any case; all else is false. */
  flag(name: string): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value !== undefined && value !== "true" && value !== "false") {
      this.refuse(name, { wanted: "true or false", found: value, instead: "taken as false" });
    }
    return value === "true";
  }

  /** A whole number. */
  integer(name: string, { min, max = Number.MAX_SAFE_INTEGER }: NumberRange): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    return this.refuse(name, { wanted: `a whole number ${range}`, found: text });
  }

  /** A number from 0 to 1. */
  ratio(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    return value >= 0 && value <= 1 ? value : this.refuse(name, { wanted: "a number from 0 to 1", found: text });
  }

  /** One of some words, in any case. `hints` tells of words that others know what to do here instead. */
  choice<Choice extends string>(name: string, choices: readonly Choice[], hints: Hints = {}): Choice | undefined {
    const value = this.text(name)?.toLowerCase();
    const choice = choices.find((one) => one === value);
    if (value === undefined || choice !== undefined) return choice;
    return this.refuse(name, { wanted: `one of ${choices.join(", ")}`, found: value, hint: hintOf(hints, value) });
  }

  /** Some of some words, each once; the others are warned of, one by one. `undefined` if none is left. */
  choices<Choice extends string>(
    name: string,
    choices: readonly Choice[],
    hints: Hints = {},
  ): readonly Choice[] | undefined {
    const words = (this.text(name) ?? "").toLowerCase().split(",").map((word) => word.trim());
    for (const word of new Set(words)) {
      if (word === "" || choices.some((choice) => choice === word)) continue;
      const wanted = `some of ${choices.join(", ")}`;
      this.refuse(name, { wanted, found: word, hint: hintOf(hints, word), instead: "left out" });
    }
    const known = choices.filter((choice) => words.includes(choice));
    return known.length === 0 ? undefined : known;
  }

  /** Names and values, percent-encoded: `a=1,b=x%20y`. If one is wrong, none is used, as the specification asks. */
  pairs(name: string): Readonly<Record<string, string>> | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const pairs: [string, string][] = [];
    for (const entry of text.split(",").filter((entry) => entry.trim() !== "")) {
      const at = entry.indexOf("="), key = decoded(entry.slice(0, at)), value = decoded(entry.slice(at + 1));
      if (at < 0 || key === undefined || key === "" || value === undefined) {
        return this.refuse(name, { wanted: "name=value,name=value, percent-encoded" });
      }
      pairs.push([key, value]);
    }
    return Object.fromEntries(pairs);
  }

  /** Says that a variable cannot be used. */
  refuse(name: string, { wanted, found, hint, instead = "not used" }: Refusal): undefined {
    const what = found === undefined ? "" : `, found ${JSON.stringify(shortened(found))}`;
    const why = hint === undefined ? "" : `: ${hint}`;
    tellSafely(this.#warn, `Environment variable ${name}: expected ${wanted}${what}${why}; ${instead}`);
  }
}

/** What is wrong with a variable. */
export interface Refusal {
  /** What it must be. */
  readonly wanted: string;
  /** What it is; left out where it may be a secret, as headers and addresses are. */
  readonly found?: string;
  /** What to do instead. */
  readonly hint?: string | undefined;
  /** What happens now. Default `"not used"`. */
  readonly instead?: string;
}

/** What to do instead of a word that other programs know. */
export type Hints = Readonly<Record<string, string>>;

function hintOf(hints: Hints, word: string): string | undefined {
  return Object.hasOwn(hints, word) ? hints[word] : undefined;
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
