/**
 * How many planted bugs the tests find: a sample of the mutants of an area, each put into a copy of the project and tried by the tests
 * that load it, nearest first, up to the first that fails. `./denow task mutate pools 60 7`
 *
 * Stryker's own runner would need days on two cores for the thousands of mutants of an area; the mutants are its own
 * (`@stryker-mutator/instrumenter`), and all of an area are as likely to be in the sample. They are put into the text rather than all
 * behind Stryker's switch: a process is started for each either way, one file is compiled in no time, and with switches in all of
 * `src/resources` its tests took 2.4 times as much of the processor. A mutant that changes nothing but the time something takes counts
 * as not found, as it does there.
 *
 * @module
 */

import { join } from "node:path";
import { createRandom } from "../src/measure/random.ts";
import { importersOf } from "./mutation/import_graph.ts";
import { describeMutant, mutantsIn } from "./mutation/mutants.ts";
import { nearestTests } from "./mutation/nearest_tests.ts";
import { ProjectCopy } from "./mutation/project_copy.ts";
import { Score } from "./mutation/score.ts";
import { Trials } from "./mutation/trial.ts";

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
const AT_A_TIME = 2;

if (import.meta.main) await main(Deno.args);

async function main([area = "", count = "60", seed = "1"]: readonly string[]): Promise<void> {
  const folders = AREAS[area];
  if (folders === undefined || !(Number(count) >= 1)) {
    console.error(`mutate: usage: mutate ${Object.keys(AREAS).join("|")} [mutants] [seed]`);
    Deno.exit(2);
  }
  const all = (await Promise.all(folders.map(mutantsIn))).flat();
  const chosen = createRandom(Number(seed)).shuffle(all).slice(0, Number(count));
  const importers = importersOf(modulesIn("src"));
  const score = new Score();
  await using copies = new AsyncDisposableStack();
  const pristine = copies.use(await ProjectCopy.make(Deno.cwd()));
  const trials = new Trials((file, limitMs) => pristine.test(file, limitMs));
  const queue = chosen.values();
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    const copy = copies.use(await ProjectCopy.make(Deno.cwd()));
    for (const mutant of queue) {
      const startMs = performance.now();
      const fate = await copy.withText(
        mutant.file,
        mutant.mutated,
        () => trials.fateOf(nearestTests(mutant.file, importers), (file, limitMs) => copy.test(file, limitMs)),
      );
      score.add(mutant, fate);
      const seconds = Math.round((performance.now() - startMs) / 1000);
      console.error(`${score.count} of ${chosen.length}, ${seconds} s: ${fate} ${describeMutant(mutant)}`);
    }
  }));
  console.log(score.summary(area, all.length));
}

/** All modules of a folder of the project, by path, with their texts. */
function modulesIn(folder: string): [path: string, text: string][] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }): [string, string][] => {
    const path = join(folder, name);
    if (isDirectory) return modulesIn(path);
    return name.endsWith(".ts") ? [[path, Deno.readTextFileSync(path)]] : [];
  });
}
