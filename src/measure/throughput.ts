/**
 * What one iteration of a benchmark gets through.
 *
 * @module
 */

import type { BenchmarkDefinition, Parameters, Throughput } from "./definition.ts";
import type { IterationThroughput } from "./document.ts";
import { type Fault, objectOf, optional, positive } from "./value_checks.ts";

const checkAmounts = objectOf({ bytes: optional(positive()), elements: optional(positive()) });

/** What is wrong with what an iteration is said to get through; null: nothing. */
export function checkThroughput(value: unknown): Fault | null {
  const fault = checkAmounts(value);
  if (fault !== null) return fault;
  const { bytes, elements }: Throughput = Object(value);
  return bytes === undefined && elements === undefined ? { path: [], message: "tell bytes, elements or both" } : null;
}

function isThroughput(value: unknown): value is Throughput {
  return checkThroughput(value) === null;
}

/**
 * What a benchmark says of one combination of its parameters; null if it says nothing.
 *
 * @throws {TypeError} If its function answers anything else than a {@linkcode Throughput}.
 */
export function throughputOf(
  { name, options: { throughput } }: BenchmarkDefinition,
  params: Parameters,
): IterationThroughput | null {
  if (throughput === undefined) return null;
  const told: unknown = typeof throughput === "function" ? throughput(params) : throughput;
  if (isThroughput(told)) return { bytes: told.bytes ?? null, elements: told.elements ?? null };
  throw new TypeError(
    `Cannot plan benchmark ${JSON.stringify(name)} with ${JSON.stringify(params)}: its throughput is not valid: ${
      checkThroughput(told)?.message
    }; return { bytes: 4_096 } or the like`,
  );
}
