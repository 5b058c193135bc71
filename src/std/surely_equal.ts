/** How many objects are looked at: a circle ends there, and so does what would be looked at again and again. */
const MOST_OBJECTS = 2_000;

let objects = 0;

/**
 * Whether two values are equal beyond doubt: primitive ones, and arrays and plain objects of such. Where equality takes thought, as of
 * sets, dates or instances of classes, the answer is false, and somebody else has to think.
 *
 * Models compare all that they know after every call, and nearly always it is equal: this takes a fifth of the time of `equal` of the
 * standard library, which makes lists of names and remembers what it has seen.
 */
export function areSurelyEqual(a: unknown, b: unknown): boolean {
  objects = 0;
  return areEqual(a, b);
}

function areEqual(a: unknown, b: unknown): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!isObject(a) || !isObject(b) || ++objects > MOST_OBJECTS) return false;
  const prototype = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (prototype !== Array.prototype && prototype !== Object.prototype) return false;
  const keys = Object.keys(a), others = Object.keys(b);
  if (keys.length !== others.length || hasSymbols(a) || hasSymbols(b)) return false;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!; // mostly they have the same order
    if (key !== others[i] && !isEnumerable(b, key)) return false;
    if (!areEqual(a[key], b[key])) return false;
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function hasSymbols(of: object): boolean {
  return Object.getOwnPropertySymbols(of).length > 0;
}

function isEnumerable(of: object, key: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(of, key);
}
