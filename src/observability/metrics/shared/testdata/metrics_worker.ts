/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { setImmediate as nextTurn } from "node:timers/promises";
import { SharedMetricsFullError } from "../errors.ts";
import { ThreadMetrics } from "../thread_metrics.ts";
import { EITHER, ONE, type Order, OTHER, ROUTES, SIZES, THREES, WAITS } from "./orders.ts";

let metrics: ThreadMetrics | undefined;

self.addEventListener("message", async ({ data }: MessageEvent<Order>) => {
  const { handle, task, times } = data;
  try {
    metrics ??= ThreadMetrics.attach(handle);
  } catch (error) {
    if (!(error instanceof SharedMetricsFullError)) throw error;
    self.postMessage("full");
    return;
  }
  const routes = metrics.counter(ROUTES), bound = routes.with({ route: "/bound" });
  const threes = metrics.histogram(THREES), either = metrics.gauge(EITHER);
  const waits = metrics.summary(WAITS), sizes = metrics.exponentialHistogram(SIZES);
  const record = (at: number) => {
    bound.inc();
    routes.inc({ route: `/${at & 3}` }, 2);
    threes.observe(3);
    waits.observe(3);
    sizes.observe((at & 63) + 1);
    either.set((at & 1) === 0 ? ONE : OTHER);
  };
  if (task === "set") {
    metrics.gauge({ name: "alive", help: "Living threads" }).set(1);
  } else if (task === "count") {
    for (let at = 0; at < times; at++) record(at);
  } else {
    record(0);
    self.postMessage("began");
    for (let at = 0;; at++) {
      record(at);
      if (at % 10_000 === 0) await nextTurn(); // Deno ends no Worker before its turn is over
    }
  }
  self.postMessage("done");
});
