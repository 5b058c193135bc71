/**
 * What the self-test works on: measured pairs of processes of one program with itself, some of them slowed down on purpose.
 *
 * @module
 */

import { z } from "zod";
import type { PairMeasurement, Side } from "../duet/mod.ts";

/** What else ran on the host: nothing, an endless loop, or one in bursts. */
export const CONDITIONS = ["quiet", "busy", "on_off"] as const;

/** One of {@linkcode CONDITIONS}. */
export type Condition = typeof CONDITIONS[number];

/** What a pair of processes measured of one benchmark. */
export interface MaterialBenchmark {
  /** The benchmark. */
  readonly id: string;
  /** What it added to the pair's time, in milliseconds. */
  readonly costMs: number;
  /** Its samples. */
  readonly measurement: PairMeasurement;
}

/** One pair of processes. */
export interface MaterialPair {
  /** What else ran. */
  readonly condition: Condition;
  /** What one side's iterations were multiplied by: 1 for none, 1.1 for 10 %. */
  readonly slowdown: number;
  /** Which side that was; says nothing if none was slowed. */
  readonly slowSide: Side;
  /** When it began, as ISO 8601. */
  readonly startedAt: string;
  /** What all of it took, in milliseconds. */
  readonly totalMs: number;
  /** Its benchmarks, and the reference benchmarks that rode along. */
  readonly benchmarks: readonly MaterialBenchmark[];
}

const side = z.enum(["a", "b"]);
const count = z.number().int().min(0);
const positive = z.number().positive();

const measurementSchema: z.ZodType<PairMeasurement> = z.strictObject({
  pairs: z.array(z.strictObject({ aNs: positive, bNs: positive, first: side })),
  excluded: z.strictObject({ steal: count, preemption: count, suspend: count }),
  disturbed: z.boolean(),
  optimizedOut: z.strictObject({ a: z.boolean(), b: z.boolean() }),
  batch: positive,
  steady: z.boolean(),
});

/** A pair as it is kept in a file: one line of JSON. */
export const materialPairSchema: z.ZodType<MaterialPair> = z.strictObject({
  condition: z.enum(CONDITIONS),
  slowdown: positive,
  slowSide: side,
  startedAt: z.string(),
  totalMs: positive,
  benchmarks: z.array(
    z.strictObject({ id: z.string(), costMs: z.number().min(0), measurement: measurementSchema }),
  ).min(1),
});
