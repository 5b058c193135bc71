/**
 * Checks of the processors.
 *
 * @module
 */

import type { Environment } from "../../measure/document_environment.ts";
import { formatDuration, formatNumber } from "../number_format.ts";
import { type Found, good, harmful, type HostReading, unknown } from "./host_check.ts";

/** Model and number. */
export function processor({ environment: { cpu }, host }: HostReading): Found {
  const cores = host?.cores ?? null;
  const counts = cores === null ? "" : `${formatNumber(cores)} ${cores === 1 ? "core" : "cores"}, `;
  const value = `${cpu.model}, ${counts}${formatNumber(cpu.count)} logical`;
  if (cpu.count > 1) return good(value);
  return harmful(value, "mind", {
    reason: "V8's helper threads and the rest of the system share the only processor with what is measured",
    advice: "Measure on two processors or more, or with --isolate-vm",
  });
}

/** What the clocks run at, and between which limits. */
export function frequency(reading: HostReading): Found {
  const mhz = reading.host?.frequencyMhz ?? null;
  if (mhz === null) return unknown(untold(reading, "no frequency driver, as in most virtual machines", "frequencies"));
  const { current, min, max } = mhz;
  const now = current === null ? "" : `${formatNumber(current)} MHz`;
  const limits = max === null ? "" : `${min === null ? "up" : formatNumber(min)} to ${formatNumber(max)} MHz`;
  const value = [now, limits].filter((text) => text !== "").join(", of ");
  return max === null
    ? { ...good(value), judgement: "unknown", reason: "nobody tells whether the rate changes" }
    : good(value);
}

/** Who chooses the frequency. */
export function governor(reading: HostReading): Found {
  const { governor } = reading.environment.cpu;
  if (governor === null) {
    return unknown(untold(reading, "no frequency driver, as in most virtual machines", "governors"));
  }
  if (governor === "performance") return good(governor);
  return harmful(governor, "mind", {
    reason: "clock rates follow the load, so that short and first benchmarks run slower",
    advice: "Keep the rate up: sudo cpupower frequency-set --governor performance",
  });
}

/** Whether rates depend on the heat. */
export function turbo(reading: HostReading): Found {
  const isOn = reading.host?.turbo ?? null;
  if (isOn === null) return unknown(untold(reading, "no switch in /sys/devices/system/cpu", "turbo"));
  if (!isOn) return good("off");
  const isIntel = /intel/i.test(reading.environment.cpu.model);
  return harmful("on", "mind", {
    reason: "clock rates depend on heat and on how many cores are busy",
    advice: "Switch it off while measuring: " +
      (isIntel
        ? "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"
        : "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost"),
  });
}

/** Whether two processors are one core. */
export function smt(reading: HostReading): Found {
  const isOn = reading.host?.smt ?? null;
  if (isOn === null) return unknown(untold(reading, "no topology in /sys/devices/system/cpu", "the topology"));
  if (!isOn && isGuest(reading)) return unknown("a virtual machine is not told which of its processors share a core");
  if (!isOn) return good("off");
  return harmful("on", "mind", {
    reason: "what runs on a core's other thread takes up to half of it away",
    advice: "Switch it off while measuring: echo off | sudo tee /sys/devices/system/cpu/smt/control; " +
      "or keep the run to one thread of each core: taskset --cpu-list 0,2 puffin-bench all",
  });
}

/** Hypervisors and containers. */
export function virtualization({ environment: { os, virtualization } }: HostReading): Found {
  if (virtualization === null) return os === "linux" ? good("none detected") : unknown(`nothing tells of it on ${os}`);
  if (!isGuest({ environment: { virtualization } })) return good(`${virtualization}, on the machine itself`);
  return harmful(virtualization, "mind", {
    reason: "other guests share processors, caches and memory, and nobody tells when",
    advice: "Compare with puffin-bench ab, which measures both sides in turn; a dedicated machine is steadier",
  });
}

/** Whether there is a hypervisor below, not only a container. */
function isGuest({ environment: { virtualization } }: { environment: Pick<Environment, "virtualization"> }): boolean {
  return virtualization !== null && !/^(docker|podman|kubernetes|lxc)$/.test(virtualization);
}

/** A processor limit of a control group. */
export function processorLimit({ environment, host, quietness }: HostReading): Found {
  if (host === null) return unknown("the document does not tell");
  const { cpuLimit, cgroupVersion } = host;
  if (cgroupVersion === null && environment.os === "linux") return good("none: no control groups");
  if (cgroupVersion === null) return good(`none: ${environment.os} has no control groups`);
  if (cpuLimit === null) return good(`none, control groups ${cgroupVersion}`);
  const heldMs = quietness.quotaThrottledMs ?? 0;
  const held = heldMs > 0 ? `; it has held processes up for ${formatDuration(heldMs * 1e6)} meanwhile` : "";
  const value = `${formatNumber(cpuLimit, 2)} processors, control groups ${cgroupVersion}${held}`;
  const isTight = cpuLimit < Math.min(2, environment.cpu.count);
  if (heldMs === 0 && !isTight) return good(value);
  return harmful(value, heldMs > 0 ? "bad" : "mind", {
    reason: "whoever uses the share of a period up stands still until the next, for up to 100 ms",
    advice:
      "Give the container whole processors instead of a share: docker run --cpuset-cpus 0,1, or in Kubernetes the " +
      "static CPU manager policy with equal requests and limits",
  });
}

/** Why nothing is known: the document has no facts, the kernel has no such file, or the system does not tell programs. */
function untold({ environment: { os }, host }: HostReading, onLinux: string, what: string): string {
  if (host === null) return "the document does not tell";
  return os === "linux" ? onLinux : `${os} does not tell programs of ${what}`;
}
