/**
 * Comparison documents as files, read with suspicion.
 *
 * @module
 */

import { DocumentError, fieldAt, fieldPath, foundValue, quote } from "../measure/document_error.ts";
import { requireUsualKeys } from "../measure/versioned_json.ts";
import { type Comparison, COMPARISON_FORMAT, COMPARISON_VERSION } from "./comparison.ts";
import { comparisonSchema } from "./comparison_schema.ts";

/** Whether a parsed JSON value says that it is a comparison document, whatever else is wrong with it. */
export function saysComparison(value: unknown): boolean {
  return fieldAt(value, ["format"]) === COMPARISON_FORMAT;
}

/**
 * Takes a parsed JSON value for a comparison document.
 *
 * @param value What `JSON.parse` gave.
 * @param source Where it came from, for messages: a file's path.
 * @throws {DocumentError} If it is not a comparison document, of another version, or contradicts itself.
 */
export function comparisonFrom(value: unknown, source: string): Comparison {
  for (const [field, wanted] of [["format", COMPARISON_FORMAT], ["version", COMPARISON_VERSION]] as const) {
    const found = fieldAt(value, [field]);
    if (found === wanted) continue;
    throw new DocumentError(
      field === "format" ? "document_wrong_format" : "document_wrong_version",
      `Cannot read ${quote(source)}: expected "${field}" to be ${JSON.stringify(wanted)}, found ${
        foundValue(found)
      }; ` +
        "read it with the puffin-bench that wrote it",
    );
  }
  requireUsualKeys(value, source);
  const parsed = comparisonSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid({ source, path: issue?.path ?? [], value }, issue?.message ?? "not valid");
  }
  requireConsistency(parsed.data, source);
  return parsed.data;
}

/** What a schema cannot say: ids are unique, intervals are not upside down. */
function requireConsistency(comparison: Comparison, source: string): void {
  const ids = new Set<string>();
  for (const [index, entry] of comparison.benchmarks.entries()) {
    const at = (field: string) => ({ source, path: ["benchmarks", index, field], value: comparison });
    if (ids.has(entry.id)) throw invalid(at("id"), "the id occurs twice");
    ids.add(entry.id);
    if (entry.status !== "compared") continue;
    const { interval, verdict, reason } = entry;
    if (interval !== null && interval.low > interval.high) throw invalid(at("interval"), "its ends are swapped");
    if ((verdict === "inconclusive") !== (reason !== null)) {
      throw invalid(at("reason"), `the verdict is ${verdict}, which ${reason === null ? "needs" : "has no"} reason`);
    }
  }
}

interface Place {
  readonly source: string;
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}

function invalid({ source, path, value }: Place, message: string): DocumentError {
  const at = path.length === 0 ? "the comparison" : fieldPath(path);
  return new DocumentError(
    "document_invalid",
    `Cannot read ${quote(source)}: ${at} is ${
      foundValue(fieldAt(value, path))
    }: ${message}; pass a file that was not edited`,
  );
}
