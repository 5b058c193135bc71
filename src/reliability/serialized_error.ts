/**
 * Errors as plain data.
 *
 * @module
 */

/** What is kept of an error: nothing that holds on to what it was thrown from, and everything JSON can say. */
export interface SerializedError {
  /** Its name; `"NonError"` if what was thrown is no `Error`. */
  readonly name: string;
  /** Its message, or what was thrown as text; at most 2,000 characters. */
  readonly message: string;
  /** Its `code`, if that is a string or a number. */
  readonly code?: string | number;
  /** Where it was made; at most 8,000 characters. */
  readonly stack?: string;
  /** What led to it; at most 8 causes deep. */
  readonly cause?: SerializedError;
}

const LONGEST_MESSAGE = 2_000;
const LONGEST_STACK = 8_000;
const DEEPEST_CAUSE = 8;

/** Keeps what can be kept of anything that was thrown; never throws, whatever that does when it is looked at. */
export function serializeError(thrown: unknown): SerializedError {
  return serialize(thrown, 0);
}

function serialize(thrown: unknown, depth: number): SerializedError {
  try {
    if (!(thrown instanceof Error)) return { name: "NonError", message: clip(textOf(thrown), LONGEST_MESSAGE) };
    const { name, message, stack, cause } = thrown;
    const code: unknown = "code" in thrown ? thrown.code : undefined;
    return {
      name: String(name),
      message: clip(String(message), LONGEST_MESSAGE),
      ...(typeof code === "string" || typeof code === "number" && Number.isFinite(code) ? { code } : {}),
      ...(typeof stack === "string" ? { stack: clip(stack, LONGEST_STACK) } : {}),
      ...(cause !== undefined && depth < DEEPEST_CAUSE ? { cause: serialize(cause, depth + 1) } : {}),
    };
  } catch {
    return { name: "NonError", message: `a value of type ${typeof thrown} that cannot be looked at` };
  }
}

/** Whether a value has the shape of a serialised error. */
export function isSerializedError(value: unknown): value is SerializedError {
  for (let error = value, depth = 0; depth <= DEEPEST_CAUSE; depth++) {
    if (typeof error !== "object" || error === null) return false;
    const { name, message, code, stack, cause }: Record<string, unknown> = { ...error };
    if (typeof name !== "string" || typeof message !== "string") return false;
    if (code !== undefined && typeof code !== "string" && typeof code !== "number") return false;
    if (stack !== undefined && typeof stack !== "string") return false;
    if (cause === undefined) return true;
    error = cause;
  }
  return false;
}

function textOf(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  return JSON.stringify(thrown) ?? String(thrown);
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
