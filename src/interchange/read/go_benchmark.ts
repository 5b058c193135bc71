/**
 * Go benchmark text, as `go test -bench` prints it, benchstat reads it and this program writes it.
 *
 * Every output of a test binary is a process: it begins with a block of configuration lines (`goos:`, `pkg:`) and ends with `ok`,
 * so that outputs may simply be put one after the other. The lines of one benchmark in one output (`-count`) are samples of one
 * process, of which the median counts. Metrics beside the time become benchmarks of their own, named `Name [B/op]`; one that is
 * ever 0 or below has no ratio and is left out.
 *
 * @module
 */

import type { BenchmarkData, ProcessFigure, RunData } from "../../compare/run_data.ts";
import { DocumentError, foundValue, quote } from "../../measure/document_error.ts";
import { median, sortSamples } from "../../measure/statistics/mod.ts";
import { benchmarkId } from "../../measure/parameters.ts";
import { unescapeGoName } from "../go_name.ts";
import { parseGoName, processorsOf, type ProcessorSuffixes, processorSuffixes } from "./go_parsed_name.ts";
import { emptyBenchmark, isoTime, knownSettings, MAX_FIGURE, measuredBenchmark, runOf } from "./format.ts";
import { parseGoLine } from "./go_lines.ts";
import { type GoUnit, goUnit } from "./go_unit.ts";

const NAME = "go test -bench";

/** What must agree within a file and between two: where and with what it was measured. */
const SETTINGS = ["goos", "goarch", "cpu", "runtime"] as const;

/** Whether text has a line that begins like a result, at the start of any line. */
export function isGoBenchmark(text: string): boolean {
  return /^(?:Benchmark\S*[ \t]+\d|[ \t]*--- FAIL: Benchmark)/m.test(text);
}

/**
 * Reads Go benchmark text.
 *
 * @throws {DocumentError} If a result line is malformed, a time is not above 0, or the outputs are of different machines.
 */
export function parseGoBenchmark(text: string, source: string): RunData {
  const file = new GoFile(source);
  let number = 0;
  for (const line of lines(text)) file.take(line, ++number);
  return file.run();
}

/** The lines without their ends, one after the other: all at once would be as large again as the text. */
function* lines(text: string): Generator<string> {
  let start = text.startsWith("\ufeff") ? 1 : 0;
  for (let end = text.indexOf("\n", start); end !== -1; end = text.indexOf("\n", start)) {
    yield text.slice(start, end).replace(/\r$/, "");
    start = end + 1;
  }
  yield text.slice(start);
}

/** The values of one metric of one benchmark. */
interface Series {
  readonly fullName: string;
  readonly suite: string;
  readonly metric: string;
  readonly unit: GoUnit;
  /** By process; every process has at least one. */
  readonly processes: number[][];
  /** The process that the last list belongs to. */
  lastProcess: number;
}

interface Failure {
  readonly fullName: string;
  readonly suite: string;
  readonly messages: string[];
}

