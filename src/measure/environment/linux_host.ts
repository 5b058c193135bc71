/**
 * The facts of a Linux host, from `/proc` and `/sys` (see proc(5), sysfs(5) and the kernel's admin-guide).
 *
 * @module
 */

import { readCgroupLimits } from "../../cgroup.ts";
import type { HostFacts } from "../document_environment.ts";
import type { HostReader } from "./host_reader.ts";
import { diskOf } from "./mounts.ts";
import { printable } from "./printable.ts";

const PROCESSORS = "/sys/devices/system/cpu";

/** Reads the facts; null is what this kernel, or this virtual machine, does not tell. */
export function readLinuxHost(folder: string, host: HostReader): HostFacts {
  const limits = readCgroupLimits({ readText: (path) => host.read(path) ?? undefined });
  const processors = host.list(PROCESSORS).filter((name) => /^cpu\d+$/.test(name));
  const siblings = new Set(processors.flatMap((cpu) => {
    const list = host.read(`${PROCESSORS}/${cpu}/topology/thread_siblings_list`)?.trim() ?? "";
    return list === "" ? [] : [list];
  }));
  const memory = host.read("/proc/meminfo") ?? "";
  const swapBytes = kibibytesIn(memory, "SwapTotal");
  return {
    cores: siblings.size === 0 ? null : siblings.size,
    smt: siblings.size === 0 ? null : [...siblings].some((list) => /[,-]/.test(list)),
    frequencyMhz: frequencies(processors, host),
    turbo: turboOf(host),
    lastCacheBytes: lastCache(host),
    cgroupVersion: limits.version,
    cpuLimit: finite(limits.cpus),
    memoryLimitBytes: finite(limits.memoryBytes),
    availableMemoryBytes: least(kibibytesIn(memory, "MemAvailable"), finite(limits.freeMemoryBytes)),
    swap: swapBytes === null
      ? null
      : { totalBytes: swapBytes, usedBytes: Math.max(0, swapBytes - (kibibytesIn(memory, "SwapFree") ?? swapBytes)) },
    clockSource: nonEmpty(host.read("/sys/devices/system/clocksource/clocksource0/current_clocksource")),
    disk: diskOf(folder, host),
    power: powerOf(host),
    temperatureCelsius: hottest(host),
  };
}

function finite(value: number): number | null {
  return value < Infinity ? value : null;
}

function least(one: number | null, other: number | null): number | null {
  return one === null || other === null ? one ?? other : Math.min(one, other);
}

function nonEmpty(text: string | null): string | null {
  return printable(text ?? "") || null;
}

function numberIn(text: string | null): number | null {
  const trimmed = text?.trim() ?? "";
  return /^-?\d+$/.test(trimmed) ? Number(trimmed) : null;
}

/** A figure of `/proc/meminfo`, in bytes. */
function kibibytesIn(text: string, name: string): number | null {
  const figure = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
  return figure === undefined ? null : Number(figure) * 1024;
}

/** By the frequency driver; without one, as in most virtual machines, the kernel tells what the clocks ran at when it looked. */
function frequencies(processors: readonly string[], host: HostReader): HostFacts["frequencyMhz"] {
  const each = (file: string) =>
    processors.flatMap((cpu) => {
      const kilohertz = numberIn(host.read(`${PROCESSORS}/${cpu}/cpufreq/${file}`));
      return kilohertz === null ? [] : [kilohertz / 1000];
    });
  const [lowest, highest, driven] = [each("cpuinfo_min_freq"), each("cpuinfo_max_freq"), each("scaling_cur_freq")];
  const seen = [...(host.read("/proc/cpuinfo") ?? "").matchAll(/^cpu MHz\s*:\s*(\d+(?:\.\d+)?)$/gm)].map(([, mhz]) =>
    Number(mhz)
  );
  const current = driven.length > 0 ? driven : seen;
  if (current.length === 0 && highest.length === 0) return null;
  const mean = current.reduce((sum, mhz) => sum + mhz, 0) / current.length;
  return {
    current: current.length === 0 ? null : Math.round(mean),
    min: lowest.length === 0 ? null : Math.round(Math.min(...lowest)),
    max: highest.length === 0 ? null : Math.round(Math.max(...highest)),
  };
}

function turboOf(host: HostReader): boolean | null {
  const isOff = numberIn(host.read(`${PROCESSORS}/intel_pstate/no_turbo`));
  if (isOff !== null) return isOff === 0;
  const boost = numberIn(host.read(`${PROCESSORS}/cpufreq/boost`));
  return boost === null ? null : boost !== 0;
}

/** The size of the highest level of cache of the first processor. */
function lastCache(host: HostReader): number | null {
  const folder = `${PROCESSORS}/cpu0/cache`;
  const caches = host.list(folder).filter((name) => /^index\d+$/.test(name)).flatMap((index) => {
    const level = numberIn(host.read(`${folder}/${index}/level`));
    const [, kibibytes] = /^(\d+)K$/.exec(host.read(`${folder}/${index}/size`)?.trim() ?? "") ?? [];
    return level === null || kibibytes === undefined ? [] : [{ level, bytes: Number(kibibytes) * 1024 }];
  });
  return caches.sort((left, right) => left.level - right.level).at(-1)?.bytes ?? null;
}

function powerOf(host: HostReader): HostFacts["power"] {
  const folder = "/sys/class/power_supply";
  const states = host.list(folder).map((name) => ({
    type: host.read(`${folder}/${name}/type`)?.trim(),
    scope: host.read(`${folder}/${name}/scope`)?.trim(), // that of a mouse is "Device"
    status: host.read(`${folder}/${name}/status`)?.trim(),
    online: host.read(`${folder}/${name}/online`)?.trim(),
  })).filter(({ scope }) => scope !== "Device");
  if (states.some(({ type, status }) => type === "Battery" && status === "Discharging")) return "battery";
  const isFed = states.some(({ type, online }) => type === "Battery" || online === "1");
  return isFed ? "mains" : null;
}

/** The hottest of all zones; a zone may be of a disk or a battery, but none is hotter for no reason. */
function hottest(host: HostReader): number | null {
  const folder = "/sys/class/thermal";
  const degrees = host.list(folder).filter((name) => name.startsWith("thermal_zone")).flatMap((zone) => {
    const thousandths = numberIn(host.read(`${folder}/${zone}/temp`));
    return thousandths === null || thousandths <= 0 ? [] : [thousandths / 1000]; // absent sensors say 0, or -273 degrees
  });
  return degrees.length === 0 ? null : Math.max(...degrees);
}
