/**
 * JUnit XML, as Jenkins, GitLab and most others read it.
 *
 * There is no standard; this keeps to junit-10.xsd of jenkinsci/xunit-plugin. A benchmark that failed is an `error`, one that the
 * compiler removed is `skipped`. A missed expectation is told in `system-out` and is no `failure`, as it is none for
 * the exit code: it says something about the host as well.
 *
 * @module
 */

import type { BenchmarkResult, MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import { formatDuration } from "../../report/number_format.ts";
import type { Report } from "../../report/report.ts";
import { element, xmlText } from "./xml.ts";

/** A test suite for each suite, a test case for each benchmark; its time is how long it was measured. */
export const junitReport: Report = {
  extension: "xml",
  render(document: ResultDocument): string {
    const { tool, benchmarks } = document;
    const suites = [...Map.groupBy(benchmarks, ({ suite }) => suite)];
    const body = element(
      "testsuites",
      {
        name: tool.name,
        tests: benchmarks.length,
        failures: 0,
        errors: errorsIn(benchmarks),
        time: seconds(benchmarks),
      },
      suites.map(([name, results]) => `\n${suiteElement(name, results, document)}`),
    );
    return `<?xml version="1.0" encoding="UTF-8"?>\n${body}\n`;
  },
};

function suiteElement(name: string, results: readonly BenchmarkResult[], document: ResultDocument): string {
  const attributes = {
    name,
    tests: results.length,
    failures: 0,
    errors: errorsIn(results),
    skipped: results.filter(({ status }) => status === "optimized_out").length,
    time: seconds(results),
    timestamp: document.run.startedAt.replace(/(?:\.\d+)?Z$/, ""), // readers want neither fraction nor zone
  };
  const cases = results.map((result) => `\n  ${caseElement(result)}`);
  return element("testsuite", attributes, [propertiesElement(document), ...cases, "\n"]);
}

function propertiesElement({ environment, run, tool }: ResultDocument): string {
  const properties = {
    version: tool.version,
    run: run.id,
    cpu: environment.cpu.model,
    deno: environment.runtime.deno,
    ...(environment.git === null ? {} : { commit: environment.git.commit }),
  };
  return element(
    "properties",
    {},
    Object.entries(properties).map(([name, value]) => element("property", { name, value })),
  );
}

function caseElement(result: BenchmarkResult): string {
  const { id, suite } = result;
  const name = id.startsWith(`${suite}/`) ? id.slice(suite.length + 1) : id;
  return element("testcase", { classname: suite, name, time: seconds([result]) }, outcome(result));
}

function outcome(result: BenchmarkResult): string[] {
  if (result.status === "failed") {
    const { reason, message, stack } = result.failure;
    return [element("error", { type: reason, message }, stack === null ? [] : [xmlText(stack)])];
  }
  if (result.status === "optimized_out") {
    return [element("skipped", { message: "optimised away: no different from an empty loop" })];
  }
  return [element("system-out", {}, [xmlText(summary(result))])];
}

function summary({ statistics, meetsExpectation }: MeasuredBenchmark): string {
  const { p25, median, p99, forks, samples } = statistics;
  return [
    `p25 ${formatDuration(p25)}, median ${formatDuration(median)}, p99 ${formatDuration(p99)}`,
    `${samples} samples in ${forks} forks`,
    ...(meetsExpectation === false ? ["slower than expected"] : []),
  ].join("; ");
}

function errorsIn(results: readonly BenchmarkResult[]): number {
  return results.filter(({ status }) => status === "failed").length;
}

/** How long the samples took together, in seconds. */
function seconds(results: readonly BenchmarkResult[]): string {
  let totalNs = 0;
  for (const result of results) {
    if (result.status === "failed") continue;
    for (const { samples } of result.forks) for (const wallNs of samples.wallNs) totalNs += wallNs;
  }
  return (totalNs / 1e9).toFixed(3);
}
