import { assert, assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { comparisonSchema } from "../compare/comparison_schema.ts";
import type { ComparisonEntry } from "../compare/comparison.ts";
import {
  DuetError,
  type OfferedBenchmark,
  type PairMeasurement,
  type PairOptions,
  type PairResult,
  type SideFailure,
} from "../measure/duet/mod.ts";
import { MeasureError } from "../measure/measure_error.ts";
import { createRandom } from "../measure/random.ts";
import { duet } from "./duet.ts";
import type { DuetEvent } from "./events.ts";
import type { DuetOptions } from "./options.ts";

const offer = (id: string, definitionHash = "1"): OfferedBenchmark => ({
  identity: {
    id,
    suite: id.split("/")[0] ?? "",
    name: id.split("/")[1] ?? "",
    group: null,
    baseline: false,
    params: {},
    definitionHash,
    expected: null,
    throughput: null,
  },
  timeoutMs: null,
});

/** What the scripted programs have, and how they behave. */
interface Script {
  /** Ratio of each benchmark of B; all are on both sides. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Benchmarks of A and of B only. */
  readonly only?: { readonly a?: readonly OfferedBenchmark[]; readonly b?: readonly OfferedBenchmark[] };
  /** Fails in that pair of processes, and takes it along if `loses`. */
  readonly failing?: { readonly id: string; readonly pair: number; readonly loses: boolean };
  /** References that take B's process along, by the pair of processes in which each does. */
  readonly crashing?: readonly (string | null)[];
  /** Is an empty loop in B. */
  readonly empty?: string;
  /** Standard deviation between pairs of processes. */
  readonly sd?: number;
  /** That pair of processes takes twenty times as long as the others: the host is busy. */
  readonly stalledPair?: number;
}

const BODY_MS = 100;
const START_MS = 500;

/** Plays pairs of processes on a clock of its own. */
function scripted({ ratios, only = {}, failing, crashing = [], empty, sd = 0.002, stalledPair }: Script) {
  let nowMs = 0;
  const random = createRandom(1);
  const asked: PairOptions[] = [];
  const measure = (options: PairOptions): Promise<PairResult> => {
    options.signal?.throwIfAborted();
    const pair = asked.push(options) - 1;
    const all = Object.keys(ratios);
    const ids = [...options.ids ?? all.filter((id) => !id.startsWith("references/")), ...options.controls ?? []]
      .filter((id) => id in ratios);
    const crashed = crashing[pair] ?? null;
    const broken = crashed !== null
      ? { id: crashed, loses: true, reason: "crashed", message: "its process ended with signal SIGKILL" } as const
      : failing !== undefined && failing.pair === pair && ids.includes(failing.id)
      ? { ...failing, reason: "threw", message: "no room" } as const
      : undefined;
    const failures: SideFailure[] = broken === undefined
      ? []
      : [{ id: broken.id, side: "b", reason: broken.reason, message: broken.message }];
    const measured = new Map(
      ids.filter((id) => id !== broken?.id && broken?.loses !== true).map((id) => {
        const effect = Math.log(ratios[id] ?? 1) + sd * (random.nextFloat() * 2 - 1) * Math.sqrt(3);
        const measurement: PairMeasurement = {
          pairs: (["a", "b", "b", "a"] as const).map((first) => ({ aNs: 100, bNs: 100 * Math.exp(effect), first })),
          excluded: { steal: 0, preemption: 0, suspend: 0 },
          disturbed: false,
          optimizedOut: { a: false, b: id === empty },
          batch: 10,
          steady: true,
        };
        return [id, measurement];
      }),
    );
    const wantedMs = (START_MS + BODY_MS * ids.length) * (stalledPair === pair ? 20 : 1);
    const isCut = wantedMs > (options.timeLeftMs ?? Infinity);
    nowMs += Math.min(wantedMs, options.timeLeftMs ?? Infinity);
    if (isCut) measured.clear();
    const shared = { protocol: 1, tool: "t 1", canCollect: true, runtime: "Deno 2" } as const;
    const clock = { source: "x", costNs: 1, stepNs: 1, monotonic: true };
    const offered = all.map((id) => offer(id));
    return Promise.resolve({
      facts: {
        a: { ...shared, clock, benchmarks: [...offered, ...only.a ?? []] },
        b: { ...shared, clock, benchmarks: [...offered, ...only.b ?? []] },
      },
      measured,
      failures,
      lost: broken?.loses === true ? ids.filter((id) => id !== broken.id) : [],
      isCut,
      costs: { startMs: START_MS, byId: new Map(ids.map((id) => [id, BODY_MS])) },
    });
  };
  return { measure, now: () => nowMs, asked };
}

const side = (name: string) => ({
  name,
  launcher: { executable: name, arguments: [] },
  modules: [],
  suites: null,
  commit: null,
});

function run(script: Script, change: Partial<DuetOptions> = {}) {
  const events: DuetEvent[] = [];
  const played = scripted(script);
  const comparison = duet({
    a: side("./old"),
    b: side("./new"),
    threshold: 0.03,
    alpha: 0.05,
    errorControl: "fdr",
    budgetMs: 60_000,
    seed: 1,
    filter: null,
    quick: false,
    tool: { name: "puffin-bench", version: "1" },
    listener: (event) => events.push(event),
    measure: played.measure,
    now: played.now,
    ...change,
  });
  return { comparison, events, asked: played.asked, now: played.now };
}

/** What became of each benchmark, in a word. */
function words(benchmarks: readonly ComparisonEntry[]): Record<string, string> {
  return Object.fromEntries(benchmarks.map((entry) => {
    if (entry.status === "compared") return [entry.id, entry.verdict];
    return [entry.id, entry.status === "incomparable" ? `${entry.reason} in ${entry.failedIn}` : entry.status];
  }));
}

Deno.test("duet() decides what is slower, faster and the same, and is a valid comparison", async () => {
  const { comparison: promise, events, asked } = run({ ratios: { "s/slow": 1.1, "s/fast": 0.9, "s/same": 1 } });
  const comparison = await promise;
  assertEquals(comparisonSchema.safeParse(comparison).error?.issues, undefined);
  assertEquals(words(comparison.benchmarks), { "s/slow": "slower", "s/fast": "faster", "s/same": "same" });
  assertEquals([comparison.verdict, comparison.status, comparison.method], ["slower", "complete", "paired"]);
  assertEquals(comparison.settings?.pairs, asked.length);
  const [slow] = comparison.benchmarks;
  assert(slow?.status === "compared" && slow.interval !== null && slow.interval.low > 1);
  assertAlmostEquals(slow.ratio, 1.1, 0.01);
  assertAlmostEquals(slow.current.value / slow.baseline.value, slow.ratio, 1e-9);
  assertEquals(slow.pairRatios.length, slow.current.forks[0]?.length);
  const settled = events.flatMap((event) => event.type === "settled" ? [event.standing.id] : []);
  assertEquals(settled.toSorted(), ["s/fast", "s/same", "s/slow"]);
});

Deno.test("duet() spends no more time on what is decided", async () => {
  const { comparison, asked } = run({ ratios: { "s/clear": 1.5, "s/near": 1.028 }, sd: 0.02 });
  const { benchmarks } = await comparison;
  assertEquals(words(benchmarks)["s/clear"], "slower");
  assertEquals(asked.at(-1)?.ids, ["s/near"]);
});

Deno.test("duet() keeps to its budget, and says what would decide the rest", async () => {
  const { comparison: promise, now } = run({ ratios: { "s/a": 1.02, "s/b": 1.04 }, sd: 0.05 }, { budgetMs: 6_000 });
  const comparison = await promise;
  assert(now() <= 6_000 && now() > 4_000, String(now()));
  assertEquals(comparison.verdict, "inconclusive");
  for (const entry of comparison.benchmarks) {
    assert(entry.status === "compared" && entry.reason === "budget");
    if (entry.needed !== null) assertEquals(entry.needed.eachMs, START_MS + BODY_MS);
  }
});

Deno.test("duet() keeps to its budget although a pair takes far longer than those before it; the first one is finished", async () => {
  const ratios = { "s/a": 1.02, "s/b": 1.04 };
  const { comparison, now, asked } = run({ ratios, sd: 0.05, stalledPair: 3 }, { budgetMs: 6_000 });
  assertEquals([(await comparison).settings?.pairs, asked.length], [3, 4], "what was cut short counts for nothing");
  assert(now() <= 6_000, String(now()));
  const first = run({ ratios, stalledPair: 0 }, { budgetMs: 6_000 });
  assertEquals([(await first.comparison).settings?.pairs, first.asked[0]?.timeLeftMs], [1, undefined]);
});

Deno.test("duet() alternates which process is started first, and gives each pair a seed of its own", async () => {
  const { comparison, asked } = run({ ratios: { "s/a": 1.02 }, sd: 0.05 }, { budgetMs: 4_000 });
  await comparison;
  assertEquals(asked.slice(0, 4).map(({ firstStarted }) => firstStarted), ["a", "b", "a", "b"]);
  assertEquals(new Set(asked.map(({ settings }) => settings.seed)).size, asked.length);
});

Deno.test("duet() lists what only one side has, and does not compare what has changed", async () => {
  const only = { a: [offer("s/gone"), offer("s/changed", "1")], b: [offer("s/new"), offer("s/changed", "2")] };
  const { comparison } = run({ ratios: { "s/a": 1 }, only });
  const { benchmarks } = await comparison;
  assertEquals(words(benchmarks), {
    "s/a": "same",
    "s/new": "added",
    "s/changed": "definition_changed in null",
    "s/gone": "removed",
  });
});

for (const [pair, loses] of [[0, false], [0, true], [1, false], [1, true]] as const) {
  Deno.test(`duet() reports what fails in pair ${pair}, ${loses ? "with its process" : "alone"}; the others go on`, async () => {
    const failing = { id: "s/bad", pair, loses };
    const { comparison, events, asked } = run({ ratios: { "s/bad": 1, "s/good": 1.1 }, failing });
    const { benchmarks } = await comparison;
    assertEquals(words(benchmarks), { "s/bad": "failed in current", "s/good": "slower" });
    assertEquals(events.filter(({ type }) => type === "failed").length, 1);
    assert(asked.slice(pair + 1).every(({ ids }) => ids?.includes("s/bad") === false));
  });
}

Deno.test("duet() measures a pair of each benchmark, whatever the time, though another one or a reference ended the first", async () => {
  for (const id of ["s/bad", "references/object_ops"]) {
    const ratios = { "s/bad": 1, "s/good": 1, "references/sum_1000": 1, "references/object_ops": 1 };
    const { comparison, asked } = run({ ratios, failing: { id, pair: 0, loses: true } }, { budgetMs: 1 });
    const { benchmarks } = await comparison;
    const bad = id === "s/bad" ? "failed in current" : "inconclusive";
    assertEquals(words(benchmarks), { "s/bad": bad, "s/good": "inconclusive" });
    assertEquals(asked.length, 2);
    assert(!asked[1]?.ids?.includes(id) && !asked[1]?.controls?.includes(id));
  }
});

Deno.test("duet() gives no verdict on an empty loop, and no more than two pairs", async () => {
  const { comparison, asked } = run({ ratios: { "s/empty": 1.2, "s/a": 1 }, empty: "s/empty" });
  assertEquals(words((await comparison).benchmarks), { "s/empty": "optimized_out in current", "s/a": "same" });
  assertEquals(asked.filter(({ ids }) => ids === null || ids.includes("s/empty")).length, 2);
});

Deno.test("duet() calls nothing empty after a single pair, in which noise may hide what it does", async () => {
  const { benchmarks } = await run({ ratios: { "s/empty": 1 }, empty: "s/empty" }, { budgetMs: 1 }).comparison;
  assertEquals(words(benchmarks), { "s/empty": "inconclusive" });
});

Deno.test("duet() measures references along, and warns if equal code differs", async () => {
  const ratios = { "s/a": 1, "references/sum_1000": 1, "references/object_ops": 1.2 };
  const { controls, warnings, benchmarks } = await run({ ratios }).comparison;
  assertEquals(controls.map(({ id }) => id), ["references/sum_1000", "references/object_ops"]);
  assertEquals(warnings.filter(({ code }) => code === "untrusted").length, 1);
  assertEquals(benchmarks.map(({ id }) => id), ["s/a"]);
  const quiet = await run({ ratios: { ...ratios, "references/object_ops": 1 } }).comparison;
  assertEquals(quiet.warnings.filter(({ code }) => code === "untrusted"), []);
});

Deno.test("duet() tells which side crashed in a reference, when it happens and in the comparison, and goes on without it", async () => {
  const ratios = { "s/a": 1.1, "references/sum_1000": 1, "references/object_ops": 1 };
  for (const crashing of [["references/sum_1000"], [null, "references/sum_1000"]]) {
    const { comparison, events, asked } = run({ ratios, crashing });
    const { warnings, benchmarks, controls } = await comparison;
    assertEquals(words(benchmarks), { "s/a": "slower" });
    assertEquals(controls.map(({ id }) => id), ["references/object_ops"]);
    const told = warnings.filter(({ code }) => code === "reference_failed").map(({ message }) => message);
    assertEquals(told.length, 1);
    assertStringIncludes(
      told[0] ?? "",
      '"references/sum_1000" failed in B: crashed: its process ended with signal SIGKILL',
    );
    assertEquals(events.filter(({ type }) => type === "failed").length, 1);
    assert(asked.slice(crashing.length).every(({ controls }) => !controls?.includes("references/sum_1000")));
  }
});

Deno.test("duet() refuses a program that crashes in one reference after the other", async () => {
  const ratios = { "s/a": 1.02, "references/sum_1000": 1, "references/object_ops": 1 };
  const { comparison, asked } = run({ ratios, crashing: ["references/sum_1000", "references/object_ops"] });
  const error = await assertRejects(
    () => comparison,
    DuetError,
    'Cannot measure B "./new": it crashes again and again',
  );
  assertEquals([error.side, asked.length], ["b", 2]);
});

Deno.test("duet() that is aborted tells what was complete", async () => {
  const controller = new AbortController();
  const { comparison: promise, asked } = run({ ratios: { "s/a": 1.02 }, sd: 0.05 }, {
    signal: controller.signal,
    listener: (event) => {
      if (event.type === "pair_started" && event.pair === 2) controller.abort();
    },
  });
  const comparison = await promise;
  assertEquals([comparison.status, comparison.settings?.pairs, asked.length], ["interrupted", 2, 2]);
  assertEquals(comparison.benchmarks.length, 1);
  assertEquals(comparisonSchema.safeParse(comparison).success, true);
});

Deno.test("duet() that is aborted before anything is known is an empty comparison", async () => {
  const { status, benchmarks, verdict } = await run({ ratios: {} }, { signal: AbortSignal.abort() }).comparison;
  assertEquals([status, benchmarks.length, verdict], ["interrupted", 0, "inconclusive"]);
});

Deno.test("duet() refuses a suite that neither side has", async () => {
  const named = { ...side("./old"), suites: ["s", "typo"] };
  const error = await assertRejects(
    () => run({ ratios: { "s/a": 1 } }, { a: named, b: named }).comparison,
    MeasureError,
  );
  assertEquals(
    error.message,
    'Cannot compare: neither program has the suite "typo"; list the benchmarks to see their ids',
  );
});

Deno.test("duet() refuses to compare nothing", async () => {
  const error = await assertRejects(() => run({ ratios: {} }, { filter: "x" }).comparison, MeasureError);
  assertEquals(
    error.message,
    'Cannot compare: no benchmark\'s id matches the filter "x" on either side; list the benchmarks to see their ids',
  );
});
