/** How quiet the machine was. @module */

import type { Quietness, Samples } from "../document.ts";
import { readHostFile } from "./host_file.ts";
import { type HostTimes, parseHostTimes } from "./proc_text.ts";

/** Observes the host over a whole run. */
export class QuietnessMonitor {
  readonly #load: number | null;
  readonly #times: HostTimes | null;

  private constructor() {
    this.#load = loadAverage();
    this.#times = hostTimes();
  }

  /** Starts to observe. */
  static start(): QuietnessMonitor {
    return new QuietnessMonitor();
  }

  /**
   * What was observed from the start to now.
   *
   * @param samples All samples that were measured, whether they count or not.
   */
  finish(samples: Iterable<Samples>): Quietness {
    const times = hostTimes();
    let wallNs = 0, delayNs = 0, switches = 0, hasDelay = false, hasSwitches = false;
    for (const { wallNs: walls, runQueueDelayNs, involuntarySwitches } of samples) {
      if (runQueueDelayNs !== null) {
        hasDelay = true;
        for (const wall of walls) wallNs += wall;
        for (const delay of runQueueDelayNs) delayNs += delay;
      }
      if (involuntarySwitches !== null) {
        hasSwitches = true;
        for (const count of involuntarySwitches) switches += count;
      }
    }
    return {
      loadStart: this.#load,
      loadEnd: loadAverage(),
      ...shares(this.#times, times),
      involuntarySwitches: hasSwitches ? switches : null,
      runQueueDelayRatio: hasDelay && wallNs > 0 ? Math.min(1, delayNs / wallNs) : null,
    };
  }
}

function shares(before: HostTimes | null, after: HostTimes | null): Pick<Quietness, "stealRatio" | "busyRatio"> {
  if (before === null || after === null) return { stealRatio: null, busyRatio: null };
  const busy = Math.max(0, after.busyMs - before.busyMs);
  const idle = Math.max(0, after.idleMs - before.idleMs);
  const steal = Math.max(0, (after.stealMs ?? 0) - (before.stealMs ?? 0));
  const total = busy + idle + steal;
  if (total === 0) return { stealRatio: null, busyRatio: null };
  return { stealRatio: after.stealMs === null ? null : steal / total, busyRatio: busy / total };
}

function hostTimes(): HostTimes | null {
  const text = readHostFile("/proc/stat");
  return text === null ? null : parseHostTimes(text);
}

function loadAverage(): number | null {
  if (Deno.build.os === "windows") return null; // it has none, and the runtime says 0 there
  if (Deno.permissions.querySync({ name: "sys", kind: "loadavg" }).state !== "granted") return null;
  return Deno.loadavg()[0] ?? null;
}
