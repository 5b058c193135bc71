/**
 * Wrong values, as errors show them.
 *
 * @module
 */

/** A value for an error's text: strings in quotes, and whatever cannot be printed, such as an object without a prototype, by its type. */
export function shownValue(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  try {
    return String(value);
  } catch {
    return `of type ${typeof value}, which cannot be printed`;
  }
}
