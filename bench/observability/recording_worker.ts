/**
 * A real thread that records as often as it is told to, whenever it is told to.
 *
 * @module
 */

/// <reference lib="webworker" />

import { type SharedMetricsHandle, ThreadMetrics } from "../../src/observability/metrics/mod.ts";
import type { CrewStart } from "../threads/crew.ts";
import { Signals } from "../threads/crew_memory.ts";
import { REQUESTS, ROUTES, SECONDS } from "./shared_recordings.ts";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: { handle, memory } }: MessageEvent<CrewStart<SharedMetricsHandle>>) => {
  const signals = new Signals(memory), { threads, times } = signals;
  const metrics = ThreadMetrics.attach(handle),
    requests = metrics.counter(REQUESTS),
    seconds = metrics.histogram(SECONDS);
  signals.arrive();
  for (let round = 0; signals.awaitRound(round); round++) {
    signals.come();
    signals.awaitComing(threads); // so that nobody records alone
    for (let call = 0; call < times; call++) {
      requests.inc({ route: ROUTES[call & 3]! });
      seconds.observe(0.25);
    }
    signals.pass(times);
    signals.arrive();
  }
  self.close();
};
