/**
 * Runs what a request asks for in a thread that may do no more than the user's file was allowed.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { CodePermissions } from "../code.ts";
import { helpersOfV8 } from "../environment/affinity.ts";
import type { ForkMessage } from "../fork_messages.ts";
import type { ForkRequest } from "../protocol.ts";

/** What the thread is started with. */
export interface ContainedStart {
  /** What is asked for. */
  readonly request: ForkRequest;
  /** V8's helper threads of this process. */
  readonly helpers: readonly number[];
  /** What the engine needs, and the file may not have: the thread gives it up before it loads the file. */
  readonly revoked: readonly LentPermission[];
}

/** A permission that the thread has for a while; Deno's own type does not know every kind. */
export interface LentPermission {
  readonly name: "ffi" | "sys";
  readonly kind?: string;
}

/** What the thread says when it is over. */
export interface ContainedEnd {
  /** What the process is to end with. */
  readonly exitCode: number;
}

/**
 * Starts the thread, and ends the process when it is done, when the file has asked for that, or when the parent, which holds the other
 * end of stdin, is gone.
 *
 * @param permissions What the request's file may reach.
 */
export async function runContained(
  request: ForkRequest,
  permissions: CodePermissions,
  tell: (message: ForkMessage) => void,
): Promise<never> {
  const { promise, resolve } = Promise.withResolvers<number>();
  try {
    // An option of Deno's that its types know only as unstable.
    const options: WorkerOptions & { readonly deno: unknown } = {
      type: "module",
      deno: { permissions: workerPermissions(permissions) },
    };
    const worker = new Worker(new URL("./contained_worker.ts", import.meta.url), options);
    worker.addEventListener("message", ({ data }: MessageEvent<ContainedEnd>) => resolve(data.exitCode));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      const { message, filename, lineno, colno } = event;
      tell({ type: "broken", message, stack: `${message}\n    at ${filename}:${lineno}:${colno}` });
      resolve(0);
    });
    worker.postMessage(
      { request, helpers: helpersOfV8(), revoked: Object.values(lent(permissions)) } satisfies ContainedStart,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    tell({ type: "broken", message: `it cannot be given these permissions: ${message}`, stack: null });
    resolve(0);
  }
  Deno.exit(await Promise.race([promise, endOfInput()]));
}

/** Comes to its end with stdin, at which nothing more is read; answers an exit code. */
async function endOfInput(): Promise<number> {
  const buffer = new Uint8Array(256);
  try {
    while (await Deno.stdin.read(buffer) !== null);
  } catch {
    // a broken pipe is an end, too
  }
  return 1;
}

/** The program's own modules, some of which it loads when they are wanted; in the executable they are no files of the host. */
const PROGRAM = fileURLToPath(new URL("../../..", import.meta.url));

/** What the thread has besides, for as long as no code of the file runs: to call the C library, and to get at V8's profiler. */
function lent({ ffi, sys }: CodePermissions): Partial<Record<"ffi" | "sys", LentPermission>> {
  const isAllowed = (allowed: true | readonly string[], kind: string) => allowed === true || allowed.includes(kind);
  return {
    ...(ffi === true || ffi.length > 0 ? {} : { ffi: { name: "ffi" } }),
    ...(isAllowed(sys, INSPECTOR) ? {} : { sys: { name: "sys", kind: INSPECTOR } }),
  };
}

const INSPECTOR = "inspector";

function workerPermissions(permissions: CodePermissions): Deno.PermissionOptions {
  const { read, write, net, env, run, ffi, sys } = permissions;
  const { ffi: lentFfi, sys: lentSys } = lent(permissions);
  const access = (allowed: true | readonly string[]) => allowed === true || (allowed.length > 0 && [...allowed]);
  return {
    read: read === true || [...read, PROGRAM],
    write: access(write),
    net: access(net),
    env: access(env),
    run: access(run),
    ffi: lentFfi !== undefined || access(ffi),
    sys: lentSys === undefined || sys === true ? access(sys) : [...sys, INSPECTOR],
    import: false,
  };
}
