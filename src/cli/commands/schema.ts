/**
 * `schema`: the JSON Schema of what this program saves, for programs that read it.
 *
 * @module
 */

import { comparisonJsonSchema } from "../../compare/comparison_json_schema.ts";
import { documentJsonSchema } from "../../measure/document_json_schema.ts";
import type { Context } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { quote, UsageError } from "../usage_error.ts";

const SCHEMAS: ReadonlyMap<string, () => Readonly<Record<string, unknown>>> = new Map([
  ["result", documentJsonSchema],
  ["comparison", comparisonJsonSchema],
]);

/** The documents that have one. */
export const SCHEMA_NAMES: readonly string[] = [...SCHEMAS.keys()];

/**
 * Prints a schema.
 *
 * @throws {UsageError} If there is none of that name.
 */
export async function runSchema(name: string, context: Context): Promise<ExitCode> {
  const schema = SCHEMAS.get(name);
  if (schema === undefined) {
    throw new UsageError(`Cannot show the schema of ${quote(name)}: expected ${SCHEMA_NAMES.join(" or ")}`);
  }
  await context.stdout.write(JSON.stringify(schema(), null, 2) + "\n");
  return EXIT_CODE.done;
}
