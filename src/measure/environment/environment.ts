/**
 * The machine and the software that a run uses.
 *
 * @module
 */

import type { Environment } from "../document_environment.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { readGit } from "./git.ts";
import { readHostFile } from "./host_file.ts";
import { readProcessor } from "./processor.ts";
import { detectVirtualization } from "./virtualization.ts";

/** What the environment cannot find out by itself. */
export interface EnvironmentOptions {
  /** V8's flags in the measuring processes. */
  readonly v8Flags: readonly string[];
}

/**
 * Reads what the result document records of the machine and the software.
 *
 * It never throws and never asks the user for a permission: what the platform or the permissions do not tell is null,
 * "unknown" or, for the memory, 0.
 */
export async function readEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const host = {
    os: Deno.build.os,
    kernel: isGranted("osRelease") ? Deno.osRelease() : "unknown",
    arch: Deno.build.arch,
    cpu: readProcessor(readHostFile),
    memoryBytes: isGranted("systemMemoryInfo") ? Deno.systemMemoryInfo().total : 0,
    virtualization: detectVirtualization(readHostFile),
    runtime: { ...Deno.version, standalone: Deno.build.standalone },
  };
  const [fingerprint, git] = await Promise.all([fingerprintOf(host), readGit()]);
  return { fingerprint, ...host, v8Flags: [...options.v8Flags], git };
}

function isGranted(kind: "osRelease" | "systemMemoryInfo"): boolean {
  return Deno.permissions.querySync({ name: "sys", kind }).state === "granted";
}
