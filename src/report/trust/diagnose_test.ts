import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { MeasuredBenchmark, ResultDocument, Warning } from "../../measure/document.ts";
import { rememberedSummary } from "../testdata/remembered_summary.ts";
import {
  hostileDocument,
  SAMPLE_SEED,
  sampleBenchmark,
  sampleDocument,
  sampleFailure,
} from "../testdata/sample_document.ts";
import { diagnose } from "./diagnose.ts";
import { diagnosisText } from "./diagnosis_text.ts";
import { type Changes, readingWith } from "./testdata/readings.ts";

const FORKS = 8;
const ROUNDS = 24;

/** A benchmark of eight forks of 24 samples each, steady and narrow, with the value that `level` gives each sample. */
function benchmark(
  name: string,
  level: (fork: number, round: number) => number = () => 1,
  changes: Partial<MeasuredBenchmark> = {},
): MeasuredBenchmark {
  const sample = sampleBenchmark({ name, nominalNs: 1000, changes });
  const [first] = sample.forks;
  if (first === undefined) throw new Error("a sample benchmark has forks");
  const forks = Array.from({ length: FORKS }, (_, fork) => {
    // A little spread that is no drift: neighbours differ as much as any.
    const wallNs = Array.from(
      { length: ROUNDS },
      (_, round) => 5e6 * level(fork, round) * (1 + 0.002 * ((round * 7) % 5)),
    );
    const zero = wallNs.map(() => 0);
    const samples = {
      ...first.samples,
      wallNs,
      cpuNs: wallNs,
      runQueueDelayNs: zero,
      involuntarySwitches: zero,
      startMs: zero,
    };
    return { ...first, fork, batchSize: 5000, samples };
  });
  const { statistics, outcome } = rememberedSummary({ ...sample, forks }, SAMPLE_SEED);
  return { ...sample, forks, statistics, ...outcome, memory: { ...sample.memory, gc: null } };
}

const references = (level?: (fork: number, round: number) => number) =>
  Array.from({ length: 8 }, (_, index) => benchmark(`reference ${index}`, level, { suite: "references" }));

/** A result in which nothing is wrong, with changes. */
function soundDocument(changes: Partial<ResultDocument> = {}, host: Changes = {}): ResultDocument {
  const document = sampleDocument({
    benchmarks: [benchmark("one"), benchmark("two")],
    warnings: [],
    scaling: [],
    groups: [],
  });
  const { neighbours: _, ...reading } = readingWith(host);
  return {
    ...document,
    ...reading,
    settings: { ...document.settings, forks: FORKS, rounds: ROUNDS, timeMs: 120 },
    references: references(),
    ...changes,
  };
}

const codesOf = (document: ResultDocument) =>
  diagnose(document).concerns.map(({ code, severity }) => `${code} ${severity}`);

Deno.test("diagnose() is silent where all is well", () => {
  assertEquals(diagnose(soundDocument()), { trust: "good", verdict: "Nothing limits the trust in it", concerns: [] });
});

const warning = (code: string, benchmarkId: string | null = null): Warning => ({
  code,
  message: `${code} by 3 %`,
  benchmarkId,
});
const many = Array.from({ length: 8 }, (_, index) => benchmark(`number ${index}`));

