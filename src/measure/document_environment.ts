/**
 * What a result document tells of where it was measured: the machine, its software, its clock, how quiet it was.
 *
 * @module
 */

import type { Estimate } from "./document.ts";

/** The machine and the software that the run used. */
export interface Environment {
  /** Hash over the stable facts of the host: documents with the same one may be compared. */
  readonly fingerprint: string;
  /** Operating system. */
  readonly os: string;
  /** Release of its kernel. */
  readonly kernel: string;
  /** Architecture. */
  readonly arch: string;
  /** Processor: model, logical processors, frequency governor (null where it cannot be read). */
  readonly cpu: { readonly model: string; readonly count: number; readonly governor: string | null };
  /** Physical memory. */
  readonly memoryBytes: number;
  /** Hypervisor or container as far as it can be told; null for none or unknown. */
  readonly virtualization: string | null;
  /** Versions of the runtime; `standalone` for a compiled executable. */
  readonly runtime: {
    readonly deno: string;
    readonly v8: string;
    readonly typescript: string;
    readonly standalone: boolean;
  };
  /** V8's flags in the measuring processes. */
  readonly v8Flags: readonly string[];
  /** The checkout that the run was started in; null outside of one. */
  readonly git: { readonly commit: string; readonly branch: string | null; readonly dirty: boolean } | null;
}

/** What decides how well a host measures, as it was when the run began; null is what the host does not tell. */
export interface HostFacts {
  /** Physical cores. */
  readonly cores: number | null;
  /** Whether several logical processors share a core. */
  readonly smt: boolean | null;
  /** Clock rates of the processors: what they run at on average, and the limits of their driver; null if none is told. */
  readonly frequencyMhz: {
    readonly current: number | null;
    readonly min: number | null;
    readonly max: number | null;
  } | null;
  /** Whether processors may run above their nominal rate while they are cool. */
  readonly turbo: boolean | null;
  /** Size of the last level of cache. */
  readonly lastCacheBytes: number | null;
  /** Version of the control groups that the process is in. */
  readonly cgroupVersion: 1 | 2 | null;
  /** Processor time that the control groups allow, in processors; null without a limit. */
  readonly cpuLimit: number | null;
  /** Memory that the control groups allow; null without a limit. */
  readonly memoryLimitBytes: number | null;
  /** Memory that can be had without swapping, control groups considered. */
  readonly availableMemoryBytes: number | null;
  /** Swap space; its total is 0 without any. */
  readonly swap: { readonly totalBytes: number; readonly usedBytes: number } | null;
  /** What the kernel takes the time from, such as `tsc`. */
  readonly clockSource: string | null;
  /** Where files are written: results if they are saved, else temporary ones. */
  readonly disk: {
    readonly fileSystem: string;
    readonly medium:
      | "nvme"
      | "solid_state"
      | "hard_disk"
      | "virtual"
      | "memory"
      | "network"
      | "overlay"
      | "unknown";
  } | null;
  /** What feeds it; null too for a host without a battery that does not tell. */
  readonly power: "mains" | "battery" | null;
  /** The hottest of its sensors. */
  readonly temperatureCelsius: number | null;
}

/** Which part of the hardware a figure is about. */
export type HostFigureKind = "cpu" | "memory" | "disk" | "network";

/** What a figure of the host is about. */
export interface HostFigureIdentity {
  /** Stable, in snake_case: `integer`, `float`, `memory_latency` and so on. */
  readonly name: string;
  /** Which part of the hardware. */
  readonly kind: HostFigureKind;
  /** The unit that people read: `Mop/s`, `ns`, `GB/s`, `µs`. */
  readonly unit: string;
  /** Whether more or less of it is better. */
  readonly better: "higher" | "lower";
}

/** One figure of the host, or why there is none. */
export type HostFigure =
  & HostFigureIdentity
  & (
    | {
      readonly status: "measured";
      /** At the lower quartile of each process: their geometric mean with its interval; of one process, the quartile with its own. */
      readonly value: Estimate;
      /** Samples that count. */
      readonly samples: number;
      /** Processes; of one, the interval does not tell how far others would differ. */
      readonly forks: number;
    }
    | { readonly status: "missing"; readonly reason: string }
  );

/** How quiet the machine was during the run; null where the host does not tell. */
export interface Quietness {
  /** Load average over one minute at the start. */
  readonly loadStart: number | null;
  /** Load average over one minute at the end. */
  readonly loadEnd: number | null;
  /** Share of the processors' time that the hypervisor gave to others. */
  readonly stealRatio: number | null;
  /** Share of the processors' time that was not idle, the run's own work included. */
  readonly busyRatio: number | null;
  /** Involuntary context switches of the measuring threads, while they measured. */
  readonly involuntarySwitches: number | null;
  /** Share of the measured time that the measuring threads waited for a processor. */
  readonly runQueueDelayRatio: number | null;
  /** Processors that other processes kept busy, on average. */
  readonly otherProcessors: number | null;
  /** How often processors were slowed down because they were hot, over all of them. */
  readonly thermalThrottles: number | null;
  /** How long a control group's processor limit kept the run waiting. */
  readonly quotaThrottledMs: number | null;
  /** Pages of memory that the host moved to or from its swap space. */
  readonly swappedPages: number | null;
}

/** The clock that timed the samples. */
export interface ClockFacts {
  /** Its name. */
  readonly source: string;
  /** What one reading costs. */
  readonly costNs: number;
  /** The smallest difference seen between two readings. */
  readonly stepNs: number;
  /** Whether no reading was earlier than the one before it. */
  readonly monotonic: boolean;
}