class GoFile {
  readonly #source: string;
  readonly #series = new Map<string, Series>();
  readonly #failures: Failure[] = [];
  readonly #better = new Map<string, "lower" | "higher">();
  readonly #settings = new Map<string, string>();
  #configuration = new Map<string, string>();
  /** The keys that the present process has had; one that comes again begins the next process. */
  #keys = new Set<string>();
  #process = 0;
  #commit: string | null = null;
  #startedAt: string | null = null;
  /** The failure whose message the next indented lines are. */
  #failing: Failure | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  take(text: string, number: number): void {
    const line = parseGoLine(text);
    const failing = this.#failing;
    this.#failing = undefined;
    switch (line.kind) {
      case "configuration":
        return this.#configure(line.key, line.value, number);
      case "result":
        for (const { value, unit } of line.values) this.#add(line.name, unit, { value, number });
        return;
      case "unit":
        this.#better.set(line.unit, line.better);
        return;
      case "failure":
        this.#failing = { fullName: line.name, suite: this.#suite(), messages: [] };
        this.#failures.push(this.#failing);
        return;
      case "end":
        return this.#endProcess();
      case "malformed":
        throw this.#error(number, `${foundValue(text)}: ${line.expected}`);
      case "text":
        if (failing === undefined || !/^\s+\S/.test(line.text)) return;
        failing.messages.push(line.text.trim());
        this.#failing = failing;
    }
  }

  run(): RunData {
    const suffixes = processorSuffixes([...this.#series.values()].map(({ fullName }) => fullName));
    const failures = this.#leaves(suffixes);
    const failed = new Set(failures.map(({ id }) => id));
    const measured = [...this.#series.values()].filter(({ suite, fullName }) => {
      const { name, params } = parseGoName(fullName, suffixes);
      return !failed.has(benchmarkId(suite, name, params)); // one that failed even once has failed
    });
    return runOf({ source: this.#source, name: NAME }, {
      tool: this.#configuration.get("tool") ?? "go test",
      startedAt: this.#startedAt,
      commit: this.#commit,
      settings: knownSettings({
        ...Object.fromEntries(this.#settings),
        gomaxprocs: suffixes === "one" ? processorsOf(this.#series.values().next().value?.fullName ?? "") : undefined,
      }),
      benchmarks: [...measured.flatMap((series) => benchmarkOf(series, suffixes, this.#better)), ...failures],
    });
  }

  #configure(key: string, value: string, number: number): void {
    if (this.#keys.has(key)) this.#endProcess();
    this.#keys.add(key);
    this.#configuration.set(key, value);
    if (key === "commit") this.#commit ??= value === "" ? null : value;
    if (key === "date") this.#startedAt ??= isoTime(value);
    if (!SETTINGS.some((setting) => setting === key)) return;
    const known = this.#settings.get(key);
    if (known !== undefined && known !== value) {
      throw this.#error(
        number,
        `${key} is ${foundValue(value)}, before it was ${foundValue(known)}: a file holds runs of one machine`,
      );
    }
    this.#settings.set(key, value);
  }

  #add(fullName: string, metric: string, { value, number }: { readonly value: number; readonly number: number }): void {
    const unit = goUnit(metric);
    if (unit.isMain && !(value > 0 && value <= MAX_FIGURE)) {
      throw this.#error(number, `${metric} of ${quote(`Benchmark${fullName}`)} is ${value}: expected a time above 0`);
    }
    const suite = this.#suite();
    const key = JSON.stringify([suite, fullName, metric]);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { fullName, suite, metric, unit, processes: [], lastProcess: -1 };
      this.#series.set(key, series);
    }
    if (series.lastProcess !== this.#process) series.processes.push([]);
    series.lastProcess = this.#process;
    series.processes.at(-1)?.push(value * unit.factor);
  }

  #endProcess(): void {
    this.#process++;
    this.#keys = new Set();
  }

  #suite(): string {
    const pkg = this.#configuration.get("pkg");
    return pkg === undefined || pkg === "" ? "go" : unescapeGoName(pkg);
  }

  /** Of a benchmark with sub-benchmarks the parent fails along with the child: only the child is told. */
  #leaves(suffixes: ProcessorSuffixes): BenchmarkData[] {
    const parents = new Set(this.#failures.flatMap(({ suite, fullName }) => {
      const parts = fullName.split("/");
      return parts.slice(1).map((_, i) => JSON.stringify([suite, parts.slice(0, i + 1).join("/")]));
    }));
    const leaves = this.#failures.filter(({ suite, fullName }) => !parents.has(JSON.stringify([suite, fullName])));
    const byId = new Map<string, BenchmarkData>();
    for (const { suite, fullName, messages } of leaves) {
      const facts = { suite, ...parseGoName(fullName, suffixes) };
      const benchmark = emptyBenchmark(facts, "failed", messages.join(" "));
      if (!byId.has(benchmark.id)) byId.set(benchmark.id, benchmark);
    }
    return [...byId.values()];
  }

  #error(number: number, what: string): DocumentError {
    return new DocumentError(
      "document_invalid",
      `Cannot read ${quote(this.#source)}: line ${number}: ${what}; pass an unchanged output of ${NAME}`,
    );
  }
}

function benchmarkOf(
  { fullName, suite, metric, unit, processes }: Series,
  suffixes: ProcessorSuffixes,
  directions: ReadonlyMap<string, "lower" | "higher">,
): BenchmarkData[] {
  const { name, params } = parseGoName(fullName, suffixes);
  const figures = processes.map((values): ProcessFigure => ({
    value: median(sortSamples(values)),
    samples: values.length,
  }));
  if (!figures.every(({ value }) => value > 0 && Number.isFinite(value))) return [];
  const label = unit.isMain ? name : `${name} [${metric}]`;
  const better = directions.get(metric) ?? unit.better;
  const estimator = processes.every(({ length }) => length === 1) ? "value" : "median";
  return [measuredBenchmark({ suite, name: label, params, unit: unit.unit, better }, estimator, figures)];
}
