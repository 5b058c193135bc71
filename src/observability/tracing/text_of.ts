/**
 * Texts of what should be texts.
 *
 * @module
 */

/** A text as it is, anything else as `String` has it, or "" if that fails: what is traced must not be harmed by a name. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return String(value);
  } catch {
    return ""; // a proxy, an object without a prototype, or one whose own `toString` throws
  }
}
