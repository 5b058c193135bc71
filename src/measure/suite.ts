/**
 * Defines a suite: the only thing that a file of benchmarks has to call.
 *
 * @module
 */

import type {
  BenchmarkDefinition,
  BenchmarkFunction,
  BenchmarkOptions,
  DefineBenchmark,
  ParameterSpace,
  Suite,
} from "./definition.ts";
import { activeCollector } from "./authoring/collector.ts";
import { registerWithDenoBench } from "./deno_bench.ts";
import { benchmarkId, combinations } from "./parameters.ts";
import { checkThroughput } from "./throughput.ts";
import {
  aFlag,
  aFunction,
  aText,
  type Check,
  objectOf,
  optional,
  positive,
  recordOf,
  shown,
  someOf,
  that,
  whole,
} from "./value_checks.ts";

/** What a suite says about itself. */
export interface SuiteOptions {
  /** What the suite measures, in a few words. */
  readonly title: string;
}

/**
 * Defines a suite of benchmarks, which the measuring engine runs by its name, `puffin-bench run` by its file, and `deno bench` as it is.
 *
 * Nothing is executed yet: `define` only collects. A benchmark's name may be any text that is not empty. The `bench` that a file imports
 * belongs to the suite that is being defined, too.
 *
 * @param name Lower-case words joined by hyphens; what the command line calls the suite.
 * @param options What the suite says about itself.
 * @param define Called once, at once, with the function that defines one benchmark.
 * @returns The suite, frozen.
 * @throws {TypeError} If a name is empty or taken, a group has two baselines, a parameter has no value, or an option is not
 * what it should be.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { suite } from "./suite.ts";
 *
 * const numbers = suite("numbers", { title: "Adding numbers" }, (bench) => {
 *   bench("add", () => 1 + 1);
 *   bench("sum", { params: { n: [10, 100] }, setup: ({ n }) => Array.from({ length: n }, (_, i) => i) }, (list) =>
 *     list.reduce((a, b) => a + b) >= 0);
 * });
 * assertEquals(numbers.benchmarks.map((benchmark) => benchmark.name), ["add", "sum"]);
 * ```
 */
export function suite(name: string, options: SuiteOptions, define: (bench: DefineBenchmark) => void): Suite;
/** Defines a suite whose title is its name. */
export function suite(name: string, define: (bench: DefineBenchmark) => void): Suite;
export function suite(
  name: string,
  ...rest: [SuiteOptions, (bench: DefineBenchmark) => void] | [(bench: DefineBenchmark) => void]
): Suite {
  const [options, define] = rest.length === 2 ? rest : [{ title: name }, rest[0]];
  const result = defineSuite(name, options, define);
  const collector = activeCollector();
  if (collector === undefined) registerWithDenoBench(result);
  else collector.suite(result);
  return result;
}

/**
 * Defines a suite that `deno bench` does not run: the engine's own, which a user's file of benchmarks imports without meaning to.
 * All else is as with {@linkcode suite}.
 *
 * @throws {TypeError} As {@linkcode suite} does.
 */
export function defineSuite(
  name: string,
  options: SuiteOptions,
  define: (bench: DefineBenchmark) => void,
): Suite {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    throw new TypeError(
      `Cannot define suite ${shown(name)}: a name is lower-case words joined by hyphens; use one like "core-agent"`,
    );
  }
  if (typeof options?.title !== "string" || options.title.trim() === "") {
    throw new TypeError(`Cannot define suite "${name}": it has no title; pass { title: "what it measures" }`);
  }
  if (typeof define !== "function") {
    throw new TypeError(
      `Cannot define suite "${name}": expected a function that defines its benchmarks, got ${typeof define}; pass it last`,
    );
  }
  const benchmarks: BenchmarkDefinition[] = [];
  const whose = `suite "${name}"`;
  const bench: DefineBenchmark = (benchmark: string, second: unknown, third?: unknown) => {
    benchmarks.push(
      third === undefined
        ? parseBenchmark(whose, benchmark, {}, second)
        : parseBenchmark(whose, benchmark, second, third),
    );
  };
  const outer = innermost;
  innermost = bench;
  try {
    define(bench);
  } finally {
    innermost = outer;
  }
  if (benchmarks.length === 0) {
    throw new TypeError(`Cannot define suite "${name}": it has no benchmarks; call bench("name", fn) in its function`);
  }
  requireUniqueIds(name, benchmarks);
  requireOneBaseline(name, benchmarks);
  return Object.freeze({ name, title: options.title, benchmarks: Object.freeze(benchmarks) });
}

