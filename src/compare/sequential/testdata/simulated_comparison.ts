/**
 * A paired comparison without programs: effects of pairs of processes are drawn, and time goes by a model of what they cost.
 *
 * @module
 */

import { createRandom } from "../../../measure/random.ts";
import { Simulation } from "../../../measure/statistics/testdata/simulated.ts";
import { type Outcome, Sequence } from "../mod.ts";
import { BODIES, pairSdOf12 } from "./bodies.ts";

/** Draws the noise of one benchmark's effect in the pair of processes of this number, in units of its standard deviation. */
export type Noise = (simulation: Simulation, benchmark: number, pair: number) => number;

/** What is compared, and how. */
export interface SimulatedOptions {
  /** True ratio of each of the 24 benchmarks. */
  readonly ratios: readonly number[];
  /** Change that matters. */
  readonly threshold: number;
  /** Time to spend, in seconds. */
  readonly budgetS: number;
  /** Error accepted. */
  readonly alpha: number;
  /** What of. */
  readonly errorControl: "fdr" | "fwer";
  /** A fresh source of noise. */
  readonly noise: Noise;
}

/** What came of it. */
interface SimulatedComparison {
  /** In the order of the bodies. */
  readonly outcomes: readonly Outcome[];
  /** Time spent by the model, in seconds. */
  readonly timeS: number;
}

/** What a pair of processes costs by itself and for each benchmark: warm-up and 12 pairs of samples of 5 ms, in milliseconds. */
const PAIR_MS = 150;
const BENCHMARK_MS = 120 + 12 * 11;

/** Measures what is affordable, and looks after every pair, until all is decided or the time is over. */
function compareSimulated(options: SimulatedOptions, simulation: Simulation): SimulatedComparison {
  const { ratios, threshold, alpha, errorControl, noise } = options;
  const benchmarks = BODIES.map(({ name }) => ({ id: name, threshold }));
  const sequence = new Sequence({ benchmarks, alpha, errorControl });
  const indexes = new Map(BODIES.map(({ name }, index) => [name, index]));
  let remainingMs = 1_000 * options.budgetS;
  for (let pair = 0;; pair++) {
    const next = sequence.affordable({ remainingMs, pairMs: PAIR_MS, benchmarkMs: () => BENCHMARK_MS });
    if (next.size === 0) break;
    remainingMs -= PAIR_MS + BENCHMARK_MS * next.size;
    for (const id of next.keys()) {
      const index = indexes.get(id) ?? 0;
      sequence.add(id, Math.log(ratios[index] ?? 1) + (SDS[index] ?? 0) * noise(simulation, index, pair));
    }
    sequence.look();
  }
  return { outcomes: sequence.outcomes(), timeS: options.budgetS - remainingMs / 1_000 };
}

const SDS = BODIES.map(pairSdOf12);

/** What a benchmark of one of the kinds of noise may meet; each call makes a fresh source, with a state of its own. */
export const NOISES: Readonly<Record<string, () => Noise>> = {
  "normal": () => normal,
  "bimodal processes": () => (simulation) => normal(simulation) + outlier(simulation, 0.006, 6),
  "bimodal bodies": () => (simulation, benchmark) => {
    const mode = benchmark % 4 === 0 ? (simulation.chance(0.3) ? 2 : 0) - (simulation.chance(0.3) ? 2 : 0) : 0;
    return normal(simulation) + mode;
  },
  "heavy tails": () => (simulation) => normal(simulation) / Math.sqrt(chiSquared(simulation, 4) / 4),
  "autocorrelation": () => autocorrelated(0.3),
  "drift": () => drifting,
  "bursts": () => bursts(),
  "steps of the clock": () => (simulation) => Math.round(2 * normal(simulation)) / 2,
};

function normal(simulation: Simulation): number {
  return simulation.normal();
}

function outlier(simulation: Simulation, probability: number, size: number): number {
  if (!simulation.chance(probability)) return 0;
  return simulation.chance(0.5) ? size : -size;
}

function chiSquared(simulation: Simulation, degreesOfFreedom: number): number {
  let sum = 0;
  for (let i = 0; i < degreesOfFreedom; i++) sum += simulation.normal() ** 2;
  return sum;
}

