/**
 * What this host has for this process.
 *
 * @module
 */

import { readCgroupLimits } from "../../cgroup.ts";
import { countGpus } from "./gpus.ts";
import { type HostFiles, SYSTEM_FILES } from "./host_files.ts";
import { foundValue } from "../../coordination/found_value.ts";

/** The kinds that every host has. */
export type HostKind = "cpu" | "memoryMb" | "gpu";

/** What a host has for a process. */
export interface HostResources {
  /** Processor time, in processors: those it may run on, or a control group's quota if that is less, which may be a fraction. */
  readonly cpu: number;
  /** Memory that is free now, in MiB, rounded down: of the host, or below a control group's limit if that leaves less. */
  readonly freeMemoryMb: number;
  /** All memory, in MiB, rounded down: the host's, or a control group's limit if that is less. */
  readonly memoryMb: number;
  /** Graphics processors that can be seen. */
  readonly gpu: number;
}

const MIB = 1024 * 1024;

/**
 * Finds out what this host has: control groups of version 1 and 2 with all groups above, processors, memory, graphics processors.
 *
 * Reads a dozen small files of `/proc` and `/sys`, which are made in memory: well below a millisecond for each, so it does not
 * wait for them. Where there are none, as on macOS and Windows, the runtime is asked. What must not be read counts as not there.
 *
 * @param files The system to ask. Default: this one.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { readHost } from "./host.ts";
 *
 * const { cpu, freeMemoryMb, memoryMb, gpu } = readHost();
 * assert(cpu > 0 && freeMemoryMb <= memoryMb && gpu >= 0);
 * ```
 */
export function readHost(files: HostFiles = SYSTEM_FILES): HostResources {
  if (typeof files?.readText !== "function") {
    throw new TypeError(
      `Cannot read the host from ${foundValue(files)}: expected its files; leave them out for the real ones`,
    );
  }
  const limits = readCgroupLimits(files), memory = readMemory(files);
  const memoryMb = Math.floor(Math.min(memory.totalBytes, limits.memoryBytes) / MIB);
  const freeMemoryMb = Math.floor(Math.min(memory.freeBytes, limits.freeMemoryBytes) / MIB);
  return {
    cpu: Math.min(files.processors, limits.cpus),
    freeMemoryMb: Math.min(freeMemoryMb, memoryMb),
    memoryMb,
    gpu: countGpus(files),
  };
}

function readMemory(files: HostFiles): HostFiles["memory"] {
  const text = files.readText("/proc/meminfo");
  const totalBytes = kibibytesIn(text, "MemTotal"), freeBytes = kibibytesIn(text, "MemAvailable");
  return totalBytes === undefined || freeBytes === undefined ? files.memory : { totalBytes, freeBytes };
}

function kibibytesIn(text: string | undefined, name: string): number | undefined {
  const figure = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text ?? "")?.[1];
  return figure === undefined ? undefined : Number(figure) * 1024;
}
