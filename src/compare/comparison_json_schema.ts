/**
 * The JSON Schema of the comparison document, for programs that are not written in TypeScript.
 *
 * @module
 */

import { z } from "zod";
import { COMPARISON_FORMAT, COMPARISON_VERSION } from "./comparison.ts";
import { comparisonSchema } from "./comparison_schema.ts";

/**
 * The JSON Schema (draft 2020-12) of a comparison document, with an `$id` that has its format and version; made
 * anew at each call.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { comparisonJsonSchema } from "./comparison_json_schema.ts";
 *
 * assertEquals(comparisonJsonSchema()["$id"], "urn:puffin-bench:comparison:1");
 * ```
 */
export function comparisonJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(comparisonSchema);
  return { $id: `urn:${COMPARISON_FORMAT.replace("/", ":")}:${COMPARISON_VERSION}`, ...schema };
}
