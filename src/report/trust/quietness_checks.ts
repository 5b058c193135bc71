/**
 * Checks of what else happens on a host.
 *
 * @module
 */

import { HIGH_STEAL } from "../../measure/run/warnings.ts";
import { formatNumber, formatPercent } from "../number_format.ts";
import { visibleText } from "../../visible_text.ts";
import { type Found, good, harmful, type HostReading, unknown } from "./host_check.ts";

/** Load for each processor, and share of the steal that is bad, from which one should mind. */
const MIND_LOAD = 0.5;
const MIND_STEAL = HIGH_STEAL / 10;

/** Processors kept busy by others: from the first on one should mind, from the second on it is bad. */
const MIND_OTHERS = 0.1;
const BAD_OTHERS = 0.5;

/** The load average before the run had any part in it. */
export function load({ environment: { os, cpu: { count } }, quietness: { loadStart } }: HostReading): Found {
  if (loadStart === null) return unknown(os === "windows" ? "Windows has no load average" : "it may not be asked");
  const value = `${formatNumber(loadStart, 2)} on ${formatNumber(count)} processors`;
  if (loadStart <= MIND_LOAD * count) return good(value);
  return harmful(value, loadStart > count ? "bad" : "mind", {
    reason: "over the last minute so many threads wanted a processor, on average",
    advice: "Stop what else is running, wait a minute, and look again: puffin-bench system",
  });
}

/** What the hypervisor gave to others. */
export function steal({ environment: { os }, quietness: { stealRatio } }: HostReading): Found {
  if (stealRatio === null) return unknown(os === "linux" ? "the kernel does not tell" : `${os} does not tell`);
  const value = `${formatPercent(stealRatio)} of the processors' time`;
  if (stealRatio <= MIND_STEAL) return good(value);
  return harmful(value, stealRatio > HIGH_STEAL ? "bad" : "mind", {
    reason: "the hypervisor gave it to other guests",
    advice: "Compare only within a run, or with puffin-bench ab; a dedicated machine has none",
  });
}

/** Most that are named. */
const NAMED = 3;

/** What other processes took. */
export function others({ environment: { os }, quietness: { otherProcessors }, neighbours = null }: HostReading): Found {
  if (otherProcessors === null) return unknown(os === "linux" ? "/proc does not tell" : `not read on ${os}`);
  const named = (neighbours ?? []).slice(0, NAMED).map(({ name, pid, processors }) =>
    `${visibleText(name)} (${pid}) ${formatNumber(processors, 2)}`
  );
  const value = `${formatNumber(otherProcessors, 2)} processors busy` +
    (named.length === 0 ? "" : `: ${named.join(", ")}`);
  if (otherProcessors < MIND_OTHERS) return good(value);
  return harmful(value, otherProcessors >= BAD_OTHERS ? "bad" : "mind", {
    reason: "they take processors, caches and memory from what is measured",
    advice: named.length === 0
      ? "Stop other programs while measuring; puffin-bench system names them"
      : "Stop them while measuring, or keep them to other processors: taskset --cpu-list --pid 0 PID",
  });
}
