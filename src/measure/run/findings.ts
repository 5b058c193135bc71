/**
 * What a run has found out so far, record by record: the same records that its journal keeps.
 *
 * @module
 */

import { z } from "zod";
import type { ClockFacts } from "../document_environment.ts";
import { clockSchema, failureSchema } from "../document_schema.ts";
import {
  type Allocation,
  allocationSchema,
  type Audit,
  auditSchema,
  measurementSchema,
  pausesSchema,
} from "../fork_messages.ts";
import type { ForkMeasurement, Pauses } from "../protocol.ts";

/** One thing found out. */
export const recordSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("clock"), clock: clockSchema, canCollect: z.boolean() }),
  z.strictObject({ type: z.literal("audited"), id: z.string(), audit: auditSchema }),
  z.strictObject({
    type: z.literal("allocated"),
    id: z.string(),
    allocation: allocationSchema,
    pauses: pausesSchema.nullable(),
  }),
  z.strictObject({ type: z.literal("measured"), id: z.string(), measurement: measurementSchema }),
  z.strictObject({ type: z.literal("failed"), id: z.string(), failure: failureSchema }),
]);

/** One thing found out. */
export type FindingRecord = z.infer<typeof recordSchema>;

/** Why a benchmark failed, and in which fork. */
export type Failure = z.infer<typeof failureSchema>;

/** What is known about one benchmark. */
export interface Finding {
  /** Once it was audited. */
  audit: Audit | undefined;
  /** Once it was observed. */
  allocation: { readonly allocation: Allocation; readonly pauses: Pauses | null } | undefined;
  /** By the number of the fork. */
  readonly measurements: Map<number, ForkMeasurement>;
  /** Once it failed: nothing more is measured of it. */
  failure: Failure | undefined;
}

/** In how many benchmarks the collector's pauses were traced by V8, sampled, or not observed. */
export type PauseObservations = Readonly<Record<"traced" | "sampled" | "unobserved", number>>;

/** What is known about all of them. */
export class Findings {
  readonly #byId = new Map<string, Finding>();
  #clock: ClockFacts | undefined;
  #canCollect = true;

  /** The clock, once a fork has told of it. */
  get clock(): ClockFacts | undefined {
    return this.#clock;
  }

  /** Whether forks can collect garbage. */
  get canCollect(): boolean {
    return this.#canCollect;
  }

  /** How the collector's pauses were observed. */
  get observations(): PauseObservations {
    const counts = { traced: 0, sampled: 0, unobserved: 0 };
    for (const { allocation } of this.#byId.values()) {
      if (allocation === undefined) continue;
      if (allocation.pauses === null) counts.unobserved++;
      else if (allocation.allocation.sampledPauses !== null) counts.sampled++;
      else counts.traced++;
    }
    return counts;
  }

  /** What is known about a benchmark. */
  of(id: string): Finding {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const finding: Finding = { audit: undefined, allocation: undefined, measurements: new Map(), failure: undefined };
    this.#byId.set(id, finding);
    return finding;
  }

  /** Adds a record; of two that say the same, the first counts. */
  add(record: FindingRecord): void {
    switch (record.type) {
      case "clock":
        this.#clock ??= record.clock;
        this.#canCollect &&= record.canCollect;
        return;
      case "audited":
        this.of(record.id).audit ??= record.audit;
        return;
      case "allocated":
        this.of(record.id).allocation ??= { allocation: record.allocation, pauses: record.pauses };
        return;
      case "measured": {
        const { measurements } = this.of(record.id);
        const { fork } = record.measurement.result;
        if (!measurements.has(fork)) measurements.set(fork, record.measurement);
        return;
      }
      case "failed":
        this.of(record.id).failure ??= record.failure;
        return;
    }
  }
}
