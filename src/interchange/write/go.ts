/**
 * Go benchmark text: what benchstat and other tools of Go read.
 *
 * The format: design/14313-benchmark-format.md of golang/proposal. Each fork is written as an output of its own, one line a
 * benchmark, so that benchstat sees as many measurements as there were processes. Nothing that differs between two runs
 * of one host, such as the commit, is a configuration line: benchstat would put them into different tables.
 *
 * @module
 */

import type { BenchmarkResult, MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import { forkValues, quantile, sortSamples } from "../../measure/statistics/mod.ts";
import type { Report } from "../../report/report.ts";
import { escapeGoName } from "../go_name.ts";
import { plainText } from "./plain_text.ts";

/** One line of a benchmark in one fork. */
interface ForkLine {
  readonly fork: number;
  readonly suite: string;
  readonly failed: boolean;
  readonly line: string;
}

/** Lower quartiles in ns/op, the allocated bytes once a benchmark, and what failed as `testing` tells it. */
export const goReport: Report = {
  extension: "txt",
  render(document: ResultDocument): string {
    const processors = document.environment.cpu.count;
    const lines = document.benchmarks.flatMap((result) => linesOf(result, processors));
    const forks = [...Map.groupBy(lines, ({ fork }) => fork)].sort(([a], [b]) => a - b);
    const blocks = forks.flatMap(([, inFork]) =>
      [...Map.groupBy(inFork, ({ suite }) => suite)].map((
        [suite, inSuite],
      ) => [
        ...configuration(document, suite),
        ...inSuite.map(({ line }) => line),
        inSuite.some(({ failed }) => failed) ? "FAIL" : "PASS",
      ])
    );
    const { run, tool } = document;
    const heading = comment(`${tool.name} ${tool.version}, run ${run.id} of ${run.startedAt}`);
    return [[heading], ...blocks].map((block) => block.join("\n") + "\n").join("\n");
  },
};

const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

function configuration({ environment }: ResultDocument, suite: string): string[] {
  const { os, arch, cpu, runtime } = environment;
  const values = {
    goos: os,
    goarch: GO_ARCHITECTURES[arch] ?? arch,
    pkg: escapeGoName(suite),
    cpu: cpu.model,
    runtime: `deno-${runtime.deno}`,
  };
  return Object.entries(values).flatMap(([key, value]) =>
    value.trim() === "" ? [] : [`${key}: ${plainText(value.trim())}`]
  );
}

function linesOf(result: BenchmarkResult, processors: number): ForkLine[] {
  const name = goName(result, processors);
  const { suite } = result;
  if (result.status === "failed") {
    const { fork, reason, message } = result.failure;
    return [{ fork, suite, failed: true, line: `--- FAIL: ${name}\n    ${reason}: ${plainText(message)}` }];
  }
  const figures = forkFigures(result);
  const [first] = figures;
  if (first === undefined || result.status === "optimized_out" || figures.some(({ p25 }) => p25 <= 0)) {
    return [{
      fork: first?.fork ?? 0,
      suite,
      failed: false,
      line: comment(`${name}: optimised away, its figures measure nothing`),
    }];
  }
  const { allocatedBytes } = result.memory;
  return figures.map(({ fork, iterations, p25 }) => {
    // Measured once, in a pass of its own: told with every fork, it would look as if it had been found again and again.
    // Whole bytes, as Go writes them: its own parser takes a fraction for no bytes at all.
    const bytes = fork === first.fork && allocatedBytes !== null ? `\t${Math.round(allocatedBytes)} B/op` : "";
    return { fork, suite, failed: false, line: `${name}\t${iterations}\t${p25} ns/op${bytes}` };
  });
}

function forkFigures({ forks }: MeasuredBenchmark) {
  const batchSizes = new Map(forks.map(({ fork, batchSize }) => [fork, batchSize]));
  return forkValues(forks).map(({ fork, values }) => ({
    fork,
    iterations: (batchSizes.get(fork) ?? 1) * values.length,
    p25: quantile(sortSamples(values), 0.25),
  }));
}

/** The number of processors is always there: without it, readers would take a number at the end of a name for it. */
function goName({ name, params }: BenchmarkResult, processors: number): string {
  const parts = Object.entries(params).map(([key, value]) => `/${escapeGoName(key)}=${escapeGoName(String(value))}`);
  return `Benchmark${escapeGoName(name)}${parts.join("")}-${processors}`;
}

/** Readers pass over a line that begins with a number sign. */
function comment(text: string): string {
  return `# ${plainText(text)}`;
}
