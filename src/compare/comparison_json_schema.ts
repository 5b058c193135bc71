/**
 * The JSON Schema of the comparison document, for programs that are not written in TypeScript.
 *
 * @module
 */

import { z } from "zod";
import { comparisonSchema } from "./comparison_schema.ts";

/**
 * The JSON Schema (draft 2020-12) of a comparison document; made anew at each call.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { comparisonJsonSchema } from "./comparison_json_schema.ts";
 *
 * assertEquals(comparisonJsonSchema()["type"], "object");
 * ```
 */
export function comparisonJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(comparisonSchema) };
}
