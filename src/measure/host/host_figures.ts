/**
 * The figures of a host in the units that people read, from what was measured.
 *
 * @module
 */

import type { BenchmarkResult, Estimate, MeasuredBenchmark } from "../document.ts";
import type { HostFigure, HostFigureIdentity } from "../document_environment.ts";
import {
  type ForkValues,
  forkValues,
  meanInterval,
  quantile,
  sortSamples,
  studentTQuantile,
} from "../statistics/mod.ts";
import { estimateQuantile } from "../statistics/quantile_error.ts";
import { LOADS, MOVED_BYTES } from "./memory.ts";
import { FLOAT_OPERATIONS, INTEGER_OPERATIONS } from "./processor.ts";

/** A figure, and how a duration of an iteration in nanoseconds becomes one. */
export interface FigureDefinition extends HostFigureIdentity {
  /** The benchmark of the host suite that it is taken from. */
  readonly benchmark: string;
  /** Whether its function is asynchronous: nobody has to find out. */
  readonly isAsync: boolean;
  /** The figure for a duration; falls as the duration rises if more of it is better, else rises. */
  of(iterationNs: number): number;
}

/** Two object literals, one within the other. */
const OBJECTS = 2;

const RATE = { better: "higher", isAsync: false } as const;
const DURATION = { better: "lower", isAsync: false } as const;

/** Every figure, in the order in which they are shown. */
export const FIGURES: readonly FigureDefinition[] = [
  {
    name: "integer",
    kind: "cpu",
    unit: "Mop/s",
    benchmark: "integer",
    ...RATE,
    of: (ns) => INTEGER_OPERATIONS * 1e3 / ns,
  },
  { name: "float", kind: "cpu", unit: "Mop/s", benchmark: "float", ...RATE, of: (ns) => FLOAT_OPERATIONS * 1e3 / ns },
  {
    name: "memory_latency",
    kind: "memory",
    unit: "ns",
    benchmark: "memory_latency",
    ...DURATION,
    of: (ns) => ns / LOADS,
  },
  {
    name: "memory_bandwidth",
    kind: "memory",
    unit: "GB/s",
    benchmark: "memory_bandwidth",
    ...RATE,
    of: (ns) => MOVED_BYTES / ns,
  },
  {
    name: "allocation",
    kind: "memory",
    unit: "Mobj/s",
    benchmark: "object_ops",
    ...RATE,
    of: (ns) => OBJECTS * 1e3 / ns,
  },
  {
    name: "disk_sync_write",
    kind: "disk",
    unit: "µs",
    benchmark: "disk_sync_write",
    ...DURATION,
    of: (ns) => ns / 1e3,
  },
  {
    name: "loopback_round_trip",
    kind: "network",
    unit: "µs",
    benchmark: "loopback_round_trip",
    ...DURATION,
    isAsync: true,
    of: (ns) => ns / 1e3,
  },
];

/** Fewest samples that tell how sure a figure is. */
const MIN_SAMPLES = 3;

const LEVEL = 0.95;

/** The figure that a result amounts to; it is missing, with the reason, if there is none. */
export function figureFrom(definition: FigureDefinition, result: BenchmarkResult | undefined): HostFigure {
  const { name, kind, unit, better, of } = definition;
  const identity = { name, kind, unit, better };
  if (result === undefined) return { ...identity, status: "missing", reason: "the measuring was interrupted" };
  if (result.status === "failed") return { ...identity, status: "missing", reason: result.failure.message };
  const forks = countedValues(result);
  const samples = forks.reduce((sum, { values }) => sum + values.length, 0);
  const ns = samples < MIN_SAMPLES ? null : iterationNs(forks);
  if (result.status === "optimized_out" || ns === null) {
    return { ...identity, status: "missing", reason: "its samples are too few, or too short, to tell" };
  }
  const [low, high] = better === "higher" ? [of(ns.high), of(ns.low)] : [of(ns.low), of(ns.high)];
  return {
    ...identity,
    status: "measured",
    value: { point: of(ns.point), low, high, level: ns.level },
    samples,
    forks: forks.length,
  };
}

/** A host that disturbs nearly every sample has a figure all the same: of the disturbed ones, too. */
function countedValues({ forks }: MeasuredBenchmark): ForkValues[] {
  const counted = forkValues(forks);
  if (counted.reduce((sum, { values }) => sum + values.length, 0) >= MIN_SAMPLES) return counted;
  return forkValues(forks.map((fork) => ({ ...fork, samples: { ...fork.samples, excluded: [] } })));
}

/**
 * The duration of an iteration: the lower quartile, which decisions use, because others only ever make hardware slower. Of several
 * processes it is the geometric mean, with Student's interval over their logarithms; of one, the interval is that of its quartile.
 * Null if it is not above 0.
 */
function iterationNs(forks: readonly ForkValues[]): Estimate | null {
  const sorted = forks.map(({ values }) => sortSamples(values));
  const quartiles = sorted.map((samples) => quantile(samples, 0.25));
  const [first] = sorted;
  if (first === undefined || !quartiles.every((quartile) => quartile > 0)) return null;
  const overForks = meanInterval(quartiles.map(Math.log), LEVEL);
  if (overForks !== null) {
    const { point, low, high, level } = overForks;
    return { point: Math.exp(point), low: Math.exp(low), high: Math.exp(high), level };
  }
  const { point, standardError } = estimateQuantile(first, 0.25);
  const margin = Math.exp(studentTQuantile((1 + LEVEL) / 2, first.length - 1) * standardError / point);
  return { point, low: point / margin, high: point * margin, level: LEVEL };
}
