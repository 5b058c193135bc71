/**
 * How many planted bugs the tests find: a sample of Stryker's mutants of an area, each put into a copy of the project and run against the
 * area's tests, up to the first that fails. `./denow task mutate statistics 100`
 *
 * Stryker's own runner would run all tests of an area for each of thousands of mutants, days on two cores; the mutants are its own
 * (`@stryker-mutator/instrumenter`), but for those of texts: what an error says is for people to judge. All mutants of an area are as
 * likely to be in the sample. A mutant that makes the tests hang counts as found, as it does there; one that changes nothing but the
 * time something takes counts as not found, as it does there.
 *
 * @module
 */

import { Instrumenter } from "@stryker-mutator/instrumenter";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "@std/path";
import { createRandom } from "../src/measure/random.ts";
import { proportion } from "../src/selftest/proportion.ts";

/** Folders whose files are mutated, without what is within them. */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  statistics: ["src/measure/statistics"],
  comparison: ["src/compare", "src/compare/sequential"],
  pools: [
    "src/resources",
    "src/resources/placement",
    "src/resources/ordering",
    "src/resources/preemption",
    "src/resources/quotas",
    "src/resources/leaks",
    "src/resources/objects",
    "src/resources/shared",
  ],
  primitives: ["src/coordination", "src/coordination/rate_limits", "src/coordination/shared"],
};
const COPIES = 2;
/** Tests hang that print nothing for so many times as long as ever without a mutant, and for so long at least. */
const HANGS = 5;
const LEAST_PATIENCE_MS = 20_000;
/** The folder, within the one whose files they test, of tests that run on a model of shared memory; some take long. */
const MODEL = "model";
const NOT_MUTATED = new Set(["mod.ts"]);

interface Mutant {
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** Both from 0. */
interface Position {
  readonly line: number;
  readonly column: number;
}

if (import.meta.main) await main(Deno.args);

async function main([area = "", count = "100", seed = "1"]: readonly string[]): Promise<void> {
  const folders = AREAS[area];
  if (folders === undefined || !(Number(count) >= 1)) {
    console.error(`mutate: usage: mutate ${Object.keys(AREAS).join("|")} [mutants] [seed]`);
    Deno.exit(2);
  }
  const all = (await Promise.all(folders.flatMap(sourcesIn).map(mutantsOf))).flat();
  const chosen = createRandom(Number(seed)).shuffle(all).slice(0, Number(count));
  const survivors: Mutant[] = [];
  let hung = 0;
  const copies = await Promise.all(Array.from({ length: COPIES }, copyOfProject));
  try {
    // Without a mutant all must pass, or each mutant would count as found.
    const { outcome, longestSilenceMs } = await run(copies[0]!, testsIn(copies[0]!, folders), Infinity);
    if (outcome !== "passed") throw new Error(`The tests of ${area} have ${outcome} without a mutant`);
    const patienceMs = Math.max(LEAST_PATIENCE_MS, HANGS * longestSilenceMs);
    const queue = chosen.values();
    let done = 0;
    await Promise.all(copies.map(async (copy) => {
      for (const mutant of queue) {
        const outcome = await test(copy, mutant, { folders, patienceMs });
        if (outcome === "passed") survivors.push(mutant);
        if (outcome === "hung") hung++;
        console.error(
          `${++done} of ${chosen.length}: ${outcome === "passed" ? "survived" : outcome}${describe(mutant)}`,
        );
      }
    }));
  } finally {
    for (const copy of copies) await Deno.remove(copy, { recursive: true });
  }
  const found = proportion(chosen.length - survivors.length, chosen.length);
  const percent = (share: number) => (100 * share).toFixed(1);
  console.log(
    `${area}: ${
      chosen.length - survivors.length
    } of ${chosen.length} mutants found (of ${all.length}; ${hung} by a hang): ` +
      `${percent(found.point)} % (${percent(found.low)} to ${percent(found.high)})`,
  );
  for (const mutant of survivors) console.log(describe(mutant));
}

function sourcesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ name }) => name.endsWith(".ts") && !/_test\.ts$|\.d\.ts$/.test(name) && !NOT_MUTATED.has(name))
    .map(({ name }) => join(folder, name))
    .sort();
}

