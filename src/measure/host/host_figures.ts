/**
 * The figures of a host in the units that people read, from what was measured.
 *
 * @module
 */

import type { BenchmarkResult, Estimate, HostFigure, HostFigureIdentity, MeasuredBenchmark } from "../document.ts";
import { summarize } from "../statistics/mod.ts";
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

/** The figure that a result amounts to; it is missing, with the reason, if there is none. */
export function figureFrom(definition: FigureDefinition, result: BenchmarkResult | undefined): HostFigure {
  const { name, kind, unit, better } = definition;
  const identity = { name, kind, unit, better };
  if (result === undefined) return { ...identity, status: "missing", reason: "the measuring was interrupted" };
  if (result.status === "failed") return { ...identity, status: "missing", reason: result.failure.message };
  const { medianInterval, min, samples, forks } = enough(result).statistics;
  if (result.status === "optimized_out" || medianInterval === null || !(min > 0)) {
    return { ...identity, status: "missing", reason: "its samples are too few, or too short, to tell" };
  }
  return { ...identity, status: "measured", value: converted(medianInterval, min, definition), samples, forks };
}

/**
 * A host that disturbs nearly every sample has a figure all the same: of the disturbed ones, too, whose interval is as wide as they
 * are apart.
 */
function enough(result: MeasuredBenchmark): Pick<MeasuredBenchmark, "statistics"> {
  if (result.statistics.medianInterval !== null) return result;
  const forks = result.forks.map((fork) => ({ ...fork, samples: { ...fork.samples, excluded: [] } }));
  return { statistics: summarize(forks, { seed: 0 }) };
}

/**
 * A duration's interval as that of the figure. With few processes it may reach below every sample, or to 0, which would be an endless
 * rate; that the median lies below all of n samples has a probability of 2^-n, so the smallest sample is where it ends.
 */
function converted({ point, low, high, level }: Estimate, min: number, { better, of }: FigureDefinition): Estimate {
  const least = Math.max(low, min);
  const [left, right] = better === "higher" ? [of(high), of(least)] : [of(least), of(high)];
  return { point: of(point), low: left, high: right, level };
}
