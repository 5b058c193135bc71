/** Comparisons that are harder to show than the usual one. */

import type {
  ComparedBenchmark,
  Comparison,
  ComparisonEntry,
  IncomparableBenchmark,
} from "../../../compare/comparison.ts";
import { sampleCompared, sampleComparison } from "../../../compare/testdata/sample_comparison.ts";
import { HOSTILE_NAMES } from "../../testdata/sample_document.ts";

/** What a runner of GitHub Actions, Markdown and XML would obey. */
export const ACTING_NAMES: readonly string[] = [
  ...HOSTILE_NAMES,
  "::error title=owned::owned",
  "  ::stop-commands::owned",
  "a ##[error]owned",
  "%0A::error::owned",
  "@everyone see #1 and www.example.invalid or https://example.invalid",
  "]]><owned/> \ufffe\uffff \0",
  "owned --> </details>",
];

/** Every text that a document could hold is hostile: names, parameters, labels, messages, differences, warnings. */
export function hostileComparison(): Comparison {
  const benchmarks = ACTING_NAMES.flatMap((name, index): ComparisonEntry[] => [
    renamed(sampleCompared(`${name} slower`, { percent: 20 + index, changes: { verdict: "slower" } }), name),
    renamed(sampleCompared(`${name} noisy`, { percent: 5, errorPercent: 9, changes: UNDECIDED }), name),
    failing(`${name} fails`, name),
    { ...identity(`${name} gone`, name), status: "removed" },
  ]);
  const [first = ""] = ACTING_NAMES;
  return sampleComparison({
    benchmarks,
    baseline: { label: ACTING_NAMES.join(", "), sources: [] },
    differences: ACTING_NAMES.map((name) => ({ kind: "host", field: name, baseline: name, current: first })),
    warnings: ACTING_NAMES.map((message, index) => ({
      code: "odd",
      message,
      benchmarkId: index % 2 === 0 ? null : benchmarks[index]?.id ?? null,
    })),
  });
}

/** As many benchmarks as anybody compares; every tenth is slower, the others need anything from 1 to 50 runs. */
export function largeComparison(count = 10_000): Comparison {
  const benchmarks = Array.from(
    { length: count },
    (_, index) =>
      sampleCompared(`Benchmark number ${index}`, {
        percent: index % 10 === 0 ? 20 + index / 100 : 4,
        changes: index % 10 === 0
          ? { verdict: "slower" }
          : { ...UNDECIDED, needed: { what: "runs", count: index % 50 + 1, eachMs: 40_000 } },
      }),
  );
  return sampleComparison({ benchmarks });
}

const UNDECIDED = { verdict: "inconclusive", reason: "noise" } as const;

function renamed(entry: ComparedBenchmark, value: string): ComparedBenchmark {
  return { ...entry, suite: value, params: { [value.slice(0, 40)]: value } };
}

function identity(name: string, suite: string) {
  return { id: `${suite}/${name}`, suite, name, params: {} };
}

function failing(name: string, message: string): IncomparableBenchmark {
  return { ...identity(name, message), status: "incomparable", reason: "failed", failedIn: "current", message };
}
