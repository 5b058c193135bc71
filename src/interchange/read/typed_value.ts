/**
 * A parameter's value out of a name.
 *
 * @module
 */

/** Reads a number or a truth value where writing it again gives the very same text; any other text stays as it is. */
export function typedValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  const value = Number(text);
  return text !== "" && Number.isFinite(value) && String(value) === text ? value : text;
}
