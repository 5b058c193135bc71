/**
 * How several writes to one variable become one value.
 *
 * @module
 */

/** Makes the new value of a variable from its current one, `undefined` at first, and an update; it must not change either. */
export type ReducerFunction<Value> = (current: Value | undefined, update: Value) => Value;

/**
 * A reducer that comes with the library.
 *
 * - `add`: the sum of numbers or bigints.
 * - `append`: an array with the update's items after its own; `ctx.append` adds one. Cheap also for many writers.
 * - `concat`: the same for arrays, and for strings.
 * - `merge`: an object with the update's own keys over its own, one level deep.
 * - `replace`: the update that is committed last. Say so where that is what you want of concurrent writers.
 */
export type ReducerName = "add" | "append" | "concat" | "merge" | "replace";

/** The reducers of some variables, by key: a name or a function. */
export type Reducers<Vars extends object> = {
  readonly [Key in keyof Vars]?: ReducerName | ReducerFunction<NonNullable<Vars[Key]>>;
};

/** A reducer whose types are erased: what the engine calls. */
export type AnyReducer = (current: unknown, update: unknown) => unknown;

const BUILT_IN: Readonly<Record<ReducerName, AnyReducer>> = {
  add(current, update) {
    if (typeof current === "number" && typeof update === "number") return current + update;
    if (typeof current === "bigint" && typeof update === "bigint") return current + update;
    if (current === undefined && (typeof update === "number" || typeof update === "bigint")) return update;
    throw mismatch("add", "two numbers or two bigints", current, update);
  },
  append(current, update) {
    if (Array.isArray(update) && (current === undefined || Array.isArray(current))) return joined(current, update);
    throw mismatch("append", "two arrays", current, update);
  },
  concat(current, update) {
    if (typeof update === "string" && (current === undefined || typeof current === "string")) {
      return (current ?? "") + update;
    }
    if (Array.isArray(update) && (current === undefined || Array.isArray(current))) return joined(current, update);
    throw mismatch("concat", "two arrays or two strings", current, update);
  },
  merge(current, update) {
    if (isObject(update) && (current === undefined || isObject(current))) return { ...current, ...update };
    throw mismatch("merge", "two objects", current, update);
  },
  replace: (_current, update) => update,
};

/** Whether a reducer joins arrays, so that a result of its own may grow in place as long as nobody has seen it. */
export function joinsArrays(reducer: AnyReducer): boolean {
  return reducer === BUILT_IN.append || reducer === BUILT_IN.concat;
}

/**
 * The reducers by key, or `undefined` if there are none.
 *
 * @throws {TypeError} If one is neither a function nor a known name.
 */
export function compileReducers(
  reducers: Readonly<Record<string, unknown>> | undefined,
): ReadonlyMap<string, AnyReducer> | undefined {
  if (reducers === undefined) return undefined;
  const compiled = new Map<string, AnyReducer>();
  for (const [key, reducer] of Object.entries(reducers)) {
    if (reducer === undefined) continue;
    compiled.set(key, compileReducer(key, reducer));
  }
  return compiled.size === 0 ? undefined : compiled;
}

function compileReducer(key: string, reducer: unknown): AnyReducer {
  if (typeof reducer === "function") return (current, update) => reducer(current, update);
  if (typeof reducer === "string" && Object.hasOwn(BUILT_IN, reducer)) return BUILT_IN[reducer as ReducerName];
  throw new TypeError(
    `Cannot use the reducer of variable "${key}": wanted a function or one of ${Object.keys(BUILT_IN).join(", ")}, ` +
      `found ${JSON.stringify(reducer)}`,
  );
}

function joined(current: readonly unknown[] | undefined, update: readonly unknown[]): unknown[] {
  return current === undefined ? update.slice() : current.concat(update);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mismatch(name: ReducerName, wanted: string, current: unknown, update: unknown): TypeError {
  return new TypeError(`Cannot reduce with ${name}: wanted ${wanted}, found ${kindOf(current)} and ${kindOf(update)}`);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "an array" : value === null ? "null" : `${typeof value}`;
}
