/**
 * The entry of a pool's Workers that are given a module and the name of what it exports: a function, or an agent.
 *
 * An agent, or whatever else has a method `run` as agents do, is run with the task's input as its variables. The task
 * is answered with its outputs; if the run fails, with its error. Both are copied from thread to thread.
 *
 * @module
 */

import { failureOf } from "../agents/outcome.ts";
import { outputOf } from "../agents/runnable.ts";
import { isWorkerScope, serveLoaded } from "./serve_tasks.ts";

// Elsewhere this module does nothing: tools load it to look at it.
if (isWorkerScope(globalThis)) {
  serveLoaded(async (module, exportName) => {
    const exported = (await load(module))[exportName];
    if (typeof exported === "function") return (input: never, signal: AbortSignal): unknown => exported(input, signal);
    if (isRunnable(exported)) {
      return async (input: never, signal: AbortSignal) => answerOf(await exported.run({ variables: input, signal }));
    }
    throw new TypeError(
      `Cannot run tasks with "${exportName}" of ${module}: expected an exported function or agent, found ${typeof exported}`,
    );
  });
}

async function load(module: string): Promise<Record<string, unknown>> {
  try {
    return await import(module);
  } catch (cause) {
    throw new TypeError(
      `Cannot load ${module} in a Worker: ${cause instanceof Error ? cause.message : String(cause)}; ` +
        "mend the module or its URL, and for an executable name it to deno compile with --include",
      { cause },
    );
  }
}

interface RunnableExport {
  run(options: { readonly variables: never; readonly signal: AbortSignal }): unknown;
}

function isRunnable(exported: unknown): exported is RunnableExport {
  return typeof exported === "object" && exported !== null && "run" in exported && typeof exported.run === "function";
}

function answerOf(result: unknown): unknown {
  const failure = failureOf(result);
  if (failure !== undefined) throw failure.error;
  return outputOf(result);
}
