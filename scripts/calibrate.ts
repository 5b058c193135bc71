/**
 * Measures how far verdicts can be trusted, and writes results/calibration.json and results/calibration.md:
 * `./denow task calibrate --time 25m`.
 *
 * What is measured is kept in results/calibration_material, and counts when the task is run again: it goes on where it was stopped,
 * and `--time 0ms` only repeats the analysis.
 *
 * @module
 */

import { Command, CommanderError } from "commander";
import { join } from "node:path";
import { z } from "zod";
import { PuffinError } from "../src/errors.ts";
import { parseDurationMs } from "../src/cli/duration.ts";
import { Interruption } from "../src/cli/interruption.ts";
import { selfLauncher } from "../src/cli/launcher.ts";
import { TOOL } from "../src/cli/version.ts";
import { writeAtomically } from "../src/measure/atomic_write.ts";
import { readEnvironment } from "../src/measure/environment/mod.ts";
import { formatDuration } from "../src/report/number_format.ts";
import { measureCalibration, type Part, PARTS } from "../src/selftest/calibration.ts";
import { MaterialFolder } from "../src/selftest/material_folder.ts";
import {
  analyse,
  CALIBRATION_EFFORT,
  defaultProcedure,
  EFFORT,
  SELFTEST_FORMAT,
  SELFTEST_VERSION,
  selftestMarkdown,
  type SelftestResult,
} from "../src/selftest/mod.ts";

const isPart = (text: string): text is Part => PARTS.some((part) => part === text);

const optionsSchema = z.object({
  time: z.string().transform((text) => parseDurationMs(text) ?? NaN).pipe(z.number("a duration such as 25m")),
  parts: z.string().transform((text) => text.split(",")).pipe(
    z.array(
      z.string().refine(isPart, `some of ${PARTS.join(",")}`).transform((text) =>
        PARTS.filter((part) => part === text)
      ),
    ),
  ).transform((parts) => parts.flat()),
  quick: z.boolean().default(false),
  filter: z.string().optional(),
  seed: z.string().regex(/^\d{1,9}$/, "a whole number of at most nine digits").transform(Number),
  outputDir: z.string().min(1),
  material: z.string().min(1).optional(),
});

const program = new Command("calibrate")
  .description("Measures how far verdicts can be trusted; writes calibration.json and calibration.md")
  .option("--time <duration>", "how long to measure in all, what was kept included", "25m")
  .option("--parts <parts>", "what to measure", PARTS.join(","))
  .option("--quick", "calibrate ab --quick, with fewer simulations")
  .option("--filter <regex>", "measure only the bodies whose id matches")
  .option("--seed <number>", "seed of every random choice", "1")
  .option("--output-dir <path>", "where to write", "results")
  .option("--material <path>", "where to keep what is measured (default: calibration_material in --output-dir)")
  .exitOverride();

/** Measures what is missing, analyses, writes; returns the exit code. */
async function run(args: readonly string[]): Promise<number> {
  const options = optionsSchema.parse(program.parse([...args], { from: "user" }).opts());
  const { fingerprint } = await readEnvironment({ v8Flags: ["--expose-gc"] });
  const folder = await MaterialFolder.open(options.material ?? join(options.outputDir, "calibration_material"), {
    host: fingerprint,
    quick: options.quick,
    filter: options.filter ?? null,
  });
  const tell = (line: string) => console.error(line);
  using interruption = new Interruption(() => tell("Stopping; what is complete is kept"));
  try {
    await measureCalibration({
      folder,
      parts: options.parts,
      timeMs: options.time,
      launcher: selfLauncher(new URL("../src/cli/main.ts", import.meta.url).href),
      quick: options.quick,
      filter: options.filter ?? null,
      seed: options.seed,
      signal: interruption.signal,
      tool: TOOL,
      tell: (what, spentMs) => tell(`Measuring ${what}; ${formatDuration(spentMs * 1e6)} so far`),
    });
    const procedure = defaultProcedure(options.quick);
    const analysis = await analyse(folder.pairs, {
      procedure,
      otherProcedures: options.quick ? [] : [{ ...procedure, threshold: 0.015, alpha: 0.01, budgetMs: 120_000 }],
      documents: folder.documents,
      effort: options.quick ? EFFORT.quick : CALIBRATION_EFFORT,
      seed: options.seed,
      signal: interruption.signal,
      tell: (what) => tell(`Simulating comparisons: ${what}`),
    });
    await write(analysis, options.outputDir);
    return 0;
  } catch (thrown) {
    if (interruption.signal.aborted) return interruption.exitCode;
    throw thrown;
  }
}

async function write(analysis: Awaited<ReturnType<typeof analyse>>, outputDir: string): Promise<void> {
  const result: SelftestResult = {
    format: SELFTEST_FORMAT,
    version: SELFTEST_VERSION,
    tool: TOOL,
    createdAt: new Date().toISOString(),
    environment: await readEnvironment({ v8Flags: ["--expose-gc"] }),
    quietness: null,
    ...analysis,
  };
  await Deno.mkdir(outputDir, { recursive: true });
  for (
    const [extension, text] of [["json", JSON.stringify(result, null, 2) + "\n"], ["md", selftestMarkdown(result)]]
  ) {
    const path = join(outputDir, `calibration.${extension}`);
    await writeAtomically(path, text ?? "");
    console.log(`Written to ${path}`);
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await run(Deno.args));
  } catch (thrown) {
    if (thrown instanceof CommanderError) Deno.exit(thrown.exitCode === 0 ? 0 : 2);
    if (thrown instanceof z.ZodError) {
      const [issue] = thrown.issues;
      console.error(`error: Cannot use --${String(issue?.path[0])}: expected ${issue?.message}`);
      Deno.exit(2);
    }
    if (!(thrown instanceof PuffinError || thrown instanceof RangeError)) throw thrown;
    console.error(`error: ${thrown.message}`);
    Deno.exit(2);
  }
}
