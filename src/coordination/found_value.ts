/**
 * Values in errors.
 *
 * @module
 */

/** Says what was found where something else was wanted; never fails, whatever it is: `"text"`, `7`, `5n`, `an object`. */
export function foundValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "an array" : "an object";
    default:
      return String(value);
  }
}
