/**
 * `Deno.test` over Node's own test runner, and what else of Deno's namespace the tests use.
 *
 * @module
 */

import { arch, execPath, kill, memoryUsage, pid, platform } from "node:process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { test as nodeTest, type TestContext } from "node:test";
import { Deno as package_ } from "./deno.ts";

interface Step {
  readonly name: string;
  step(name: string, fn: (step: Step) => unknown): Promise<boolean>;
}

interface Definition {
  readonly name: string;
  readonly ignore?: boolean;
  readonly fn: (step: Step) => unknown;
}

type Part = string | Partial<Definition> | Definition["fn"];

/** Registers a test, in any of the ways that `Deno.test` can be called. */
function test(...parts: readonly Part[]): void {
  let definition: Partial<Definition> = {};
  for (const part of parts) {
    if (typeof part === "string") definition = { ...definition, name: part };
    else if (typeof part === "function") definition = { ...definition, fn: part, name: definition.name ?? part.name };
    else definition = { ...definition, ...part };
  }
  const { name = "", ignore = false, fn = () => {} } = definition;
  nodeTest(name, { skip: ignore }, async (context) => void await fn(stepOf(name, context)));
}

function stepOf(name: string, context: TestContext): Step {
  return {
    name,
    async step(name, fn) {
      await context.test(name, async (inner) => void await fn(stepOf(name, inner)));
      return true;
    },
  };
}
test.ignore = (name: string): void => test({ name, ignore: true });

/** What tests see as `Deno`. */
export const Deno = {
  ...package_ as object,
  args: [] as string[],
  build: { os: platform === "win32" ? "windows" : platform, arch },
  env: { get: (name: string) => env[name] },
  execPath: () => execPath,
  kill: (id: number, signal: string) => kill(id, signal),
  makeTempDir: () => mkdtemp(join(tmpdir(), "puffinflow-")),
  memoryUsage,
  pid,
  readTextFile: (path: string | URL) => readFile(path, "utf8"),
  readTextFileSync: (path: string | URL) => readFileSync(path, "utf8"),
  remove: (path: string | URL, options: { readonly recursive?: boolean } = {}) => rm(path, options),
  test,
  writeTextFile: writeFile,
};
