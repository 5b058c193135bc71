/**
 * What the host counts while a sample is measured.
 *
 * @module
 */

import process from "node:process";
import { HostFile } from "./host_file.ts";
import { parseHostTimes, parseInvoluntarySwitches, parseSchedulerStatistics } from "./proc_text.ts";

/** One reading of the counters; null where the host does not tell. Only differences between two readings mean something. */
export interface CounterReading {
  /** CPU time of the thread, in nanoseconds, less what the readings themselves took. */
  readonly cpuNs: number | null;
  /** Time that the thread waited for a processor, in nanoseconds. */
  readonly runQueueDelayNs: number | null;
  /** Involuntary context switches of the thread. */
  readonly involuntarySwitches: number | null;
  /** CPU time of the whole process, V8's background threads included, in nanoseconds, less what the readings themselves took. */
  readonly processCpuNs: number;
  /** Time that the hypervisor took from all processors of the host, in milliseconds, in steps of 10. */
  readonly stealMs: number | null;
  /** Wall clock less monotonic clock, in milliseconds: jumps by as long as the host slept. */
  readonly clockGapMs: number;
}

/** A reading of `/proc/stat` that takes longer than this is left alone: on large hosts the kernel adds up for milliseconds. */
const MAX_HOST_READING_MS = 0.5;
const CALIBRATION_READINGS = 15;

/**
 * The counters of the thread that opens them, and of its host.
 *
 * On Linux with all permissions granted a reading takes about 25 µs, and a sample needs two, outside its time. Elsewhere the
 * runtime tells only the CPU time of the process and the clocks; all else is null. No reading throws or prompts.
 */
export class ThreadCounters {
  readonly #scheduler = HostFile.open("/proc/thread-self/schedstat", 128);
  readonly #status = HostFile.open("/proc/thread-self/status", 16_384);
  #host = HostFile.open("/proc/stat", 512);
  #readings = 0;
  #readingCpuNs = 0;

  private constructor() {
    this.#calibrate();
  }

  /** Opens what there is; takes less than a millisecond. Close it when done. */
  static open(): ThreadCounters {
    return new ThreadCounters();
  }

  /** Reads all counters as they are now. */
  read(): CounterReading {
    // The CPU time of the process comes first: asking for it makes the kernel bring the thread's own up to date, which
    // schedstat by itself shows as of the last tick, up to 4 ms ago.
    const usage = process.cpuUsage();
    const scheduler = parse(this.#scheduler, parseSchedulerStatistics);
    const ownNs = this.#readings++ * this.#readingCpuNs;
    return {
      cpuNs: scheduler === null ? null : scheduler.cpuNs - ownNs,
      runQueueDelayNs: scheduler === null ? null : scheduler.runQueueDelayNs,
      involuntarySwitches: parse(this.#status, parseInvoluntarySwitches),
      processCpuNs: (usage.user + usage.system) * 1_000 - ownNs,
      stealMs: parse(this.#host, parseHostTimes)?.stealMs ?? null,
      clockGapMs: Date.now() - performance.now(),
    };
  }

  /** How long the thread has waited for a processor in all, in nanoseconds; 0 where the host does not tell. Takes some microseconds. */
  runQueueDelayNs(): number {
    return parse(this.#scheduler, parseSchedulerStatistics)?.runQueueDelayNs ?? 0;
  }

  /** Closes the files. */
  close(): void {
    this.#scheduler?.close();
    this.#status?.close();
    this.#host?.close();
  }

  /** Closes the files. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Learns what a reading costs: it lies between the moments at which two readings look at the CPU time. */
  #calibrate(): void {
    const hostMs: number[] = [];
    const cpuNs: number[] = [];
    let before = this.read();
    for (let i = 0; i < CALIBRATION_READINGS; i++) {
      const after = this.read();
      cpuNs.push((after.cpuNs ?? after.processCpuNs) - (before.cpuNs ?? before.processCpuNs));
      before = after;
      const start = performance.now();
      this.#host?.read();
      hostMs.push(performance.now() - start);
    }
    if (middle(hostMs) > MAX_HOST_READING_MS) {
      this.#host?.close();
      this.#host = null;
    }
    this.#readingCpuNs = Math.max(0, middle(cpuNs) - middle(hostMs) * 1e6);
    this.#readings = 0;
  }
}

function parse<Value>(file: HostFile | null, parser: (text: string) => Value | null): Value | null {
  const text = file === null ? null : file.read();
  return text === null ? null : parser(text);
}

function middle(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? 0;
}
