/**
 * The entry of a pool's Workers that are given a module and the name of its function.
 *
 * @module
 */

import { isWorkerScope, serveLoaded } from "./serve_tasks.ts";

// Elsewhere this module does nothing: tools load it to look at it.
if (isWorkerScope(globalThis)) {
  serveLoaded(async (module, exportName) => {
    const exports: Record<string, unknown> = await import(module);
    const fn = exports[exportName];
    if (typeof fn === "function") return (input: never, signal: AbortSignal): unknown => fn(input, signal);
    throw new TypeError(
      `Cannot run tasks with "${exportName}" of ${module}: expected an exported function, found ${typeof fn}`,
    );
  });
}
