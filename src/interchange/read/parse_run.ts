/**
 * A run out of a text, whichever tool wrote it.
 *
 * @module
 */

import { fromDocument } from "../../compare/document_run.ts";
import type { RunData } from "../../compare/run_data.ts";
import { DOCUMENT_FORMAT } from "../../measure/document.ts";
import { DocumentError, fieldAt, quote } from "../../measure/document_error.ts";
import { documentFrom } from "../../measure/document_file.ts";
import { systemReason } from "../../measure/system_reason.ts";
import { quoteBareNumbers } from "./bare_numbers.ts";
import { denoBench } from "./deno_bench.ts";
import type { JsonFormat } from "./format.ts";
import { isGoBenchmark, parseGoBenchmark } from "./go_benchmark.ts";
import { googleBenchmark } from "./google_benchmark.ts";
import { hyperfine } from "./hyperfine.ts";
import { mitata } from "./mitata.ts";
import { pytestBenchmark } from "./pytest_benchmark.ts";

/** The JSON of other tools; the first that matches reads the file. No value matches two. */
const JSON_FORMATS: readonly JsonFormat[] = [denoBench, mitata, hyperfine, googleBenchmark, pytestBenchmark];

const READABLE =
  "a result of puffin-bench, deno bench --json, mitata, hyperfine, Google Benchmark, pytest-benchmark or go test";

/**
 * Takes a text for a run: a result document of this program, or what `deno bench --json`, mitata (`format: "json"`), hyperfine
 * (`--export-json`), Google Benchmark (`--benchmark_format=json`), pytest-benchmark (`--benchmark-json`) or `go test -bench` wrote.
 * The content tells which.
 *
 * @param text The whole file.
 * @param source Where it came from, for messages: its path.
 * @throws {DocumentError} If it is none of them, cut off, or one of its fields is not what its format says.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseRun } from "./parse_run.ts";
 *
 * const run = parseRun("pkg: example.com/sort\nBenchmarkSort/n=10-8  9727  539.9 ns/op\n", "old.txt");
 * assertEquals(run.benchmarks[0]?.id, "example.com/sort/Sort/n=10");
 * assertEquals(run.benchmarks[0]?.processes, [{ value: 539.9, samples: 1 }]);
 * ```
 */
export function parseRun(text: string, source: string): RunData {
  const start = /[^\s\ufeff]/.exec(text)?.[0];
  if (start === undefined) throw unreadable("document_not_json", source, "it is empty");
  if (start !== "{" && start !== "[") {
    if (isGoBenchmark(text)) return parseGoBenchmark(text, source);
    throw unreadable("document_wrong_format", source, "it is neither JSON nor Go benchmark text");
  }
  const value = parsedJson(text, source);
  if (fieldAt(value, ["format"]) === DOCUMENT_FORMAT) return fromDocument(documentFrom(value, source), source);
  const format = JSON_FORMATS.find((format) => format.matches(value));
  if (format === undefined) throw unreadable("document_wrong_format", source, "its JSON is of no known kind");
  return format.read(value, source);
}

function parsedJson(text: string, source: string): unknown {
  const json = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(json);
  } catch (cause) {
    const strict = quoteBareNumbers(json);
    if (strict !== json) {
      try {
        return JSON.parse(strict);
      } catch {
        // The first error tells it better: its position is that in the file.
      }
    }
    if (/^\{"Time":"[^"]*","Action":/m.test(json)) {
      throw new DocumentError(
        "document_wrong_format",
        `Cannot read ${quote(source)}: it is the output of go test -json; run go test -bench without -json`,
        { cause },
      );
    }
    const cut = /[}\]]\s*$/.test(json) ? "" : ", perhaps cut off";
    throw unreadable("document_not_json", source, `it is not JSON${cut} (${systemReason(cause)})`, cause);
  }
}

function unreadable(
  code: "document_not_json" | "document_wrong_format",
  source: string,
  what: string,
  cause?: unknown,
): DocumentError {
  return new DocumentError(code, `Cannot read ${quote(source)}: ${what}; pass ${READABLE}`, { cause });
}
