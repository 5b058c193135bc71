/** The machine and the software of a run. @module */

import { cpus } from "node:os";
import type { Environment } from "../document.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { readGit } from "./git.ts";
import { readHostFile } from "./host_file.ts";
import { detectVirtualization } from "./virtualization.ts";

/** What the environment cannot find out by itself. */
export interface EnvironmentOptions {
  /** V8's flags in the measuring processes. */
  readonly v8Flags: readonly string[];
}

/**
 * Reads what the result document records of the machine and the software.
 *
 * What the platform or the permissions do not tell is null or "unknown": it never throws, and never asks for a permission.
 */
export async function readEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const host: Omit<Environment, "fingerprint" | "git" | "v8Flags"> = {
    os: Deno.build.os,
    kernel: isGranted("osRelease") ? Deno.osRelease() : "unknown",
    arch: Deno.build.arch,
    cpu: { model: cpuModel(), count: navigator.hardwareConcurrency, governor: governor() },
    memoryBytes: isGranted("systemMemoryInfo") ? Deno.systemMemoryInfo().total : 0,
    virtualization: detectVirtualization(readHostFile),
    runtime: { ...Deno.version, standalone: Deno.build.standalone },
  };
  return { fingerprint: await fingerprintOf(host), ...host, v8Flags: [...options.v8Flags], git: await readGit() };
}

function isGranted(kind: "osRelease" | "systemMemoryInfo" | "cpus"): boolean {
  return Deno.permissions.querySync({ name: "sys", kind }).state === "granted";
}

function cpuModel(): string {
  return (isGranted("cpus") ? cpus()[0]?.model.trim() : undefined) || "unknown";
}

function governor(): string | null {
  return readHostFile("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")?.trim() || null;
}
