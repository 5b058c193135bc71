/**
 * Metrics of the process itself.
 *
 * @module
 */

import process from "node:process";
import { setImmediate as nextTurn } from "node:timers/promises";
import { readHostFile } from "../../measure/environment/host_file.ts";
import { readHeap } from "../../measure/fork/garbage.ts";
import { requireNumber } from "../../reliability/require_number.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { CollectionCounter } from "./collection_counter.ts";
import { DelaySampler } from "./delay_sampler.ts";
import type { Registry } from "./registry.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { requireRegistry } from "./require_registry.ts";

/** What is measured of the process beyond what costs nothing. */
export interface ProcessMetricsOptions {
  /**
   * How often the event loop's delay is sampled for the histogram `event_loop_delay_seconds`: milliseconds of at least 1. Default: never,
   * so that nothing runs while nobody looks. At 20 ms it wakes an idle process 50 times a second, and takes one or two hundredths of a core.
   */
  readonly sampleEventLoopEveryMs?: number;
}

/** Where Linux tells of the process. */
const STATUS = "/proc/self/stat", LIMITS = "/proc/self/limits", DESCRIPTORS = "/proc/self/fd";
/** Fields of `STATUS`, counted from the process' state, the first after its name. */
const VIRTUAL_BYTES_FIELD = 20;
const THREADS_FIELD = 17;

