/**
 * How the metrics of a registry get to another thread.
 *
 * @module
 */

import { foundValue } from "../../../coordination/found_value.ts";
import { ThreadDirectory } from "../../../coordination/shared/thread_directory.ts";
import { LAYOUT_VERSION, MetricsMemory } from "./layout.ts";

/** What another thread needs to record: plain data for `postMessage`, which shares the buffers. */
export interface SharedMetricsHandle {
  /** What it is. */
  readonly type: "metrics";
  /** Of the buffers' layout; all threads must run the same. */
  readonly version: number;
  /** Whether names must follow the conventions. */
  readonly lint: boolean;
  /** The numbers of all threads. */
  readonly buffer: SharedArrayBuffer;
  /** Who takes part. */
  readonly threads: SharedArrayBuffer;
}

/** A handle that was opened. */
export interface OpenedHandle {
  readonly memory: MetricsMemory;
  readonly directory: ThreadDirectory;
  readonly lint: boolean;
}

/**
 * Opens a handle in this thread.
 *
 * @throws {TypeError} If it is none, of another version of this library, or its buffers are not what they were.
 */
export function openHandle(handle: SharedMetricsHandle): OpenedHandle {
  const given: unknown = handle;
  if (typeof given !== "object" || given === null) {
    throw refused(`expected the handle of some, got ${foundValue(given)}`);
  }
  const { type, version, lint, buffer, threads }: { [K in keyof SharedMetricsHandle]?: unknown } = given;
  if (type !== "metrics" || typeof lint !== "boolean") throw refused("what was passed is no handle of metrics");
  if (version !== LAYOUT_VERSION) {
    throw new TypeError(
      `Cannot attach to shared metrics: their layout has version ${foundValue(version)}, this thread's library has ` +
        `${LAYOUT_VERSION}; load the same version of the library in all threads`,
    );
  }
  const memory = MetricsMemory.open(buffer), directory = ThreadDirectory.open(threads);
  if (memory === undefined || directory === undefined) throw refused("the handle's buffers are none of such metrics");
  return { memory, directory, lint };
}

function refused(why: string): TypeError {
  return new TypeError(
    `Cannot attach to shared metrics: ${why}; post the handle of SharedMetrics to this thread as it is`,
  );
}
