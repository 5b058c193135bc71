/**
 * What is asked of the system to find out what a host has.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import process from "node:process";

/** The system as seen by whoever asks what a host has; tests and other runtimes have their own. */
export interface HostFiles {
  /** The text of a file; `undefined` if it is not there, or must not be read. */
  readText(path: string): string | undefined;
  /** The names in a folder; none if it is not there, or must not be read. */
  list(path: string): readonly string[];
  /** An environment variable; `undefined` if it is not set, or must not be read. */
  variable(name: string): string | undefined;
  /** How many processors this process may use; at least 1. */
  readonly processors: number;
  /** The memory of the host, in bytes, where no file tells it. */
  readonly memory: { readonly totalBytes: number; readonly freeBytes: number };
}

/**
 * This system. Needs `--allow-read=/proc,/sys,/dev`, `--allow-sys` and `--allow-env=CUDA_VISIBLE_DEVICES` under Deno; what is not
 * allowed counts as not there.
 */
export const SYSTEM_FILES: HostFiles = {
  readText: (path) => attempt(() => readFileSync(path, "utf8"), undefined),
  list: (path) => attempt(() => readdirSync(path), []),
  variable: (name) => attempt(() => process.env[name], undefined),
  get processors() {
    return Math.max(1, attempt(() => availableParallelism(), navigator.hardwareConcurrency));
  },
  get memory() {
    return attempt(systemMemory, { totalBytes: 0, freeBytes: 0 });
  },
};

function systemMemory(): HostFiles["memory"] {
  // Deno's own counts what could be had without swapping; macOS calls hardly anything free.
  const deno: unknown = Reflect.get(globalThis, "Deno");
  if (typeof deno === "object" && deno !== null && "systemMemoryInfo" in deno) {
    const { total, available } = Deno.systemMemoryInfo();
    return { totalBytes: total, freeBytes: available };
  }
  return { totalBytes: totalmem(), freeBytes: freemem() };
}

function attempt<Result>(read: () => Result, otherwise: Result): Result {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
