/**
 * Which other processes take processor time.
 *
 * @module
 */

import process from "node:process";
import { type HostReader, thisHost } from "./host_reader.ts";
import { printable } from "./printable.ts";
import { parseProcessTimes } from "./proc_text.ts";

/** Another process, and what it took while it was watched. */
export interface Neighbour {
  /** Its number. */
  readonly pid: number;
  /** Its program's name. */
  readonly name: string;
  /** Processors that it kept busy, on average. */
  readonly processors: number;
}

/** A process at one moment. */
export interface ProcessReading {
  /** Its program's name. */
  readonly name: string;
  /** The number of the process that started it. */
  readonly parent: number;
  /** Processor time since it started. */
  readonly cpuMs: number;
}

/** All processes at one moment, by their numbers. */
export type ProcessReadings = ReadonlyMap<number, ProcessReading>;

/** Reads all processes that can be seen; null where nothing tells of them, as on Windows. In a container they are its own only. */
export async function readProcesses(host: HostReader = thisHost): Promise<ProcessReadings | null> {
  if (host.os === "linux") return linuxProcesses(host);
  const table = host.os === "darwin" ? await host.run("ps", ["-A", "-o", "pid=,ppid=,time=,comm="]) : null;
  return table === null ? null : parsePs(table);
}

/** Less than this is not worth a word, and what the kernel's ticks cannot tell. */
const LEAST_PROCESSORS = 0.01;

/**
 * Those that took processor time between two readings, the busiest first; not this process, nor what it has started.
 *
 * @param elapsedMs Time between the readings; above 0.
 */
export function neighboursBetween(
  before: ProcessReadings,
  after: ProcessReadings,
  elapsedMs: number,
  self: number = process.pid,
): Neighbour[] {
  return [...after].filter(([pid]) => !descends(pid, self, after)).map(([pid, { name, cpuMs }]) => {
    const earlierMs = before.get(pid)?.cpuMs ?? 0;
    // The name tells nothing: kernel threads are called after what they do, and a program that starts another keeps its time.
    return { pid, name, processors: (earlierMs > cpuMs ? cpuMs : cpuMs - earlierMs) / elapsedMs };
  }).filter(({ processors }) => processors >= LEAST_PROCESSORS).sort((a, b) => b.processors - a.processors);
}

function descends(pid: number, from: number, all: ProcessReadings): boolean {
  const seen = new Set<number>(); // a table that was read while it changed may run in circles
  for (let current = pid; current !== 0 && !seen.has(current); current = all.get(current)?.parent ?? 0) {
    if (current === from) return true;
    seen.add(current);
  }
  return false;
}

/** `/proc/<pid>/stat`: number, name in parentheses, state, parent, and more (see proc_pid_stat(5)). */
function linuxProcesses(host: HostReader): ProcessReadings | null {
  const readings = new Map<number, ProcessReading>();
  for (const folder of host.list("/proc")) {
    if (!/^\d+$/.test(folder)) continue;
    const text = host.read(`/proc/${folder}/stat`);
    const times = text === null ? null : parseProcessTimes(text);
    if (text === null || times === null) continue; // it has just ended
    const name = printable(text.slice(text.indexOf("(") + 1, text.lastIndexOf(")")));
    const parent = Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
    readings.set(Number(folder), { name, parent, cpuMs: times.ownMs });
  }
  return readings.size === 0 ? null : readings;
}

/** Lines such as `  501     1   1:23.45 /usr/libexec/thing`; days and hours may stand before the minutes. */
export function parsePs(table: string): ProcessReadings {
  const readings = new Map<number, ProcessReading>();
  for (const line of table.split("\n")) {
    const [, pid, parent, days, clock, path] = /^\s*(\d+)\s+(\d+)\s+(?:(\d+)-)?([\d:.]+)\s+(.+)$/.exec(line) ?? [];
    if (pid === undefined || clock === undefined || path === undefined) continue;
    const seconds = clock.split(":").reduce((total, part) => total * 60 + Number(part), 0) + Number(days ?? 0) * 86_400;
    const name = printable(path.split("/").at(-1) ?? path);
    readings.set(Number(pid), { name, parent: Number(parent), cpuMs: seconds * 1000 });
  }
  return readings;
}
