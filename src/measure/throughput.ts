/**
 * What one iteration of a benchmark gets through.
 *
 * @module
 */

import { z } from "zod";
import type { BenchmarkDefinition, Parameters, Throughput } from "./definition.ts";
import type { IterationThroughput } from "./document.ts";

const amount = z.number().positive().optional();

const throughputSchema = z.strictObject({ bytes: amount, elements: amount }).refine(
  ({ bytes, elements }) => bytes !== undefined || elements !== undefined,
  "tell bytes, elements or both",
);

const isFunction = (value: unknown) => typeof value === "function";

/** The option, as a definition may have it. */
export const throughputOptionSchema = z.union([
  z.custom<(params: never) => Throughput>(isFunction, "expected a function"),
  throughputSchema,
]);

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
  const told = throughputSchema.safeParse(typeof throughput === "function" ? throughput(params) : throughput);
  if (told.success) return { bytes: told.data.bytes ?? null, elements: told.data.elements ?? null };
  throw new TypeError(
    `Cannot plan benchmark ${JSON.stringify(name)} with ${JSON.stringify(params)}: its throughput is not valid: ${
      told.error.issues[0]?.message
    }; return { bytes: 4_096 } or the like`,
  );
}