const CASES: readonly (readonly [what: string, document: () => ResultDocument, expected: readonly string[]])[] = [
  ["a failure", () => soundDocument({ benchmarks: [benchmark("one"), sampleFailure("two", "boom")] }), ["failed bad"]],
  ["an interruption", () => {
    const document = soundDocument();
    return { ...document, run: { ...document.run, status: "interrupted" } };
  }, ["interrupted bad"]],
  ["no references", () => soundDocument({ references: [] }), ["no_references mind"]],
  ["another run", () => soundDocument({ warnings: [warning("another_run")] }), ["another_run bad"]],
  [
    "one noisy benchmark of eight",
    () => soundDocument({ benchmarks: many, warnings: [warning("noisy", "core-agent/number 1")] }),
    ["noisy mind"],
  ],
  ["three noisy benchmarks of eight", () =>
    soundDocument({
      benchmarks: many,
      warnings: [1, 2, 3].map((index) => warning("noisy", `core-agent/number ${index}`)),
    }), ["noisy bad"]],
  ["estimated pauses", () => soundDocument({ warnings: [warning("gc_sampled")] }), ["gc_sampled note"]],
  ["a warning of a later program", () => soundDocument({ warnings: [warning("flux")] }), ["flux mind"]],
  [
    "what is no matter of trust",
    () =>
      soundDocument({ warnings: [warning("expectation_missed", "core-agent/one"), warning("journal_unavailable")] }),
    [],
  ],
  [
    "what the host's checks say already",
    () => soundDocument({ warnings: [warning("steal"), warning("high_load")] }),
    [],
  ],
  [
    "a host on battery that was slowed down",
    () => soundDocument({}, { host: { power: "battery" }, quietness: { thermalThrottles: 40 } }),
    ["heat bad", "power bad"],
  ],
  ["a host that nobody asked", () => soundDocument({ host: null }), ["unknown_host note"]],
  ["references that became slower", () => soundDocument({ references: references((fork) => fork < 4 ? 1 : 1.05) }), [
    "host_drift mind",
  ]],
  [
    "references that became much faster",
    () => soundDocument({ references: references((fork) => fork < 4 ? 1.5 : 1) }),
    [
      "host_drift bad",
    ],
  ],
  [
    "processes in two groups",
    () => soundDocument({ benchmarks: [benchmark("one", (fork) => fork % 2 === 0 ? 1 : 1.4), ...many] }),
    [
      "wide_intervals mind",
      "process_variance mind",
      "bimodal_processes mind",
    ],
  ],
  [
    "samples that rise within each process",
    () => soundDocument({ benchmarks: [benchmark("one", (_, round) => 1 + round / 50), ...many] }),
    ["drift mind"],
  ],
  ["bursts", () => soundDocument({ benchmarks: [benchmark("one", (_, round) => round % 6 === 3 ? 9 : 1), ...many] }), [
    "outliers mind",
  ]],
  [
    "a benchmark that was timed for a tenth",
    () => soundDocument({ benchmarks: [benchmark("one", () => 0.1), ...many] }),
    ["short_time mind"],
  ],
];

for (const [what, document, expected] of CASES) {
  Deno.test(`diagnose() of ${what}: ${expected.join(", ") || "nothing"}`, () =>
    assertEquals(codesOf(document()), expected));
}

Deno.test("diagnose() of a quick run tells of few processes, and which command gives more", () => {
  const quick = sampleDocument({ benchmarks: [sampleBenchmark({ name: "one", nominalNs: 1000 })], warnings: [] });
  const settings = { ...quick.settings, quick: true, filter: "o'ne" };
  const found = diagnose({ ...quick, settings }).concerns.find(({ code }) => code === "few_forks");
  assertEquals(found?.severity, "mind");
  assertStringIncludes(found?.evidence.join() ?? "", "3 forks of 12 rounds");
  assertStringIncludes(found?.advice ?? "", String.raw`puffin-bench all --filter 'o'\''ne' --forks 8 --save-results`);
});

/** As a command: its samples are processes. */
function asCommand(result: MeasuredBenchmark): MeasuredBenchmark {
  return {
    ...result,
    forks: result.forks.map(({ samples, ...fork }) => {
      const processes = { userNs: null, systemNs: null, exitCodes: samples.wallNs.map(() => 0) };
      return { ...fork, samples: { ...samples, processes } };
    }),
  };
}

Deno.test("diagnose() repeats what `run` was given, with more forks, and of commands with more runs", () => {
  const one = sampleBenchmark({ name: "one", nominalNs: 1000 });
  const adviceOf = (benchmark: MeasuredBenchmark, ...given: readonly string[]) => {
    const document = sampleDocument({ benchmarks: [benchmark], warnings: [] });
    const { concerns } = diagnose({
      ...document,
      run: { ...document.run, arguments: ["run", ...given] },
      references: [],
    });
    return {
      codes: concerns.map(({ code }) => code),
      advice: concerns.find(({ code }) => code === "few_forks")?.advice ?? "",
    };
  };
  const file = adviceOf(one, "a b_bench.ts", "--save-results");
  assertStringIncludes(file.advice, "puffin-bench run 'a b_bench.ts' --forks 8 --save-results");
  const command = adviceOf(asCommand(one), "--command", "ls");
  assertStringIncludes(command.advice, "puffin-bench run --command ls --runs 24 --save-results");
  assertEquals([file, command].map(({ codes }) => codes.includes("no_references")), [true, false]);
});

Deno.test("diagnose() puts what is bad first, and has numbers and an advice for everything", () => {
  for (const document of [sampleDocument(), hostileDocument()]) {
    const { concerns } = diagnose(document);
    const ranks = concerns.map(({ severity }) => ["bad", "mind", "note"].indexOf(severity));
    assertEquals(ranks, ranks.toSorted());
    for (const { evidence, advice, title } of concerns) assert(evidence.length > 0 && advice !== "" && title !== "");
  }
});

Deno.test("diagnosisText() fits its width and obeys no name", () => {
  for (const width of [60, 100]) {
    const document = hostileDocument();
    const text = diagnosisText(diagnose(document), document, { width, color: false });
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text));
    assert(text.split("\n").every((line) => [...line].length <= width), text);
  }
});
