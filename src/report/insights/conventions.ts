/**
 * How the rules find the benchmarks they are about: what the author of a suite has to follow for its results to be understood.
 *
 * Words are compared without regard to case, spaces, hyphens and underscores: `FirstFit`, `first-fit` and `first fit` are one.
 * A rule compares two benchmarks of one suite, measured in the same forks, that differ in one thing only:
 *
 * | what | how it is told |
 * | --- | --- |
 * | allocation strategies | a parameter `strategy` (or `allocator`), one of whose values is `FirstFit`; or benchmarks named `FirstFit Allocator`, `BestFit Allocator` and so on |
 * | contention | a parameter `contended: [false, true]`, or `contenders` with the value 1 and larger ones; or two benchmarks named `X, contended` and `X, uncontended` (or `X, free`, `X, awaited`, `X, tried`) |
 * | cardinality of metrics | a parameter `cardinality` (or `series`): numbers, or `low` and `high` |
 * | dependency graphs | a numeric parameter `states`, `nodes` or `dependencies`; an iteration goes over the whole graph |
 * | overhead of tracing | a parameter `tracing: [false, true]` (or `off`, `on`); or two benchmarks named `X` and `X, traced` |
 * | overhead of metrics | a parameter `metrics: [false, true]` (or `off`, `on`); or two benchmarks named `X` and `X, with metrics` |
 * | allocation | a group with a baseline |
 *
 * How many operations an iteration has: the value of its parameter `contenders` or `tasks`; else `N tasks` in the group's name
 * (`mutex, 16 tasks`); else the elements that it says it gets through; else one. Ratios are told for each operation, so that an
 * iteration may run every contender once, or print every series.
 *
 * A group's baseline is a yardstick, such as code written by hand: what a rule finds about it is not told, except where another
 * benchmark is held against it.
 *
 * Garbage collection, variance and steadiness concern every benchmark; they need no convention.
 *
 * @module
 */

import { isCommand } from "../../measure/commands/is_command.ts";
import type { BenchmarkIdentity, MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";

/** Two benchmarks that differ in one thing. */
export interface Contrast {
  /** The plain one. */
  readonly plain: MeasuredBenchmark;
  /** The one that is held against it. */
  readonly other: MeasuredBenchmark;
}

/** A word without case, spaces, hyphens and underscores. */
export function plainWord(value: string | number | boolean): string {
  return String(value).toLowerCase().replace(/[\s_-]+/g, "");
}

/** The benchmarks that have figures worth comparing: neither failed nor optimised away, nor commands, of which a fork is no process. */
export function comparable({ benchmarks }: ResultDocument): readonly MeasuredBenchmark[] {
  return benchmarks.filter((benchmark): benchmark is MeasuredBenchmark =>
    benchmark.status === "ok" && !isCommand(benchmark)
  );
}

/** Operations in one iteration. */
export function operationsOf({ params, group, throughput }: BenchmarkIdentity): number {
  for (const name of ["contenders", "tasks"]) {
    const value = params[name];
    if (typeof value === "number" && value >= 1) return value;
  }
  const told = /(?:^|\s)(\d{1,9}) tasks\b/.exec(group ?? "")?.[1];
  return Math.max(1, Number(told ?? throughput?.elements ?? 1));
}

/** The value of the first of these parameters that a benchmark has, with its name. */
export function parameterOf(
  { params }: BenchmarkIdentity,
  names: readonly string[],
): { readonly name: string; readonly value: string | number | boolean } | null {
  for (const [name, value] of Object.entries(params)) {
    if (names.includes(plainWord(name))) return { name, value };
  }
  return null;
}

/**
 * Pairs of benchmarks that differ in one of these parameters only.
 *
 * @param names The parameter's possible names, as {@linkcode plainWord} gives them.
 * @param isPlain Whether a value is the plain one; a benchmark is held against the first with such a value.
 */
export function contrastsByParameter(
  document: ResultDocument,
  names: readonly string[],
  isPlain: (value: string | number | boolean) => boolean,
): Contrast[] {
  const found = comparable(document).flatMap((benchmark) => {
    const parameter = parameterOf(benchmark, names);
    return parameter === null ? [] : [{ benchmark, parameter }];
  });
  const alike = Map.groupBy(found, ({ benchmark, parameter }) => restOf(benchmark, parameter.name));
  return [...alike.values()].flatMap((members) => {
    const plain = members.find(({ parameter }) => isPlain(parameter.value));
    if (plain === undefined) return [];
    return members.filter(({ parameter }) => !isPlain(parameter.value))
      .map(({ benchmark }) => ({ plain: plain.benchmark, other: benchmark }));
  });
}

/** Pairs of benchmarks that differ in what follows the comma in their name: one of `others`, and one of `plains`, best first. */
export function contrastsByName(
  document: ResultDocument,
  { plains, others }: { readonly plains: readonly string[]; readonly others: readonly string[] },
): Contrast[] {
  const benchmarks = comparable(document);
  return benchmarks.filter(({ baseline }) => !baseline).flatMap((other) => {
    const { subject, qualifier } = splitName(other.name);
    if (!others.includes(qualifier)) return [];
    for (const plainQualifier of plains) {
      const plain = benchmarks.find((candidate) => {
        const split = splitName(candidate.name);
        return candidate.suite === other.suite && split.subject === subject && split.qualifier === plainQualifier &&
          sameParameters(candidate, other);
      });
      if (plain !== undefined) return [{ plain, other }];
    }
    return [];
  });
}

/** Pairs of benchmarks that place requests: `FirstFit Allocator`, and another `… Fit Allocator` with the same parameters. */
export function contrastsByFit(document: ResultDocument): Contrast[] {
  const allocators = comparable(document).filter(({ name }) => plainWord(name).endsWith("fitallocator"));
  const isFirst = ({ name }: MeasuredBenchmark) => plainWord(name) === "firstfitallocator";
  return allocators.filter((other) => !isFirst(other)).flatMap((other) => {
    const plain = allocators.find((one) => isFirst(one) && one.suite === other.suite && sameParameters(one, other));
    return plain === undefined ? [] : [{ plain, other }];
  });
}

/** `mutex, contended` is the subject `mutex` with the qualifier `contended`; without a comma the qualifier is empty. */
function splitName(name: string): { readonly subject: string; readonly qualifier: string } {
  const comma = name.lastIndexOf(",");
  if (comma === -1) return { subject: plainWord(name), qualifier: "" };
  return { subject: plainWord(name.slice(0, comma)), qualifier: plainWord(name.slice(comma + 1)) };
}

function restOf({ suite, name, params }: BenchmarkIdentity, parameter: string): string {
  return JSON.stringify([suite, name, sortedParameters(params).filter(([other]) => other !== parameter)]);
}

function sameParameters(left: BenchmarkIdentity, right: BenchmarkIdentity): boolean {
  return JSON.stringify(sortedParameters(left.params)) === JSON.stringify(sortedParameters(right.params));
}

function sortedParameters(params: BenchmarkIdentity["params"]) {
  return Object.entries(params).sort(([left], [right]) => left < right ? -1 : 1);
}
