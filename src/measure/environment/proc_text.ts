/** Parsers of the texts under `/proc`: null for whatever is not as documented in proc(5). @module */

/** What the scheduler knows of a thread. */
export interface SchedulerStatistics {
  /** Time on a processor, in nanoseconds. */
  readonly cpuNs: number;
  /** Time in line for a processor, in nanoseconds. */
  readonly runQueueDelayNs: number;
}

/** Time of all processors since boot, in milliseconds, as `/proc/stat` adds it up. */
export interface HostTimes {
  /** User, nice, system and interrupt time. */
  readonly busyMs: number;
  /** Idle time, waiting for devices included. */
  readonly idleMs: number;
  /** Time that the hypervisor gave to others while this host wanted it; null where that is unknown. */
  readonly stealMs: number | null;
}

/** `/proc/<pid>/schedstat`: time on the processor, time in line for it, number of time slices. */
export function parseSchedstat(text: string): SchedulerStatistics | null {
  const match = /^(\d{1,19}) (\d{1,19}) \d+\s*$/.exec(text);
  return match === null ? null : { cpuNs: Number(match[1]), runQueueDelayNs: Number(match[2]) };
}

/** The involuntary context switches out of `/proc/<pid>/status`. */
export function parseInvoluntarySwitches(text: string): number | null {
  const match = /^nonvoluntary_ctxt_switches:\s*(\d{1,15})$/m.exec(text);
  return match === null ? null : Number(match[1]);
}

/** Milliseconds in a tick of `/proc/stat`: USER_HZ is 100 on every architecture that Deno runs on. */
const TICK_MS = 10;

/** The first line of `/proc/stat`. Kernels before 2.6.11 have no steal time. */
export function parseHostTimes(text: string): HostTimes | null {
  const match = /^cpu +(\d+(?: +\d+){3,})$/m.exec(text);
  if (match === null) return null;
  const ticks = (match[1] ?? "").split(/ +/).map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupt = 0, softInterrupt = 0, steal] = ticks;
  return {
    busyMs: (user + nice + system + interrupt + softInterrupt) * TICK_MS,
    idleMs: (idle + wait) * TICK_MS,
    stealMs: steal === undefined ? null : steal * TICK_MS,
  };
}