/** Successive pairs of a benchmark are alike: a chain with this correlation. */
function autocorrelated(correlation: number): Noise {
  const last = new Map<number, number>();
  return (simulation, benchmark) => {
    const fresh = normal(simulation);
    const previous = last.get(benchmark);
    const value = previous === undefined ? fresh : correlation * previous + Math.sqrt(1 - correlation ** 2) * fresh;
    last.set(benchmark, value);
    return value;
  };
}

/** What the two of a pair do not share of a slow drift of the host: it comes and goes, with a sign that turns with each pair's order. */
function drifting(simulation: Simulation, _benchmark: number, pair: number): number {
  return normal(simulation) + (pair % 2 === 0 ? 1 : -1) * Math.sin(pair / 5);
}

/** Now and then a pair of processes is disturbed as a whole: all its benchmarks scatter three times as much. */
function bursts(): Noise {
  let [current, isDisturbed] = [-1, false];
  return (simulation, _benchmark, pair) => {
    if (pair !== current) [current, isDisturbed] = [pair, simulation.chance(0.15)];
    return (isDisturbed ? 3 : 1) * normal(simulation);
  };
}

/** What changed: nothing, one benchmark (another in each comparison), or all. */
export type Changed = "none" | "one" | "all";

/** How often what happened, over many comparisons. */
export interface Rates {
  /** Share of comparisons that find a change where there is none. */
  readonly alarms: number;
  /** Share of changed benchmarks that are found slower. */
  readonly found: number;
  /** Share of changed benchmarks that are called the same. */
  readonly falseSame: number;
  /** Share of unchanged benchmarks that are called the same. */
  readonly same: number;
  /** Share of benchmarks whose interval holds the true ratio. */
  readonly covered: number;
  /** Mean over comparisons of the share of claims that are wrong. */
  readonly falseDiscoveries: number;
  /** Mean number of pairs of a changed benchmark. */
  readonly pairs: number;
  /** Mean time, in seconds. */
  readonly timeS: number;
}

/** What is simulated, how often. */
export interface RateOptions extends Omit<SimulatedOptions, "ratios" | "noise"> {
  /** Where the noise comes from. */
  readonly noise: () => Noise;
  /** What changed. */
  readonly changed: Changed;
  /** The true ratio of what changed. */
  readonly ratio: number;
  /** Comparisons. */
  readonly count: number;
  /** Equal seeds give equal rates. */
  readonly seed: number;
}

/** Simulates many comparisons. */
export function simulateRates(options: RateOptions): Rates {
  const { changed, ratio, count, seed } = options;
  const simulation = new Simulation(seed);
  const random = createRandom(seed);
  const sums = { alarms: 0, found: 0, falseSame: 0, same: 0, covered: 0, falseDiscoveries: 0, pairs: 0, timeS: 0 };
  let [changes, unchanged] = [0, 0];
  for (let i = 0; i < count; i++) {
    const target = random.nextInt(BODIES.length);
    const isChanged = (index: number) => changed === "all" || (changed === "one" && index === target);
    const ratios = BODIES.map((_, index) => isChanged(index) ? ratio : 1);
    const { outcomes, timeS } = compareSimulated({ ...options, ratios, noise: options.noise() }, simulation);
    let [claims, wrong] = [0, 0];
    for (const [index, { verdict, interval, pairRatios }] of outcomes.entries()) {
      const truth = ratios[index] ?? 1;
      if (interval !== null && interval.low <= truth && truth <= interval.high) sums.covered++;
      if (verdict === "slower" || verdict === "faster") claims++;
      if (isChanged(index)) {
        changes++;
        sums.pairs += pairRatios.length;
        if (verdict === "slower") sums.found++;
        if (verdict === "same") sums.falseSame++;
      } else {
        unchanged++;
        if (verdict === "same") sums.same++;
        if (verdict === "slower" || verdict === "faster") wrong++;
      }
    }
    if (wrong > 0) sums.alarms++;
    sums.falseDiscoveries += wrong / Math.max(1, claims);
    sums.timeS += timeS;
  }
  return {
    alarms: sums.alarms / count,
    found: sums.found / changes,
    falseSame: sums.falseSame / changes,
    same: sums.same / unchanged,
    covered: sums.covered / (count * BODIES.length),
    falseDiscoveries: sums.falseDiscoveries / count,
    pairs: sums.pairs / changes,
    timeS: sums.timeS / count,
  };
}
