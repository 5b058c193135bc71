/**
 * What a Linux host counts of its troubles: hot processors, processor limits, swapping, and the work of others.
 *
 * @module
 */

import { readThrottledMs } from "../../cgroup.ts";
import type { Quietness } from "../document_environment.ts";
import { type HostReader, thisHost } from "./host_reader.ts";
import { parseHostTimes, parseProcessTimes, parseSwappedPages } from "./proc_text.ts";

/** Counts since the host, or the group, was started; only differences mean something. Null where the host does not tell. */
export interface HostCounts {
  /** When, in milliseconds of a monotonic clock. */
  readonly atMs: number;
  /** Processor time of all processes. */
  readonly busyMs: number | null;
  /** That of this process, and of the children that it has waited for. */
  readonly ownMs: number | null;
  /** How often processors were slowed down for their heat. */
  readonly thermalThrottles: number | null;
  /** How long a control group's limit kept its processes waiting. */
  readonly quotaThrottledMs: number | null;
  /** Pages moved to or from swap. */
  readonly swappedPages: number | null;
}

/** Reads the counts as they are now; takes about a millisecond. */
export function readHostCounts(host: HostReader = thisHost, now: () => number = () => performance.now()): HostCounts {
  const own = parseProcessTimes(host.read("/proc/self/stat") ?? "");
  return {
    atMs: now(),
    busyMs: parseHostTimes(host.read("/proc/stat") ?? "")?.busyMs ?? null,
    ownMs: own === null ? null : own.ownMs + own.childrenMs,
    thermalThrottles: throttles(host),
    quotaThrottledMs: readThrottledMs({ readText: (path) => host.read(path) ?? undefined }),
    swappedPages: parseSwappedPages(host.read("/proc/vmstat") ?? ""),
  };
}

/** What happened between two readings. Work of children that still run counts as that of others. */
export function countsBetween(
  before: HostCounts,
  after: HostCounts,
): Pick<Quietness, "otherProcessors" | "thermalThrottles" | "quotaThrottledMs" | "swappedPages"> {
  const [busyMs, ownMs] = [growth(before.busyMs, after.busyMs), growth(before.ownMs, after.ownMs)];
  const elapsedMs = after.atMs - before.atMs;
  return {
    otherProcessors: busyMs === null || ownMs === null || !(elapsedMs > 0)
      ? null
      : Math.max(0, busyMs - ownMs) / elapsedMs,
    thermalThrottles: growth(before.thermalThrottles, after.thermalThrottles),
    quotaThrottledMs: growth(before.quotaThrottledMs, after.quotaThrottledMs),
    swappedPages: growth(before.swappedPages, after.swappedPages),
  };
}

function growth(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.max(0, after - before);
}

/** Each core counts its own; a package's count would be the same event again. */
function throttles(host: HostReader): number | null {
  const folder = "/sys/devices/system/cpu";
  const counts = host.list(folder).filter((name) => /^cpu\d+$/.test(name)).flatMap((cpu) => {
    const text = host.read(`${folder}/${cpu}/thermal_throttle/core_throttle_count`)?.trim() ?? "";
    return /^\d+$/.test(text) ? [Number(text)] : [];
  });
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}
