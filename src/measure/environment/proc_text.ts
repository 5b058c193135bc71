/**
 * Parsers of the texts under `/proc` (see proc(5)): null for whatever does not have the documented form.
 *
 * @module
 */

/** What the scheduler counts of a thread. */
export interface SchedulerStatistics {
  /** Time on a processor. */
  readonly cpuNs: number;
  /** Time in line for a processor. */
  readonly runQueueDelayNs: number;
}

/** Time of all processors since the host started. */
export interface HostTimes {
  /** User, nice, system and interrupt time. */
  readonly busyMs: number;
  /** Idle time, waiting for devices included. */
  readonly idleMs: number;
  /** Time that the hypervisor gave to others while this host wanted it; null where that is unknown. */
  readonly stealMs: number | null;
}

/** Milliseconds in a tick of `/proc/stat`: USER_HZ is 100 on every architecture that Deno runs on. */
const TICK_MS = 10;

/** Parses `/proc/<pid>/schedstat`: time on a processor, time in line for one, number of time slices. */
export function parseSchedulerStatistics(text: string): SchedulerStatistics | null {
  const match = /^(\d+) (\d+) \d+\s*$/.exec(text);
  if (match === null) return null;
  const [cpuNs, runQueueDelayNs] = [Number(match[1]), Number(match[2])];
  return Number.isSafeInteger(cpuNs) && Number.isSafeInteger(runQueueDelayNs) ? { cpuNs, runQueueDelayNs } : null;
}

/** Finds the involuntary context switches in `/proc/<pid>/status`. */
export function parseInvoluntarySwitches(text: string): number | null {
  const match = /^nonvoluntary_ctxt_switches:\s*(\d+)$/m.exec(text);
  if (match === null) return null;
  const switches = Number(match[1]);
  return Number.isSafeInteger(switches) ? switches : null;
}

/** Parses the first line of `/proc/stat`, which sums up all processors; old kernels have fewer columns. */
export function parseHostTimes(text: string): HostTimes | null {
  const match = /^cpu +(\d+(?: \d+){3,})\s*$/m.exec(text);
  if (match === null) return null;
  const times = (match[1] ?? "").split(" ").map((ticks) => Number(ticks) * TICK_MS);
  if (!times.every(Number.isSafeInteger)) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, interrupt = 0, softInterrupt = 0, steal] = times;
  return {
    busyMs: user + nice + system + interrupt + softInterrupt, // a guest's time is within user and nice already
    idleMs: idle + wait,
    stealMs: steal ?? null,
  };
}

/**
 * Finds in `/proc/<pid>/stat` the processor time of a process, and of those of its children that have ended and were waited for.
 * Its second field, the program's name, may hold blanks and parentheses.
 */
export function parseProcessTimes(text: string): { readonly ownMs: number; readonly childrenMs: number } | null {
  const fields = text.slice(text.lastIndexOf(")") + 2).trim().split(" ");
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map((ticks) => Number(ticks) * TICK_MS);
  if (user === undefined || system === undefined || childUser === undefined || childSystem === undefined) return null;
  const times = { ownMs: user + system, childrenMs: childUser + childSystem };
  return Object.values(times).every((ms) => Number.isSafeInteger(ms) && ms >= 0) ? times : null;
}

/** Pages that were moved to or from swap since the host started, in `/proc/vmstat`. */
export function parseSwappedPages(text: string): number | null {
  const [, taken] = /^pswpin (\d+)$/m.exec(text) ?? [];
  const [, given] = /^pswpout (\d+)$/m.exec(text) ?? [];
  return taken === undefined || given === undefined ? null : Number(taken) + Number(given);
}

/** Finds the processor's model in `/proc/cpuinfo`; on ARM, which has no name there, implementer and part. */
export function parseCpuModel(text: string): string | null {
  const name = /^(?:model name|cpu model|Model|cpu)\s*:[ \t]*(\S.*)$/m.exec(text)?.[1];
  if (name !== undefined) return name;
  const implementer = /^CPU implementer\s*:[ \t]*(\S+)$/m.exec(text)?.[1];
  const part = /^CPU part\s*:[ \t]*(\S+)$/m.exec(text)?.[1];
  return implementer === undefined || part === undefined ? null : `implementer ${implementer}, part ${part}`;
}
