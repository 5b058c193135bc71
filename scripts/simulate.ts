/**
 * Simulates every combination of a placement and an ordering in virtual time, and writes what came of it into
 * docs/choosing-an-allocator.md: `./denow task simulate`. Takes about ten minutes at its full size; try
 * `--requests 50000 --nodes 500 --print` for a look within a minute.
 *
 * @module
 */

import { Command, CommanderError } from "commander";
import { z } from "zod";
import { type Result, simulateAll } from "../bench/simulation/combinations.ts";
import { COMBINATIONS, fillGuide, guideParts, refuted } from "../bench/simulation/guide.ts";
import { makeWorkload } from "../bench/simulation/workload.ts";
import { writeAtomically } from "../src/measure/atomic_write.ts";

const wholeNumber = (least: number, most: number) => {
  const expected = `a whole number from ${least} to ${most}`;
  return z.string().regex(/^\d{1,9}$/, expected).transform(Number).pipe(
    z.number().min(least, expected).max(most, expected),
  );
};

const optionsSchema = z.object({
  requests: wholeNumber(10_000, 10_000_000),
  nodes: wholeNumber(20, 1_000_000),
  seed: wholeNumber(0, 999_999_999),
  guide: z.string().min(1, "a path"),
  print: z.boolean().default(false),
});

const program = new Command("simulate")
  .description("Simulates placements and orderings in virtual time; writes the tables of the guide")
  .option(
    "--requests <number>",
    "how many requests come; at least 100 for each node, for the queue to settle",
    "1000000",
  )
  .option("--nodes <number>", "how many nodes there are", "10000")
  .option("--seed <number>", "seed of every random choice", "1")
  .option("--guide <path>", "the guide whose generated parts are replaced", "docs/choosing-an-allocator.md")
  .option("--print", "write the parts to stdout, and leave the guide alone")
  .exitOverride();

async function run(args: readonly string[]): Promise<void> {
  const options = optionsSchema.parse(program.parse([...args], { from: "user" }).opts());
  const workload = makeWorkload(options), results: Result[] = [];
  for await (const result of simulateAll(workload)) {
    results.push(result);
    console.error(`${results.length} of ${COMBINATIONS}: ${result.placement}, ${result.ordering}`);
  }
  const parts = guideParts({ size: options, workload, results });
  for (const title of refuted(results)) console.error(`Left out, for these figures do not say so: ${title}`);
  if (options.print) return console.log(Object.values(parts).join("\n\n"));
  await writeAtomically(options.guide, fillGuide(await Deno.readTextFile(options.guide), parts));
  console.log(`Written to ${options.guide}`);
}

if (import.meta.main) {
  try {
    await run(Deno.args);
  } catch (thrown) {
    if (thrown instanceof CommanderError) Deno.exit(thrown.exitCode === 0 ? 0 : 2);
    if (!(thrown instanceof z.ZodError)) throw thrown;
    const [issue] = thrown.issues;
    console.error(`error: Cannot use --${String(issue?.path[0])}: expected ${issue?.message}`);
    Deno.exit(2);
  }
}