/** Bounds of the event loop's delay, in seconds. */
const DELAY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * Adds metrics of the process, measured when the registry is scraped; between scrapes nothing runs but a finalizer after each collection of
 * garbage, unless the event loop is sampled.
 *
 * The names are those of Prometheus' clients, for the engine those of the client for Node, so that dashboards made for them work:
 *
 * - `process_cpu_seconds_total`, `process_cpu_user_seconds_total`, `process_cpu_system_seconds_total`: of all threads
 * - `process_resident_memory_bytes`, `process_start_time_seconds`; the start is that of this thread, so call it in the main one
 * - `process_virtual_memory_bytes`, `process_threads`, `process_open_fds`, `process_max_fds`: Linux only, with the permission to read all of
 *   `/proc`, which Deno gives with `--allow-all`
 * - `nodejs_heap_size_total_bytes`, `nodejs_heap_size_used_bytes`, `nodejs_external_memory_bytes`: of this thread
 * - `nodejs_heap_allocated_bytes_total`: what this thread has allocated on its heap since it began, whether it is still used or not; V8 counts the
 *   areas that it sets aside for allocation, so it may be ahead by a megabyte or two. Its rate is how fast garbage is made.
 * - `nodejs_gc_observed_total`: turns of this thread's event loop in which garbage was collected since this function was called, of the young
 *   generation or of everything; several collections in one turn count as one, so there were at least so many
 * - `nodejs_eventloop_lag_seconds`: how long this thread's event loop takes at the scrape to get to what is due
 * - `event_loop_delay_seconds`, a histogram, if `sampleEventLoopEveryMs` is given
 *
 * What the host does not tell or a permission forbids is left out, and nobody is asked for a permission. How long collections of garbage take is
 * not among them: Deno 2 does not tell (`PerformanceObserver` has no entries of type `gc`); pauses show in the event loop's delay.
 *
 * @returns What ends it: the metrics are removed, and the sampling stops.
 * @throws {TypeError} If the registry has one of the names.
 * @throws {RangeError} If `sampleEventLoopEveryMs` is out of range.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { processMetrics } from "./process_metrics.ts";
 * import { Registry } from "./registry.ts";
 *
 * const registry = new Registry();
 * using _ended = processMetrics(registry);
 * assert((await registry.scrape()).includes("process_resident_memory_bytes "));
 * ```
 */
export function processMetrics(registry: Registry, options: ProcessMetricsOptions = {}): Disposable {
  requireRegistry("measure the process", registry);
  const { sampleEventLoopEveryMs } = requireOptions("measure the process", options);
  if (sampleEventLoopEveryMs !== undefined) {
    requireNumber("sampleEventLoopEveryMs", sampleEventLoopEveryMs, "duration");
  }
  using undo = new DisposableStack();
  const collections = undo.use(new CollectionCounter());
  const ofCollections: Measured = {
    type: "counter",
    name: "nodejs_gc_observed_total",
    help: "Turns of the event loop in which garbage was collected",
    collect: () => collections.count,
  };
  for (const measured of [...MEASURED, ...measuredAllocation(), ofCollections, ...measuredOnLinux()]) {
    registry.observable(measured);
    undo.defer(() => registry.remove(measured.name));
  }
  if (sampleEventLoopEveryMs !== undefined) {
    const name = "event_loop_delay_seconds", help = "How late the event loop gets to what is due";
    const delays = registry.histogram({ name, help, unit: "seconds", buckets: DELAY_BUCKETS });
    undo.defer(() => registry.remove(name));
    undo.use(new DelaySampler(timers, sampleEventLoopEveryMs, (seconds) => delays.observe(seconds)));
  }
  return undo.move();
}

/** A metric that a callback measures. */
type Measured = Parameters<Registry["observable"]>[0] & { readonly collect: () => number | Promise<number> };

const MEASURED: readonly Measured[] = [
  cpuSeconds("process_cpu_seconds_total", "Time of all processors", ({ user, system }) => user + system),
  cpuSeconds("process_cpu_user_seconds_total", "Time of all processors in the program", ({ user }) => user),
  cpuSeconds("process_cpu_system_seconds_total", "Time of all processors in the kernel", ({ system }) => system),
  bytes("process_resident_memory_bytes", "Memory that the process has", ({ rss }) => rss),
  {
    type: "gauge",
    name: "process_start_time_seconds",
    help: "When the process started, since the epoch",
    unit: "seconds",
    collect: () => performance.timeOrigin / 1_000,
  },
  bytes("nodejs_heap_size_total_bytes", "Memory for the heap", ({ heapTotal }) => heapTotal),
  bytes("nodejs_heap_size_used_bytes", "Memory of the heap that is used", ({ heapUsed }) => heapUsed),
  bytes("nodejs_external_memory_bytes", "Memory outside of the heap that objects keep", ({ external }) => external),
  {
    type: "gauge",
    name: "nodejs_eventloop_lag_seconds",
    help: "How long the event loop takes to get to what is due",
    unit: "seconds",
    async collect() {
      const startMs = performance.now();
      await nextTurn();
      return (performance.now() - startMs) / 1_000;
    },
  },
];

function cpuSeconds(name: string, help: string, micros: (usage: { user: number; system: number }) => number): Measured {
  return { type: "counter", name, help, unit: "seconds", collect: () => micros(process.cpuUsage()) / 1e6 };
}

function bytes(name: string, help: string, of: (usage: Deno.MemoryUsage) => number): Measured {
  return { type: "gauge", name, help, unit: "bytes", collect: () => of(Deno.memoryUsage()) };
}

/** What was allocated, if V8 tells. */
function measuredAllocation(): readonly Measured[] {
  if (readHeap().allocatedBytes === null) return [];
  return [{
    type: "counter",
    name: "nodejs_heap_allocated_bytes_total",
    help: "Memory of the heap that was ever allocated",
    unit: "bytes",
    collect: () => readHeap().allocatedBytes ?? NaN,
  }];
}

/** What Linux tells beyond that, if it may be read. */
function measuredOnLinux(): readonly Measured[] {
  if (readHostFile(STATUS) === null) return [];
  return [
    {
      type: "gauge",
      name: "process_virtual_memory_bytes",
      help: "Addresses that the process has",
      unit: "bytes",
      collect: () => statusField(VIRTUAL_BYTES_FIELD),
    },
    {
      type: "gauge",
      name: "process_threads",
      help: "Threads of the process",
      collect: () => statusField(THREADS_FIELD),
    },
    {
      type: "gauge",
      name: "process_open_fds",
      help: "Open file descriptors",
      collect: async () => (await Array.fromAsync(Deno.readDir(DESCRIPTORS))).length,
    },
    { type: "gauge", name: "process_max_fds", help: "File descriptors that it may open", collect: mostDescriptors },
  ];
}

/** The name before the fields is in parentheses, and may have any characters. */
function statusField(at: number): number {
  const status = readHostFile(STATUS) ?? "";
  return Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[at]);
}

/** NaN, which is no measurement, if it is unlimited. */
function mostDescriptors(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readHostFile(LIMITS) ?? "")?.[1]);
}