async function mutantsOf(fileName: string): Promise<Mutant[]> {
  const silent = () => {};
  const instrumenter = new Instrumenter({
    ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
    ...{ isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false },
    ...{ isWarnEnabled: () => false, isErrorEnabled: () => false, isFatalEnabled: () => false },
  });
  const content = await Deno.readTextFile(fileName);
  const { mutants } = await instrumenter.instrument([{ name: fileName, mutate: true, content }], {
    plugins: null,
    excludedMutations: ["StringLiteral"],
    ignorers: [],
    noHeader: true,
  });
  // What is not to be mutated is listed all the same, as ignored.
  return mutants.filter(({ status }) => status === undefined).map((mutant) => ({ ...mutant, fileName }));
}

async function copyOfProject(): Promise<string> {
  const copy = await Deno.makeTempDir({ prefix: "puffin-mutants-" });
  const archive = new Deno.Command("sh", {
    args: ["-c", `git ls-files -z | xargs -0 tar -cf - | tar -xf - -C "$0"`, copy],
  });
  if (!(await archive.output()).success) throw new Error("Cannot copy the project: is this its folder?");
  return copy;
}

type Outcome = "passed" | "failed" | "hung";

/** Runs the tests of the mutant's area up to the first that fails: first those whose paths are most like the mutant's file's. */
async function test(
  copy: string,
  mutant: Mutant,
  { folders, patienceMs }: { readonly folders: readonly string[]; readonly patienceMs: number },
): Promise<Outcome> {
  const path = join(copy, mutant.fileName), original = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, applied(mutant, original));
  try {
    const likeness = (test: string) => [...test].findIndex((letter, index) => letter !== path[index]);
    const tests = testsIn(copy, [...folders, join(dirname(mutant.fileName), MODEL)]);
    return (await run(copy, tests.sort((a, b) => likeness(b) - likeness(a)), patienceMs)).outcome;
  } finally {
    await Deno.writeTextFile(path, original);
  }
}

function testsIn(copy: string, folders: readonly string[]): string[] {
  return folders.map((folder) => join(copy, folder)).filter((folder) => existsSync(folder)).flatMap((folder) =>
    [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name)).filter((path) => path.endsWith("_test.ts"))
  );
}

async function run(copy: string, tests: readonly string[], patienceMs: number) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", "--allow-all", "--fail-fast", "--v8-flags=--expose-gc", ...tests],
    cwd: copy,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let hasHung = false, lastMs = performance.now(), longestSilenceMs = 0;
  const watch = setInterval(() => {
    if (performance.now() - lastMs < patienceMs) return;
    hasHung = true;
    child.kill("SIGKILL");
  }, 1000);
  for await (const _ of child.stdout) { // a line for each test
    const nowMs = performance.now();
    longestSilenceMs = Math.max(longestSilenceMs, nowMs - lastMs);
    lastMs = nowMs;
  }
  clearInterval(watch);
  const { success } = await child.status;
  const outcome: Outcome = hasHung ? "hung" : success ? "passed" : "failed";
  return { outcome, longestSilenceMs };
}

function applied({ replacement, location: { start, end } }: Mutant, content: string): string {
  return content.slice(0, indexOf(start, content)) + replacement + content.slice(indexOf(end, content));
}

function indexOf({ line, column }: Position, content: string): number {
  const before = content.split("\n").slice(0, line);
  return before.reduce((index, text) => index + text.length + 1, column);
}

function describe({ fileName, mutatorName, replacement, location: { start } }: Mutant): string {
  const shortened = replacement.replace(/\s+/g, " ").slice(0, 100);
  return `  ${dirname(fileName)}/${basename(fileName)}:${start.line + 1}:${
    start.column + 1
  } ${mutatorName}: ${shortened}`;
}
