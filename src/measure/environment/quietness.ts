/**
 * How quiet the machine was during a run.
 *
 * @module
 */

import { cpus } from "node:os";
import type { Samples } from "../document.ts";
import type { Quietness } from "../document_environment.ts";
import { countsBetween, readHostCounts } from "./host_counts.ts";
import { readHostFile } from "./host_file.ts";
import { type HostTimes, parseHostTimes } from "./proc_text.ts";

/** Looks at the host at the start and at the end of a run; nothing runs in between. */
export class QuietnessMonitor {
  readonly #loadStart = loadAverage();
  readonly #timesStart = hostTimes();
  readonly #countsStart = readHostCounts();

  private constructor() {}

  /** Takes the first look. */
  static start(): QuietnessMonitor {
    return new QuietnessMonitor();
  }

  /**
   * Takes the last look and tells what happened in between; may be called again later.
   *
   * @param samples Everything that was measured in between, excluded samples too; without any, what is told of the
   * measuring threads is null.
   */
  finish(samples: Iterable<Samples>): Quietness {
    return {
      loadStart: this.#loadStart,
      loadEnd: loadAverage(),
      ...hostShares(this.#timesStart, hostTimes()),
      ...threadShares(samples),
      ...countsBetween(this.#countsStart, readHostCounts()),
    };
  }
}

/** Shares of all processors' time between two looks; null where the host does not tell. */
export function hostShares(
  before: HostTimes | null,
  after: HostTimes | null,
): Pick<Quietness, "stealRatio" | "busyRatio"> {
  if (before === null || after === null) return { stealRatio: null, busyRatio: null };
  const busyMs = growth(before.busyMs, after.busyMs);
  const idleMs = growth(before.idleMs, after.idleMs);
  const stealMs = before.stealMs === null || after.stealMs === null ? null : growth(before.stealMs, after.stealMs);
  const totalMs = busyMs + idleMs + (stealMs ?? 0);
  if (totalMs === 0) return { stealRatio: null, busyRatio: null };
  return { stealRatio: stealMs === null ? null : stealMs / totalMs, busyRatio: busyMs / totalMs };
}

/** Sums over the samples; those of a host that does not tell are left out. */
function threadShares(
  samples: Iterable<Samples>,
): Pick<Quietness, "involuntarySwitches" | "runQueueDelayRatio"> {
  let wallNs = 0;
  let delayNs = 0;
  let switches: number | null = null;
  for (const { wallNs: walls, runQueueDelayNs, involuntarySwitches } of samples) {
    if (runQueueDelayNs !== null) {
      wallNs += sum(walls);
      delayNs += sum(runQueueDelayNs);
    }
    if (involuntarySwitches !== null) switches = (switches ?? 0) + sum(involuntarySwitches);
  }
  return { involuntarySwitches: switches, runQueueDelayRatio: wallNs > 0 ? Math.min(1, delayNs / wallNs) : null };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The kernel lets the idle and waiting times of a processor step back a little (see proc(5)). */
function growth(before: number, after: number): number {
  return Math.max(0, after - before);
}

/** Linux tells most; elsewhere the runtime's own table of the processors has no steal time. */
function hostTimes(): HostTimes | null {
  const text = readHostFile("/proc/stat");
  if (text !== null) return parseHostTimes(text);
  if (Deno.permissions.querySync({ name: "sys", kind: "cpus" }).state !== "granted") return null;
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq;
    idleMs += times.idle;
  }
  return { busyMs, idleMs, stealMs: null };
}

function loadAverage(): number | null {
  if (Deno.build.os === "windows") return null; // which has none: the runtime says 0 there
  if (Deno.permissions.querySync({ name: "sys", kind: "loadavg" }).state !== "granted") return null;
  return Deno.loadavg()[0] ?? null;
}