let innermost: DefineBenchmark | undefined;

/** Defines a benchmark of the suite whose function is running; undefined if none is. */
export function benchOfSuite(): DefineBenchmark | undefined {
  return innermost;
}

const parameterValue = that(
  (value) => typeof value === "string" || typeof value === "boolean" || Number.isFinite(value),
  "a text, a finite number, true or false",
);

/** Longest time that a benchmark may be given in a fork: a day, in milliseconds. */
const MAX_TIMEOUT_MS = 86_400_000;

const checkOptions: Check = objectOf({
  group: optional(aText),
  baseline: optional(aFlag),
  params: optional(recordOf(someOf(parameterValue, "a parameter needs a value"))),
  iterations: optional(whole(1, 1_000_000_000)),
  timeoutMs: optional(positive(MAX_TIMEOUT_MS)),
  expected: optional(objectOf({ operation: aText, minOpsPerSecond: positive(), maxDurationMs: positive() })),
  throughput: optional((value) => typeof value === "function" ? null : checkThroughput(value)),
  setup: optional(aFunction),
  teardown: optional(aFunction),
  beforeRound: optional(aFunction),
  afterRound: optional(aFunction),
  beforeIteration: optional(aFunction),
  afterIteration: optional(aFunction),
});

/**
 * Checks one definition; the types of its state and parameters end here.
 *
 * @param whose What errors call the suite.
 * @throws {TypeError} If the name is empty, or an option is not what it should be.
 */
export function parseBenchmark(whose: string, name: unknown, options: unknown, fn: unknown): BenchmarkDefinition {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `Cannot define a benchmark of ${whose}: its name is ${shown(name)}; give it a text that is not empty`,
    );
  }
  const where = `Cannot define benchmark ${shown(name)} of ${whose}`;
  if (!isBenchmarkFunction(fn)) {
    throw new TypeError(`${where}: expected a function to measure, got ${typeof fn}; pass it as the last argument`);
  }
  requireOptions(options, where);
  if (options.baseline === true && options.group === undefined) {
    throw new TypeError(`${where}: it is a baseline without a group; name the group whose baseline it is`);
  }
  return Object.freeze({ name, options: Object.freeze({ ...options }), fn });
}

function isBenchmarkFunction(value: unknown): value is BenchmarkFunction<unknown, ParameterSpace> {
  return typeof value === "function";
}

function requireOptions(
  options: unknown,
  where: string,
): asserts options is BenchmarkOptions<unknown, ParameterSpace> {
  const fault = checkOptions(options);
  if (fault === null) return;
  const at = fault.path.length === 0 ? "its options" : `option "${fault.path.join(".")}"`;
  throw new TypeError(`${where}: ${at}: ${fault.message}; see BenchmarkOptions`);
}

function requireUniqueIds(suiteName: string, benchmarks: readonly BenchmarkDefinition[]): void {
  const seen = new Set<string>();
  for (const { name, options } of benchmarks) {
    for (const params of combinations(options.params ?? {})) {
      const id = benchmarkId(suiteName, name, params);
      if (seen.has(id)) {
        throw new TypeError(
          `Cannot define suite "${suiteName}": two benchmarks have the id ${shown(id)}; names, and the values of a ` +
            "parameter, must differ",
        );
      }
      seen.add(id);
    }
  }
}

function requireOneBaseline(suiteName: string, benchmarks: readonly BenchmarkDefinition[]): void {
  const baselines = new Map<string, string>();
  for (const { name, options: { group, baseline } } of benchmarks) {
    if (group === undefined || baseline !== true) continue;
    const first = baselines.get(group);
    if (first !== undefined) {
      throw new TypeError(
        `Cannot define suite "${suiteName}": group ${shown(group)} has two baselines, ${shown(first)} and ${
          shown(name)
        }; keep one`,
      );
    }
    baselines.set(group, name);
  }
}
