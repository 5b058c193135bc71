/**
 * Checks of what a user passes to `bench()`, and of what a measuring process is asked for: no library, for every measuring process would load it beside what it measures, and a
 * process without it starts in half the time.
 *
 * @module
 */

/** What is wrong with a value. */
export interface Fault {
  /** Where in it: names of properties and indices; empty: the value itself. */
  readonly path: readonly string[];
  /** What was expected there, and what was found. */
  readonly message: string;
}

/** Looks at a value; null: nothing is wrong with it. */
export type Check = (value: unknown) => Fault | null;

/** What a value has to be. */
export function that(isRight: (value: unknown) => boolean, expected: string): Check {
  return (value) => isRight(value) ? null : { path: [], message: `expected ${expected}, got ${shown(value)}` };
}

/** A function. */
export const aFunction: Check = (value) =>
  typeof value === "function" ? null : { path: [], message: `expected a function, got ${typeof value}` };

/** `true` or `false`. */
export const aFlag: Check = that((value) => typeof value === "boolean", "true or false");

/** A text that is not empty. */
export const aText: Check = that((value) => typeof value === "string" && value !== "", "a text that is not empty");

/** A text, which may be empty. */
export const aString: Check = that((value) => typeof value === "string", "a text");

/** An object, whatever it has. */
export const anObject: Check = (value) => isObject(value) ? null : notAnObject(value);

/** One of these values. */
export function oneOf(values: readonly unknown[]): Check {
  return that((value) => values.includes(value), values.join(", "));
}

/** A finite number above 0, and up to `max`. */
export function positive(max: number = Number.MAX_VALUE): Check {
  const expected = max === Number.MAX_VALUE ? "a finite number above 0" : `a number above 0, up to ${max}`;
  return that((value) => typeof value === "number" && value > 0 && value <= max, expected);
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Check {
  const isRight = (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return that(isRight, `a whole number ${max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`}`);
}

/** An array whose every item passes a check. */
export function arrayOf(check: Check): Check {
  return (value) =>
    Array.isArray(value)
      ? firstFault(value.entries(), check)
      : { path: [], message: `expected an array, got ${shown(value)}` };
}

/** The same with one item at least; else `missing` is what is wrong. */
export function someOf(check: Check, missing: string): Check {
  const all = arrayOf(check);
  return (value) => Array.isArray(value) && value.length === 0 ? { path: [], message: missing } : all(value);
}

/** An object whose every property has a name and passes a check. */
export function recordOf(check: Check): Check {
  return (value) => {
    if (!isObject(value)) return notAnObject(value);
    if (Object.hasOwn(value, "")) return { path: [], message: "a name must not be empty" };
    return firstFault(Object.entries(value), check);
  };
}

/** An object that has no other properties than these, each of which passes its check. */
export function objectOf(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (!isObject(value)) return notAnObject(value);
    const unknown = Object.keys(value).find((key) => !Object.hasOwn(checks, key));
    if (unknown !== undefined) {
      const known = Object.keys(checks).join(", ");
      return { path: [], message: `there is no ${shown(unknown)}; expected ${known}` };
    }
    for (const [key, check] of Object.entries(checks)) {
      const fault = within(key, check(Reflect.get(value, key)));
      if (fault !== null) return fault;
    }
    return null;
  };
}

/** `undefined`, or what passes a check. */
export function optional(check: Check): Check {
  return (value) => value === undefined ? null : check(value);
}

/** `null`, or what passes a check. */
export function nullable(check: Check): Check {
  return (value) => value === null ? null : check(value);
}

/** A text, or another value, as an error shows it: on one line, and cut. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object"; // which need not be able to turn into a text
  const text = typeof value === "string" ? JSON.stringify(value) : Object.is(value, -0) ? "-0" : String(value);
  return text.length > 100 ? `${text.slice(0, 97)}…"` : text;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAnObject(value: unknown): Fault {
  return { path: [], message: `expected an object, got ${shown(value)}` };
}

function firstFault(entries: Iterable<readonly [string | number, unknown]>, check: Check): Fault | null {
  for (const [key, value] of entries) {
    const fault = within(String(key), check(value));
    if (fault !== null) return fault;
  }
  return null;
}

function within(key: string, fault: Fault | null): Fault | null {
  return fault === null ? null : { path: [key, ...fault.path], message: fault.message };
}
