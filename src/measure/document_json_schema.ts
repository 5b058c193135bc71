/**
 * The JSON Schema of the result document, for programs that are not written in TypeScript.
 *
 * @module
 */

import { z } from "zod";
import { DOCUMENT_FORMAT, DOCUMENT_VERSION } from "./document.ts";
import { documentSchema } from "./document_schema.ts";

/**
 * The JSON Schema (draft 2020-12) of a result document of the current version, as it is read: what older programs did not write
 * may be missing. Its `$id` has format and version. Made anew at each call.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { documentJsonSchema } from "./document_json_schema.ts";
 *
 * assertEquals(documentJsonSchema()["$id"], "urn:puffin-bench:result:2");
 * ```
 */
export function documentJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(documentSchema, { io: "input" });
  return { $id: `urn:${DOCUMENT_FORMAT.replace("/", ":")}:${DOCUMENT_VERSION}`, ...schema };
}
