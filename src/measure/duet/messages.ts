/**
 * What a program of a duet tells: the schemas of its messages, which the conductor alone needs.
 *
 * @module
 */

import { z } from "zod";
import { clockSchema } from "../document_schema.ts";
import { offeredBenchmarkSchema, reportedFailureSchema, shapeSchema } from "../fork_messages.ts";
import { parseMessageLine } from "../message_line.ts";
import type { DuetSample } from "./protocol.ts";

const count = z.number().int().min(0);

const sampleSchema: z.ZodType<DuetSample> = z.strictObject({
  ns: z.number().min(0),
  wallNs: z.number().min(0),
  iterations: z.number().int().min(1),
  excluded: z.enum(["steal", "preemption", "suspend"]).nullable(),
  runQueueDelayNs: z.number().min(0).nullable(),
  involuntarySwitches: count.nullable(),
});

const messageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), protocol: z.number(), tool: z.string() }), // of any version
  z.strictObject({
    type: z.literal("ready"),
    clock: clockSchema,
    canCollect: z.boolean(),
    runtime: z.string(),
    benchmarks: z.array(offeredBenchmarkSchema),
  }),
  z.strictObject({
    type: z.literal("prepared"),
    shape: shapeSchema,
    fixedIterations: z.number().int().min(1).nullable(),
    iterationNs: z.number().min(0),
    iterationWallNs: z.number().min(0),
    batch: z.number().int().min(1),
    steady: z.boolean(),
  }),
  /** Nanoseconds an iteration of the empty loop, one value a sample. */
  z.strictObject({ type: z.literal("empty"), values: z.array(z.number().min(0)).min(1) }),
  z.strictObject({ type: z.literal("sampled"), sample: sampleSchema }),
  /** The processor's number; null if it cannot stay on one. */
  z.strictObject({ type: z.literal("pinned"), processor: count.nullable() }),
  /** The command is carried out, and there is nothing to tell. */
  z.strictObject({ type: z.literal("done") }),
  /** The command's benchmark failed, and is torn down. */
  z.strictObject({ type: z.literal("failed"), failure: reportedFailureSchema }),
  /** All is torn down; what failed then. */
  z.strictObject({
    type: z.literal("closed"),
    failures: z.array(z.strictObject({ id: z.string(), failure: reportedFailureSchema })),
  }),
  /** It cannot work at all: a file does not load, say. */
  z.strictObject({ type: z.literal("broken"), message: z.string() }),
]);

/** One message of a program. */
export type DuetMessage = z.infer<typeof messageSchema>;

/** Takes one line of a program's stdout; null if it is no message: then it is what something else printed. */
export function parseDuetMessage(token: string, line: string): DuetMessage | null {
  return parseMessageLine(messageSchema, token, line);
}
