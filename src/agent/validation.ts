/**
 * Variables on their way in, held against a Standard Schema.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";
import { isThenable } from "../thenable.ts";
import type { SchemaIssue, SchemaOutcome, VariableSchema } from "./schema.ts";

/** What is wrong with one variable. */
export interface VariableIssue {
  /** What was wanted and found, in the schema's words. */
  readonly message: string;
  /** Where, as in `items.0.name`; empty for the variables as a whole. */
  readonly path: string;
}

/** The variables given to a run do not fit the agent's schema; `run` rejects with it, and nothing has run. */
export class InvalidVariablesError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "invalid_variables";

  /** Lists every issue. */
  constructor(readonly agent: string, readonly issues: readonly VariableIssue[]) {
    const list = issues.map(({ path, message }) => path === "" ? message : `${path}: ${message}`).join("; ");
    super(`Cannot run agent "${agent}": its variables do not fit its schema: ${list}`);
  }
}

/** The validated variables, with the schema's defaults and conversions; a promise if the schema is asynchronous. */
export function validateVariables(
  agent: string,
  schema: VariableSchema<unknown, object>,
  variables: unknown,
): object | Promise<object> {
  const result = schema["~standard"].validate(variables);
  return isThenable(result) ? Promise.resolve(result).then((settled) => accept(agent, settled)) : accept(agent, result);
}

function accept(agent: string, result: SchemaOutcome<object>): object {
  if (result.issues === undefined) {
    if (typeof result.value === "object" && result.value !== null) return result.value;
    const message = `expected the schema to make an object, found ${
      result.value === null ? "null" : typeof result.value
    }`;
    throw new InvalidVariablesError(agent, [{ message, path: "" }]);
  }
  throw new InvalidVariablesError(
    agent,
    result.issues.map(({ message, path = [] }) => ({ message, path: pathText(path) })),
  );
}

function pathText(path: NonNullable<SchemaIssue["path"]>): string {
  return path.map((segment) => String(typeof segment === "object" ? segment.key : segment)).join(".");
}
