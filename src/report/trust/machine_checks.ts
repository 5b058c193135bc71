/**
 * Checks of memory, disk, clock, heat and power.
 *
 * @module
 */

import { COARSE_STEP_NS } from "../../measure/run/warnings.ts";
import { BYTE_UNITS, formatDuration, formatNumber, formatPercent, formatScaled } from "../number_format.ts";
import { type Found, good, harmful, type HostReading, unknown } from "./host_check.ts";

/** Share of the memory that should be free. */
const FREE_MEMORY = 0.1;

const UNTOLD = "the document does not tell";

/** How much there is, and how much of it is free. */
export function memory({ environment: { memoryBytes }, host }: HostReading): Found {
  const bytes = (value: number) => formatScaled(value, BYTE_UNITS);
  const limit = host?.memoryLimitBytes ?? null;
  const total = limit === null || memoryBytes === 0 ? memoryBytes : Math.min(limit, memoryBytes);
  if (total === 0) return unknown("the system does not tell, or may not be asked");
  const free = host?.availableMemoryBytes ?? null;
  const value = bytes(memoryBytes) + (limit === null ? "" : `, limited to ${bytes(limit)}`) +
    (free === null ? "" : `, ${bytes(free)} free`);
  if (free === null || free >= FREE_MEMORY * total) return good(value);
  return harmful(value, "mind", {
    reason: `only ${formatPercent(free / total)} is free: the system drops its caches, or ends processes`,
    advice: "Close programs that hold memory, or raise the container's limit",
  });
}

/** Whether memory is moved to disk. */
export function swap({ host, quietness: { swappedPages } }: HostReading): Found {
  const space = host?.swap ?? null;
  if (space === null) return unknown(host === null ? UNTOLD : "the system does not tell");
  const moved = swappedPages === null || swappedPages === 0
    ? ""
    : `; ${formatNumber(swappedPages)} pages moved meanwhile`;
  if (space.totalBytes === 0) return good("none");
  const value = `${formatScaled(space.usedBytes, BYTE_UNITS)} of ${
    formatScaled(space.totalBytes, BYTE_UNITS)
  } used${moved}`;
  if (moved === "") return good(value);
  return harmful(value, "bad", {
    reason: "memory that is fetched from disk takes a thousand times as long",
    advice: "Close programs that hold memory, or switch swapping off: sudo swapoff --all",
  });
}

const MEDIA = {
  nvme: "NVMe",
  solid_state: "solid state",
  hard_disk: "hard disk",
  virtual: "virtual disk",
  memory: "in memory",
  network: "over a network",
  overlay: "a container's layers",
  unknown: "of an unknown kind",
} as const;

/** Where files are written. */
export function disk({ environment: { os }, host }: HostReading): Found {
  const found = host?.disk ?? null;
  if (found === null) return unknown(host === null ? UNTOLD : `not read on ${os}`);
  const value = `${found.fileSystem}, ${MEDIA[found.medium]}`;
  switch (found.medium) {
    case "unknown":
      return { ...good(value), judgement: "unknown", reason: "its device does not tell whether it turns" };
    case "memory":
      return harmful(value, "mind", {
        reason: "what is written never reaches a disk, so that figures of writing say nothing",
        advice: "Choose a folder on a disk: --output-dir results",
      });
    case "network":
    case "overlay":
      return harmful(value, "mind", {
        reason: "writing takes a detour whose length changes",
        advice: found.medium === "network"
          ? "Choose a folder on a disk of this host: --output-dir /var/tmp/results"
          : 'Mount a volume and write there: docker run --volume "$PWD/results:/results" … --output-dir /results',
      });
    default:
      return good(value);
  }
}

const SLOW_SOURCES = /^(hpet|acpi_pm|pit|jiffies|refined-jiffies)$/;

/** The clock's step, cost and source. */
export function clock({ clock: { source, stepNs, costNs, monotonic }, host }: HostReading): Found {
  const kernel = host?.clockSource ?? null;
  const value = `${source}, step ${formatDuration(stepNs)}, ${formatDuration(costNs)} a reading` +
    (kernel === null ? "" : `, kernel's source ${kernel}`) + (monotonic ? "" : ", RAN BACKWARDS");
  if (!monotonic || stepNs > COARSE_STEP_NS) {
    return harmful(value, "bad", {
      reason: monotonic ? "samples must be long for such steps not to matter" : "durations of samples may be anything",
      advice: "Let the runtime use its high-resolution clock; on a virtual machine, choose another clock source",
    });
  }
  if (kernel === null || !SLOW_SOURCES.test(kernel)) return good(value);
  return harmful(value, "mind", {
    reason: "each reading is a slow access to a device, because the kernel does not trust the processor's counter",
    advice: "See why (dmesg | grep -i clocksource), and go back: " +
      "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource",
  });
}

/** Temperature above which processors are about to be slowed down. */
const HOT_CELSIUS = 90;

/** Heat. */
export function heat({ environment: { os }, host, quietness: { thermalThrottles } }: HostReading): Found {
  const degrees = host?.temperatureCelsius ?? null;
  if (degrees === null && thermalThrottles === null) {
    if (host === null) return unknown(UNTOLD);
    return unknown(os === "linux" ? "no sensor in /sys, as in most virtual machines" : `${os} does not tell programs`);
  }
  const value = [
    ...(degrees === null ? [] : [`${formatNumber(degrees)} °C`]),
    ...(thermalThrottles === null ? [] : [`slowed down ${formatNumber(thermalThrottles)} times meanwhile`]),
  ].join(", ");
  const isThrottled = (thermalThrottles ?? 0) > 0;
  if (!isThrottled && (degrees ?? 0) < HOT_CELSIUS) return good(value);
  return harmful(value, isThrottled ? "bad" : "mind", {
    reason: "hot processors are slowed down, and more so the longer a run takes",
    advice: "Let it cool, give it air, and switch turbo off, so that it stays below its limit",
  });
}

/** What feeds it. */
export function power({ host }: HostReading): Found {
  if (host === null) return unknown(UNTOLD);
  if (host.power === null) return unknown("no power supply is told of, as on servers and in virtual machines");
  if (host.power === "mains") return good("mains");
  return harmful("battery", "bad", {
    reason: "on battery, processors are slowed down to save it",
    advice: "Plug it in",
  });
}
