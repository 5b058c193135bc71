/**
 * Sees which promises come into being, by V8's promise hooks, to find those that an iteration leaves behind.
 *
 * @module
 */

/** Watches promises between `start` and `stop`. */
export interface PromiseWatch {
  /** Begins to watch. */
  start(): void;
  /** Ends it: the promises created meanwhile that derive from no other, and those that were listened to. */
  stop(): { readonly roots: readonly object[]; readonly heard: WeakSet<object> };
  /** Whether a promise is still pending. */
  isPending(promise: object): boolean;
}

/**
 * Finds the hooks in the runtime; undefined where they are not, or not as they are known.
 *
 * Once they were used, promises stay slower in this process: only a process that times nothing may use them.
 */
export function findPromiseWatch(): PromiseWatch | undefined {
  const internal: unknown = Reflect.get(Deno, "internal");
  if (typeof internal !== "symbol") return undefined;
  const core: unknown = property(property(Deno, internal), "core");
  const setHooks = property(core, "setPromiseHooks");
  const details = property(core, "getPromiseDetails");
  if (typeof setHooks !== "function" || typeof details !== "function") return undefined;
  try {
    if (stateOf(details(Promise.resolve())) === stateOf(details(new Promise(() => {})))) return undefined;
  } catch {
    return undefined;
  }
  const pending = stateOf(details(new Promise(() => {})));
  let roots: object[] = [];
  let heard = new WeakSet<object>();
  let isInstalled = false;
  let isWatching = false;
  const noteInit = (promise: object, parent: object | undefined) => {
    if (!isWatching) return;
    if (parent === undefined) roots.push(promise);
    else heard.add(parent);
  };
  return {
    start() {
      roots = [];
      heard = new WeakSet();
      if (!isInstalled) setHooks(noteInit, undefined, undefined, undefined); // each call adds hooks, and none takes them away
      isInstalled = isWatching = true;
    },
    stop() {
      isWatching = false;
      const found = { roots, heard };
      roots = [];
      return found;
    },
    isPending: (promise) => stateOf(details(promise)) === pending,
  };
}

function property(value: unknown, key: string | symbol): unknown {
  return (typeof value === "object" && value !== null) ? Reflect.get(value, key) : undefined;
}

function stateOf(details: unknown): unknown {
  return Array.isArray(details) ? details[0] : undefined;
}
