/** The claimed rates of whole comparisons, on simulated noise: each holds within three standard errors of the simulation. */

import { assert } from "@std/assert";
import { Simulation } from "../measure/statistics/testdata/simulated.ts";
import { type CompareOptions, compareRuns } from "./compare.ts";
import type { ComparedBenchmark } from "./comparison.ts";
import { type Noise, PROCESS_NOISE, QUIET, simulatedSides, type SimulatedSuite } from "./testdata/simulated_runs.ts";

const SEED = 20_261;
const BENCHMARKS = 24;

/** What hosts and processes do; the spread of processes and runs is that of a shared virtual machine. */
const NOISES: Readonly<Record<string, Noise>> = {
  "a quiet hour": QUIET,
  "a quiet and a busy hour": { ...QUIET, hostSd: 0.1, ownSd: 0.02 },
  "slow phases that outlast processes": { ...QUIET, hostSd: 0.05, hostForkSd: 0.1, autocorrelation: 0.9 },
  "bursts on single processes": { ...QUIET, forkSd: 0.06, shape: PROCESS_NOISE.bursts },
  "processes in two states": { ...QUIET, forkSd: 0.05, shape: PROCESS_NOISE.bimodal },
  "heavy tails": { ...QUIET, shape: PROCESS_NOISE.heavyTails },
  "a coarse clock": { ...QUIET, forkSd: 0.01, clockStep: 0.04 },
};

function compared(simulation: Simulation, suite: Partial<SimulatedSuite>, options: Partial<CompareOptions> = {}) {
  const effects = Array.from({ length: BENCHMARKS }, () => 0);
  const sides = simulatedSides(simulation, { noise: QUIET, effects, references: 8, forks: 8, runs: 1, ...suite });
  const { benchmarks } = compareRuns(sides, {
    threshold: () => options.defaultThreshold ?? 0.1,
    defaultThreshold: 0.1,
    errorControl: "fdr",
    acrossHosts: false,
    tool: { name: "puffin-bench", version: "0.1.0" },
    createdAt: "2026-01-01T00:00:00.000Z",
    ...options,
  });
  return benchmarks.filter((entry) => entry.status === "compared");
}

function isChange({ verdict }: ComparedBenchmark): boolean {
  return verdict === "slower" || verdict === "faster";
}

function covers({ interval }: ComparedBenchmark, ratio: number): boolean {
  return interval !== null && interval.low <= ratio && ratio <= interval.high;
}

/** Asserts that a rate that may be at most `claimed` is not above it by more than chance; all are printed with the seed. */
function assertAtMost(claimed: number, { hits, trials }: { hits: number; trials: number }, what: string): void {
  const rate = hits / trials;
  const allowed = claimed + 3 * Math.sqrt(claimed * (1 - claimed) / trials);
  console.log(
    `seed ${SEED}: ${what}: ${(100 * rate).toFixed(1)} % of ${trials}, at most ${(100 * claimed).toFixed(1)} % claimed`,
  );
  assert(rate <= allowed, `${what}: ${rate}, allowed ${allowed}`);
}

/** Smaller than any difference: what alone decides is significance, so that it is the level which is tested. */
const NO_THRESHOLD: Partial<CompareOptions> = { defaultThreshold: 1e-9 };

for (const [name, noise] of Object.entries(NOISES)) {
  Deno.test(`compareRuns() of equal code holds its level and its intervals' over suites: ${name}`, () => {
    const simulation = new Simulation(SEED);
    const trials = 120;
    let [suites, intervals] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const entries = compared(simulation, { noise }, NO_THRESHOLD);
      if (entries.some(isChange)) suites++;
      intervals += entries.filter((entry) => !covers(entry, 1)).length / BENCHMARKS;
    }
    assertAtMost(0.05, { hits: suites, trials }, "suites of equal code with a change");
    assertAtMost(0.05, { hits: intervals, trials }, "intervals that miss");
  });
}

Deno.test("compareRuns() at 10 %: equal code alarms in 2 % of suites, a quarter is found, and what reaches 10 % is seldom called same", () => {
  const simulation = new Simulation(SEED);
  const trials = 150;
  const threshold = Math.log(1.1);
  const effects = [Math.log(1.25), threshold, -threshold, ...Array.from({ length: BENCHMARKS - 3 }, () => 0)];
  for (const name of ["a quiet hour", "a quiet and a busy hour", "slow phases that outlast processes"]) {
    const noise = NOISES[name] ?? QUIET;
    let [alarms, missed, same] = [0, 0, 0];
    for (let trial = 0; trial < trials; trial++) {
      if (compared(simulation, { noise }).some(({ verdict }) => verdict === "slower")) alarms++;
      const [quarter, above, below] = compared(simulation, { noise, effects });
      if (quarter?.verdict !== "slower") missed++;
      for (const entry of [above, below]) if (entry?.verdict === "same") same++;
    }
    assertAtMost(0.02, { hits: alarms, trials }, `${name}: suites of equal code with a slowdown`);
    assertAtMost(0.05, { hits: missed, trials }, `${name}: slowdowns of 25 % not found`);
    assertAtMost(0.05, { hits: same, trials: 2 * trials }, `${name}: changes of 10 % called same`);
  }
});

Deno.test("compareRuns() finds at most the accepted share of changes that are none, or at most rarely a single one", () => {
  const simulation = new Simulation(SEED);
  const trials = 120;
  const effects = Array.from({ length: BENCHMARKS }, (_, index) => index < 8 ? 0.15 : 0);
  let [share, any] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const found = compared(simulation, { effects }, NO_THRESHOLD).map(isChange);
    share += found.slice(8).filter(Boolean).length / Math.max(1, found.filter(Boolean).length);
    if (compared(simulation, { effects }, { ...NO_THRESHOLD, errorControl: "fwer" }).slice(8).some(isChange)) any++;
  }
  assertAtMost(0.05, { hits: share, trials }, "share of false ones among the changes found");
  assertAtMost(0.05, { hits: any, trials }, "suites with a false change, --strict");
});

Deno.test("compareRuns() of three runs a side holds its level, with references and without", () => {
  const simulation = new Simulation(SEED);
  const trials = 80;
  const noise = { ...QUIET, hostSd: 0.1, ownSd: 0.02 };
  for (const references of [8, 0]) {
    let [suites, intervals] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const entries = compared(simulation, { noise, references, runs: 3 }, NO_THRESHOLD);
      if (entries.some(isChange)) suites++;
      intervals += entries.filter((entry) => !covers(entry, 1)).length / BENCHMARKS;
    }
    assertAtMost(0.05, { hits: suites, trials }, `three runs, ${references} references: suites with a change`);
    assertAtMost(0.05, { hits: intervals, trials }, `three runs, ${references} references: intervals that miss`);
  }
});

Deno.test("a test that takes processes for independent of their run alarms in most suites: what the drift is carried for", () => {
  const simulation = new Simulation(SEED);
  const noise = { ...QUIET, hostSd: 0.1, ownSd: 0.02 };
  const trials = 60;
  let alarms = 0;
  for (let trial = 0; trial < trials; trial++) {
    const entries = compared(simulation, { noise }, NO_THRESHOLD);
    const naive = entries.some(({ baseline, current, spread }) =>
      Math.abs(Math.log(current.value / baseline.value)) > 4 * (spread?.forkSd ?? 0) / Math.sqrt(4)
    );
    if (naive) alarms++;
  }
  assert(alarms > trials / 2, `${alarms} of ${trials}`);
});
