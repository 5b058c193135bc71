/**
 * Runs what a request asks for in a thread that may do no more than the user's file was allowed.
 *
 * @module
 */

/// <reference lib="deno.unstable" />

import { fromFileUrl } from "@std/path";
import type { CodePermissions } from "../code.ts";
import { helpersOfV8 } from "../environment/affinity.ts";
import type { ForkMessage } from "../protocol.ts";

/** What the thread is started with. */
export interface ContainedStart {
  /** The request, as it was read. */
  readonly line: string;
  /** V8's helper threads of this process. */
  readonly helpers: readonly number[];
  /** Whether the file may load libraries; if not, the thread gives that up before it loads the file. */
  readonly allowsFfi: boolean;
}

/** What the thread says when it is over. */
export interface ContainedEnd {
  /** What the process is to end with. */
  readonly exitCode: number;
}

/**
 * Starts the thread, and ends the process when it is done, or when the file has asked for that.
 *
 * @param line The request, as it was read.
 */
export async function runContained(
  line: string,
  permissions: CodePermissions,
  tell: (message: ForkMessage) => void,
): Promise<never> {
  const { promise, resolve } = Promise.withResolvers<number>();
  try {
    const worker = new Worker(new URL("./contained_worker.ts", import.meta.url), {
      type: "module",
      deno: { permissions: workerPermissions(permissions) },
    });
    worker.addEventListener("message", ({ data }: MessageEvent<ContainedEnd>) => resolve(data.exitCode));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      tell({ type: "broken", message: event.message, stack: null });
      resolve(0);
    });
    const allowsFfi = permissions.ffi === true || permissions.ffi.length > 0;
    worker.postMessage({ line, helpers: helpersOfV8(), allowsFfi } satisfies ContainedStart);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ type: "broken", message: `it cannot be given these permissions: ${message}`, stack: null });
    resolve(0);
  }
  Deno.exit(await promise);
}

/** The program's own modules, some of which it loads when they are wanted; in the executable they are no files of the host. */
const PROGRAM = fromFileUrl(new URL("../../..", import.meta.url));

function workerPermissions({ read, write, net, env, run, ffi, sys }: CodePermissions): Deno.PermissionOptions {
  const access = (allowed: true | readonly string[]) => allowed === true || (allowed.length > 0 && [...allowed]);
  return {
    read: read === true || [...read, PROGRAM],
    write: access(write),
    net: access(net),
    env: access(env),
    run: access(run),
    ffi: ffi === true || ffi.length === 0 || [...ffi], // the engine needs the C library, and gives this up before the file is loaded
    sys: access(sys),
    import: false,
  };
}
