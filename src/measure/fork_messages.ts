/**
 * What a fork tells the run: the schemas of its messages, which the run alone needs.
 *
 * @module
 */

import { z } from "zod";
import type { OfferedBenchmark, OfferedSuite } from "./code.ts";
import { clockSchema, forkResultSchema, identitySchema } from "./document_schema.ts";
import { parseMessageLine } from "./message_line.ts";
import type { ForkMeasurement, LoopShape, Pauses } from "./protocol.ts";

const count = z.number().int().min(0);

/** What a timed fork found about one benchmark. */
export const measurementSchema: z.ZodType<ForkMeasurement> = z.strictObject({
  result: forkResultSchema,
  indistinguishable: z.boolean(),
  processCpuNs: z.number().min(0),
  processWallNs: z.number().min(0),
  heapUsedBytes: count,
  residentBytes: count,
});

/** Pauses of the collector while one benchmark was observed. */
export const pausesSchema: z.ZodType<Pauses> = z.strictObject({
  pauses: count,
  totalMs: z.number().min(0),
  maxMs: z.number().min(0),
});

/** What a memory fork found about one benchmark; `iterations` were observed. Pauses are sampled where V8 does not trace them. */
export const allocationSchema = z.strictObject({
  iterations: z.number().int().min(1),
  allocatedBytes: z.number().min(0).nullable(),
  sampledPauses: pausesSchema.nullable(),
  heapUsedBytes: count,
  residentBytes: count,
});

/** Why a benchmark failed, as a fork tells it. */
export const reportedFailureSchema = z.strictObject({
  reason: z.enum(["threw", "returned_false", "leaked_promise", "setup_failed", "teardown_failed"]),
  message: z.string(),
  stack: z.string().nullable(),
});

/** How a loop has to be compiled. */
export const shapeSchema: z.ZodType<LoopShape> = z.strictObject({
  kind: z.enum(["sync", "async"]),
  hooks: z.enum(["none", "sync", "async"]),
});

/** What an audit found about one benchmark. */
export const auditSchema = z.strictObject({ shape: shapeSchema });

/** A benchmark that a process has. */
export const offeredBenchmarkSchema: z.ZodType<OfferedBenchmark> = z.strictObject({
  identity: identitySchema,
  timeoutMs: z.number().positive().nullable(),
});

const offeredSuiteSchema: z.ZodType<OfferedSuite> = z.strictObject({
  name: z.string().min(1),
  benchmarks: z.array(offeredBenchmarkSchema).min(1),
});

const messageSchema = z.discriminatedUnion("type", [
  /** It has read its request and loaded the suite. */
  z.strictObject({ type: z.literal("ready"), clock: clockSchema, canCollect: z.boolean() }),
  /** From now on it works on this benchmark; null: on none. */
  z.strictObject({
    type: z.literal("begin"),
    id: z.string().nullable(),
    phase: z.enum(["setup", "check", "warmup", "round", "memory", "teardown"]),
  }),
  z.strictObject({ type: z.literal("failed"), id: z.string(), failure: reportedFailureSchema }),
  z.strictObject({ type: z.literal("offered"), suites: z.array(offeredSuiteSchema), leftOut: count }),
  z.strictObject({ type: z.literal("audited"), id: z.string(), audit: auditSchema }),
  z.strictObject({ type: z.literal("allocated"), id: z.string(), allocation: allocationSchema }),
  z.strictObject({ type: z.literal("measured"), id: z.string(), measurement: measurementSchema }),
  /** It cannot work at all: the suite does not load, say. */
  z.strictObject({ type: z.literal("broken"), message: z.string(), stack: z.string().nullable() }),
  z.strictObject({ type: z.literal("done") }),
]);

/** What a memory fork found about one benchmark. */
export type Allocation = z.infer<typeof allocationSchema>;

/** Why a benchmark failed, as a fork tells it. */
export type ReportedFailure = z.infer<typeof reportedFailureSchema>;

/** What an audit found about one benchmark. */
export type Audit = z.infer<typeof auditSchema>;

/** One message of a fork. */
export type ForkMessage = z.infer<typeof messageSchema>;

/**
 * Takes one line of a fork's stdout.
 *
 * @returns The message, or null if the line is not one: then it is what the benchmark printed.
 */
export function parseMessage(token: string, line: string): ForkMessage | null {
  return parseMessageLine(messageSchema, token, line);
}
