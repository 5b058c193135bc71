/**
 * A program of one's own that measures with the engine: `deno run --allow-all examples/measuring_program.ts`. It is two programs in
 * one, for each fork is this program again, with the argument `fork`.
 *
 * @module
 */

import { measure, QUICK_SETTINGS, runFork, suite } from "../src/measure/mod.ts";

const numbers = suite("numbers", { title: "Adding numbers" }, (bench) => {
  bench(
    "sum",
    { setup: () => Array.from({ length: 1_000 }, (_, index) => index) },
    (list) => list.reduce((a, b) => a + b, 0) === 499_500,
  );
  bench("wrong", () => 0.1 + 0.2 === 0.3);
});

if (Deno.args[0] === "fork") {
  await runFork(() => Promise.resolve([numbers]));
} else {
  const document = await measure({
    suites: [numbers],
    settings: { ...QUICK_SETTINGS, seed: 1 }, // DEFAULT_SETTINGS for figures that are to be compared
    launcher: {
      executable: Deno.execPath(),
      arguments: ["run", "--quiet", "--allow-all", import.meta.filename ?? "", "fork"],
    },
    tool: { name: "measuring-program", version: "1.0.0" },
    arguments: Deno.args,
    references: false, // which a comparison would need
  });
  for (const result of document.benchmarks) {
    console.log(result.id, result.status, result.status === "failed" ? result.failure.reason : result.statistics.forks);
  }
}
