/** What the host counts while a sample is measured. @module */

import process from "node:process";
import { HostFile } from "./host_file.ts";
import { parseHostTimes, parseInvoluntarySwitches, parseSchedstat } from "./proc_text.ts";

/** One reading of the counters, all growing; null where the host does not tell. */
export interface CounterReading {
  /** CPU time of this thread, in nanoseconds. */
  readonly cpuNs: number | null;
  /** Time that this thread waited for a processor, in nanoseconds. */
  readonly runQueueDelayNs: number | null;
  /** Involuntary context switches of this thread. */
  readonly involuntarySwitches: number | null;
  /** CPU time of the whole process, helper threads included, in nanoseconds. */
  readonly processCpuNs: number;
  /** Time that the hypervisor took from all processors of this host, in milliseconds. */
  readonly stealMs: number | null;
  /** Wall clock less monotonic clock, in milliseconds: grows by as long as the host slept. */
  readonly clockGapMs: number;
}

/** Counters of the thread that opened them, and of its host; cheap enough for a reading before and after each sample. */
export class ThreadCounters {
  readonly #scheduler: HostFile | null;
  readonly #status: HostFile | null;
  readonly #host: HostFile | null;

  private constructor() {
    this.#scheduler = HostFile.open("/proc/thread-self/schedstat");
    this.#status = HostFile.open("/proc/thread-self/status");
    this.#host = HostFile.open("/proc/stat");
  }

  /** Opens what there is; close it when done. */
  static open(): ThreadCounters {
    return new ThreadCounters();
  }

  /** Reads all counters. */
  read(): CounterReading {
    const usage = process.cpuUsage(); // first: it makes the kernel bring the thread's CPU time up to date
    const scheduler = parse(this.#scheduler, parseSchedstat);
    return {
      cpuNs: scheduler?.cpuNs ?? null,
      runQueueDelayNs: scheduler?.runQueueDelayNs ?? null,
      involuntarySwitches: parse(this.#status, parseInvoluntarySwitches),
      processCpuNs: (usage.user + usage.system) * 1_000,
      stealMs: parse(this.#host, parseHostTimes)?.stealMs ?? null,
      clockGapMs: Date.now() - performance.now(),
    };
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
}

function parse<Value>(file: HostFile | null, parser: (text: string) => Value | null): Value | null {
  const text = file?.read() ?? null;
  return text === null ? null : parser(text);
}
