/**
 * `Deno` for the tests: `Deno.test`, and what the package's own stand-in has. A test that reaches for more than that is skipped.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Deno as ofPackage } from "./deno.ts";

/** Thrown by what Node.js has not, or has otherwise. */
export class NotOnNodeError extends Error {}

/** A part of a test. */
export interface Step {
  /** What it is called. */
  readonly name: string;
  /** Runs a part of it. */
  step(name: string, fn: (step: Step) => unknown): Promise<boolean>;
}

/** A test that is registered. */
export interface Registered {
  readonly name: string;
  readonly ignore: boolean;
  readonly fn: (step: Step) => unknown;
}

/** All tests, in order. */
export const registered: Registered[] = [];

type Part = string | Partial<Registered> | Registered["fn"];

/** Registers a test, in any of the ways that `Deno.test` can be called. */
function test(...parts: readonly Part[]): void {
  let definition: Registered = { name: "", ignore: false, fn: () => {} };
  for (const part of parts) {
    if (typeof part === "string") definition = { ...definition, name: part };
    else if (typeof part === "function") definition = { ...definition, fn: part, name: definition.name || part.name };
    else definition = { ...definition, ...part };
  }
  registered.push(definition);
}

/** Starts Deno itself, mostly. */
class Command {
  constructor() {
    throw new NotOnNodeError("it starts other programs, mostly Deno itself");
  }
}

function serve(): never {
  throw new NotOnNodeError("it needs Deno.serve");
}

const known: object = {
  ...Object(ofPackage),
  Command,
  args: [],
  makeTempDir: () => mkdtemp(join(tmpdir(), "puffinflow-")),
  readTextFile: (path: string | URL) => readFile(path, "utf8"),
  readTextFileSync: (path: string | URL) => readFileSync(path, "utf8"),
  serve,
  test,
  writeTextFile: writeFile,
};

/** What tests see as `Deno`. */
export const Deno: object = new Proxy(known, {
  get(target, name, receiver) {
    if (!(name in target)) throw new NotOnNodeError(`it needs Deno.${String(name)}`);
    return Reflect.get(target, name, receiver);
  },
});
