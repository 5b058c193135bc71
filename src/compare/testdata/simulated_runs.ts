/**
 * Simulated runs, for the error rates of whole comparisons: a host whose level drifts, processes and benchmarks that differ.
 *
 * @module
 */

import type { Simulation } from "../../measure/statistics/testdata/simulated.ts";
import type { Sides } from "../circumstances.ts";
import type { BenchmarkData, RunData } from "../run_data.ts";

/** How processes deviate from their benchmark, in standard deviations: mean 0, standard deviation about 1. */
export type ProcessNoise = (simulation: Simulation) => number;

/** The shapes that real processes have. */
export const PROCESS_NOISE = {
  normal: (simulation: Simulation) => simulation.normal(),
  /** Student's t with three degrees of freedom: rarely, a process is far off. */
  heavyTails: (simulation: Simulation) => {
    const squares = [simulation.normal(), simulation.normal(), simulation.normal()].map((value) => value ** 2);
    return simulation.normal() / Math.sqrt((squares[0] ?? 1) + (squares[1] ?? 1) + (squares[2] ?? 1));
  },
  /** One process in five is in the slower one of two states. */
  bimodal: (simulation: Simulation) => (simulation.chance(0.2) ? 0.8 : -0.2) / 0.4 + 0.2 * simulation.normal(),
  /** One process in seven shares its processor with somebody. */
  bursts: (simulation: Simulation) =>
    0.4 * simulation.normal() + (simulation.chance(1 / 7) ? 2.2 * Math.abs(simulation.normal()) : 0) - 0.25,
} as const satisfies Record<string, ProcessNoise>;

/** What disturbs the figures; standard deviations of logarithms. */
export interface Noise {
  /** Between the processes of a run. */
  readonly forkSd: number;
  /** Its shape. */
  readonly shape: ProcessNoise;
  /** Of a benchmark between runs. */
  readonly ownSd: number;
  /** Of the whole host between runs. */
  readonly hostSd: number;
  /** Of the whole host within a run: about its level in that run. */
  readonly hostForkSd: number;
  /** How much of that lasts from one process to the next, from 0 to 1. */
  readonly autocorrelation: number;
  /** The clock's step as a share of a figure: figures are multiples of it; 0 for none. */
  readonly clockStep: number;
}

/** A shared virtual machine at a quiet hour. */
export const QUIET: Noise = {
  forkSd: 0.03,
  shape: PROCESS_NOISE.normal,
  ownSd: 0.012,
  hostSd: 0.02,
  hostForkSd: 0.01,
  autocorrelation: 0,
  clockStep: 0,
};

/** What is simulated. */
export interface SimulatedSuite {
  /** What disturbs it. */
  readonly noise: Noise;
  /** Logarithm of the true change of each benchmark; their number is that of the benchmarks. */
  readonly effects: readonly number[];
  /** Number of references. */
  readonly references: number;
  /** Processes in each run. */
  readonly forks: number;
  /** Runs on each side. */
  readonly runs: number;
}

/** Simulates the runs of both sides; equal states of `simulation` give equal runs. */
export function simulatedSides(simulation: Simulation, suite: SimulatedSuite): Sides<RunData[]> {
  const centers = [...suite.effects, ...Array.from({ length: suite.references }, () => 0)].map(() =>
    Math.log(100) + simulation.normal()
  );
  const side = (name: string, effects: readonly number[]) =>
    Array.from({ length: suite.runs }, (_, run) => {
      const levels = centers.map((center, index) => center + (effects[index] ?? 0));
      return simulatedRun(simulation, `${name}${run}.json`, suite, levels);
    });
  return { baseline: side("baseline", []), current: side("current", suite.effects) };
}

function simulatedRun(
  simulation: Simulation,
  source: string,
  { noise, effects, forks }: SimulatedSuite,
  centers: readonly number[],
): RunData {
  const host = hostLevels(simulation, noise, forks);
  const figures = centers.map((center) => {
    const own = center + noise.ownSd * simulation.normal();
    return Array.from({ length: forks }, (_, fork) => {
      const level = own + (host[fork] ?? 0);
      return rounded(Math.exp(level + noise.forkSd * noise.shape(simulation)), noise.clockStep * Math.exp(center));
    });
  });
  const benchmarks = figures.map((values, index) =>
    simulatedBenchmark(index < effects.length ? `suite/${index}` : `references/${index - effects.length}`, values)
  );
  return {
    ...EMPTY_RUN,
    source,
    benchmarks: benchmarks.slice(0, effects.length),
    references: benchmarks.slice(effects.length),
  };
}

const EMPTY_RUN: RunData = {
  source: "",
  tool: "puffin-bench 0.1.0",
  startedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 40_000,
  commit: null,
  environment: null,
  settings: {},
  benchmarks: [],
  references: [],
};

/** A run of given benchmarks. */
export function runOf(source: string, benchmarks: readonly BenchmarkData[], changes: Partial<RunData> = {}): RunData {
  return { ...EMPTY_RUN, source, benchmarks, ...changes };
}

/** A benchmark whose processes measured `values`; its id is `suite/name`. */
export function simulatedBenchmark(
  id: string,
  values: readonly number[],
  changes: Partial<BenchmarkData> = {},
): BenchmarkData {
  const [suite = "", ...name] = id.split("/");
  return {
    id,
    suite,
    name: name.join("/"),
    params: {},
    status: "ok",
    message: "",
    definitionHash: "hash",
    unit: "ns",
    better: "lower",
    estimator: "p25",
    processes: values.map((value, fork) => ({ value, samples: 24, fork })),
    ...changes,
  };
}

/** A level for the whole run and, about it, an autoregressive process of first order. */
function hostLevels(simulation: Simulation, { hostSd, hostForkSd, autocorrelation }: Noise, count: number): number[] {
  const level = hostSd * simulation.normal();
  let deviation = hostForkSd * simulation.normal();
  return Array.from({ length: count }, () => {
    const current = level + deviation;
    deviation = autocorrelation * deviation + Math.sqrt(1 - autocorrelation ** 2) * hostForkSd * simulation.normal();
    return current;
  });
}

function rounded(value: number, step: number): number {
  return step === 0 ? value : Math.max(1, Math.round(value / step)) * step;
}
