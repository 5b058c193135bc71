/**
 * The thread of a contained file: see contained.ts.
 *
 * @module
 */

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import process from "node:process";
import type { ForkMessage } from "../fork_messages.ts";
import { messageLine } from "../message_line.ts";
import { keepLibc } from "../environment/libc.ts";
import type { ContainedEnd, ContainedStart, LentPermission } from "./contained.ts";
import { describeFailure } from "./failure.ts";
import { GcSampler } from "./gc_sampler.ts";
import { obey } from "./obey.ts";

self.addEventListener("message", async ({ data: { request, helpers, revoked } }: MessageEvent<ContainedStart>) => {
  const write = Deno.stdout.writeSync.bind(Deno.stdout); // the file may change what it finds
  const end = endOfProcess();
  const tell = (message: ForkMessage) => {
    const bytes = new TextEncoder().encode(messageLine(request.token, message));
    for (let written = 0; written < bytes.length;) written += write(bytes.subarray(written));
  };
  try {
    keepLibc(helpers);
    if (request.task === "memory" && Deno.build.standalone) await GcSampler.keep(); // elsewhere V8 traces its pauses
    for (const permission of revoked) giveUp(permission);
    await obey(request, () => Promise.resolve([]), tell);
    tell({ type: "done" });
  } catch (thrown) {
    const { message, stack } = describeFailure(thrown);
    tell({ type: "broken", message, stack });
  }
  end(0);
}, { once: true });

/** @throws {Error} If it could not be given up: then the file must not be loaded. */
function giveUp(permission: LentPermission): void {
  if (isDescriptor(permission) && Deno.permissions.revokeSync(permission).state !== "granted") return;
  throw new Error(`Cannot measure a file: its thread could not give up ${permission.name} access`);
}

function isDescriptor(value: LentPermission): value is LentPermission & Deno.PermissionDescriptor {
  return value.name === "ffi" || value.name === "sys";
}

/** In a thread `Deno.exit` would end the thread, and nobody would know. Here it ends the process, as it does elsewhere. */
function endOfProcess(): (exitCode: number) => never {
  const post = self.postMessage.bind(self);
  const end = (exitCode: unknown): never => {
    post({ exitCode: Number(exitCode ?? process.exitCode ?? 0) } satisfies ContainedEnd);
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // nothing of the file runs after it
  };
  for (const [owner, name] of [[Deno, "exit"], [process, "exit"], [process, "reallyExit"], [self, "close"]] as const) {
    Object.defineProperty(owner, name, { value: end, configurable: true, writable: true });
  }
  return end;
}
