/**
 * Attributes within their limits.
 *
 * @module
 */

import type { Attributes } from "@opentelemetry/api";

/** How deep lists and maps may be nested within a value, and how many values they may hold in all. */
const MAX_DEPTH = 8, MAX_VALUES = 10_000;

/**
 * An object without a prototype's names, so that "__proto__" and "constructor" are names like others; a class, as V8 keeps
 * what `Object.create(null)` makes in a slower form.
 */
class Bag {
  [name: string]: unknown;

  static {
    Object.setPrototypeOf(this.prototype, null);
    Reflect.deleteProperty(this.prototype, "constructor");
  }
}

/** Attributes that are made when somebody asks for them: always the same, and nobody else's to change. */
export interface LateAttributes {
  /** Makes them. */
  toAttributes(): Attributes;
  /** Makes them with others behind them, if it knows these: at half the cost of putting them together. */
  withOthers?(others: LateAttributes): Attributes | undefined;
}

/** Attributes of a span, an event or a link. */
export class AttributeSet {
  /** Names and values. */
  readonly values: Attributes = new Bag();
  /** How many there are. */
  count = 0;
  /** How many were left out: beyond the limit, without a name, or of a kind that no attribute can have. */
  dropped = 0;

  /**
   * Sets one; `undefined` sets nothing. Values are texts, numbers, booleans, `null`, byte arrays, and lists and maps of
   * them up to eight levels deep. Lists, maps and byte arrays are copied.
   */
  set(name: string, value: unknown, maxCount: number, maxLength: number): void {
    if (value === undefined) return;
    if (typeof name !== "string" || name === "") {
      this.dropped++;
      return;
    }
    const { values } = this, isNew = values[name] === undefined;
    if (isNew && this.count >= maxCount) {
      this.dropped++;
      return;
    }
    const kept = isPlain(value, maxLength) ? value : copyOf(value, maxLength);
    if (kept === undefined) {
      this.dropped++;
      return;
    }
    values[name] = kept;
    if (isNew) this.count++;
  }

  /** Sets those of an object that this library has made: it needs no guard. */
  setOwn(attributes: Attributes, maxCount: number, maxLength: number): void {
    for (const name in attributes) this.set(name, attributes[name], maxCount, maxLength);
  }

  /** Sets those of an object; whatever else is given, or fails when it is read, sets nothing. */
  setAll(attributes: unknown, maxCount: number, maxLength: number): this {
    if (typeof attributes !== "object" || attributes === null) return this;
    try {
      for (const name of Object.keys(attributes)) {
        this.set(name, Reflect.get(attributes, name), maxCount, maxLength);
      }
    } catch {
      this.dropped++; // a getter or a proxy that throws must not harm the code that is traced
    }
    return this;
  }
}

/** Whether attributes that this library has put together are kept as they are: none is to be left out or copied. */
export function areWithin(values: Attributes, maxCount: number, maxLength: number): boolean {
  let count = 0;
  for (const name in values) {
    if (++count > maxCount || name === "" || !isPlain(values[name], maxLength)) return false;
  }
  return true;
}

/** Whether a value is kept as it is. */
function isPlain(value: unknown, maxLength: number): boolean {
  return typeof value === "number" || typeof value === "boolean" ||
    typeof value === "string" && value.length <= maxLength;
}

/** The value as it is kept; `undefined` if no attribute can have it. */
function copyOf(value: unknown, maxLength: number): unknown {
  try {
    return new Copier(maxLength).copy(value, 0);
  } catch {
    return undefined;
  }
}

class Copier {
  readonly #maxLength: number;
  #left = MAX_VALUES;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  copy(value: unknown, depth: number): unknown {
    if (--this.#left < 0 || depth > MAX_DEPTH) return undefined;
    switch (typeof value) {
      case "string":
        return value.length <= this.#maxLength ? value : value.slice(0, this.#maxLength);
      case "number":
      case "boolean":
        return value;
      case "object":
        if (value === null) return null;
        if (value instanceof Uint8Array) return value.slice(0, Math.min(value.length, this.#maxLength));
        return Array.isArray(value) ? this.#copyList(value, depth) : this.#copyMap(value, depth);
      default:
        return undefined;
    }
  }

  #copyList(list: readonly unknown[], depth: number): unknown[] | undefined {
    if (list.length > this.#left) return undefined;
    const copy: unknown[] = [];
    for (const item of list) {
      const kept = item === undefined ? null : this.copy(item, depth + 1);
      if (kept === undefined) return undefined;
      copy.push(kept);
    }
    return copy;
  }

  #copyMap(map: object, depth: number): Record<string, unknown> | undefined {
    const prototype: unknown = Object.getPrototypeOf(map);
    if (prototype !== Object.prototype && prototype !== null && prototype !== Bag.prototype) return undefined;
    const copy = new Bag();
    for (const name of Object.keys(map)) {
      const item: unknown = Reflect.get(map, name);
      if (item === undefined) continue;
      const kept = this.copy(item, depth + 1);
      if (kept === undefined) return undefined;
      copy[name] = kept;
    }
    return copy;
  }
}
