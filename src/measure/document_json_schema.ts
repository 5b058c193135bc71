/**
 * The JSON Schema of the result document, for programs that are not written in TypeScript.
 *
 * @module
 */

import { z } from "zod";
import { documentSchema } from "./document_schema.ts";

/**
 * The JSON Schema (draft 2020-12) of a result document of the current version, as it is read: what older programs did not write
 * may be missing. Made anew at each call.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { documentJsonSchema } from "./document_json_schema.ts";
 *
 * assertEquals(documentJsonSchema()["type"], "object");
 * ```
 */
export function documentJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(documentSchema, { io: "input" }) };
}
