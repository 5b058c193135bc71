/**
 * `new`: writes a file of benchmarks to begin with.
 *
 * @module
 */

import { basename, extname } from "node:path";
import { systemReason } from "../../measure/system_reason.ts";
import { shellCommand } from "../../report/html/shell_command.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import type { Context } from "../context.ts";
import { MODULE_EXTENSIONS } from "../run/benchmark_files.ts";
import { visibleText } from "../../visible_text.ts";
import { quote, UsageError } from "../usage_error.ts";

/**
 * Writes the file that a name stands for: as it is if it has an extension, else with `_bench.ts` after it.
 *
 * @throws {UsageError} If there is such a file, or it cannot be written.
 */
export async function runNew(name: string, { stdout }: Context): Promise<ExitCode> {
  const path = MODULE_EXTENSIONS.includes(extname(name))
    ? name
    : `${name}${name.endsWith("_bench") ? "" : "_bench"}.ts`;
  const suite = basename(path, extname(path)).replace(/[._]bench$/, "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  if (suite === "") throw new UsageError(`Cannot write ${quote(path)}: it has no name; give it one such as parser`);
  try {
    await Deno.writeTextFile(path, template(suite), { createNew: true });
  } catch (error) {
    const reason = error instanceof Deno.errors.AlreadyExists
      ? "there is such a file; choose another name"
      : systemReason(error);
    throw new UsageError(`Cannot write ${quote(path)}: ${reason}`, { cause: error });
  }
  await stdout.write(
    `Written to ${visibleText(path)}; measure it with: ${shellCommand(["puffin-bench", "run", path])}\n`,
  );
  return EXIT_CODE.done;
}

function template(suite: string): string {
  return `// Measure with:  puffin-bench run <this file>
//
// "puffin-bench" is part of the program: nothing has to be installed. A project that has the package
// @puffinflow/puffinflow imports from "@puffinflow/puffinflow/measure", and can run this with deno bench, too.
import { suite } from "puffin-bench";

suite("${suite}", { title: "What is measured, in a few words" }, (bench) => {
  // One call of the function is one iteration. Return a result that depends on the work, or the work may be optimised
  // away; returning false, or throwing, means that the operation failed, and so does the benchmark.
  bench("split", () => "a,b,c".split(",").length === 3);

  // Benchmarks of one group are compared with each other; the baseline is what the others are a ratio of.
  bench("for loop", { group: "sum", baseline: true }, () => {
    let sum = 0;
    for (let i = 0; i < 1000; i++) sum += i;
    return sum;
  });

  // Each value of a parameter is a benchmark of its own. The state that setup makes is not timed; teardown undoes it.
  bench(
    "reduce",
    {
      group: "sum",
      params: { n: [1000, 10_000] },
      setup: ({ n }) => Array.from({ length: n }, (_, i) => i),
      teardown: (list) => {
        list.length = 0;
      },
    },
    (list) => list.reduce((sum, value) => sum + value, 0),
  );

  // Whatever is a promise is awaited. A benchmark that takes longer than timeoutMs in a process counts as hung.
  bench("next turn", { timeoutMs: 30_000 }, () => new Promise((resolve) => setImmediate(() => resolve(true))));
});
`;
}
