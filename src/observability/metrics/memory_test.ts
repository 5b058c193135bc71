/** How much memory series take; skipped where the collector cannot be asked for (`--v8-flags=--expose-gc`). */
import { assert, assertEquals } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Registry } from "./registry.ts";

const collect: unknown = Reflect.get(globalThis, "gc");
const ignore = typeof collect !== "function";

/** Bytes in use, on the heap and beside it. Arrays that were outgrown are given back only some turns after their collection. */
async function bytesInUse(): Promise<number> {
  for (let turn = 0; turn < 4; turn++) {
    if (typeof collect === "function") collect();
    await nextTurn();
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

Deno.test({
  name: "A series of a counter, gauge or histogram takes less than 200 bytes, labels apart",
  ignore,
  async fn() {
    const registry = new Registry({ lint: false }), size = 10_000, labels = ["route", "status"] as const;
    const limits = { help: "H", labels, maxSeries: Infinity };
    const counter = registry.counter({ name: "c_total", ...limits }), gauge = registry.gauge({ name: "g", ...limits });
    const histogram = registry.histogram({ name: "h_seconds", unit: "seconds", ...limits });
    const values = Array.from(
      { length: size },
      (_, at) => ({ route: `/${at % 100}`, status: `${Math.floor(at / 100)}` }),
    );
    const recordings = {
      counter: (each: typeof values[number]) => counter.inc(each),
      gauge: (each: typeof values[number]) => gauge.set(each, 1),
      histogram: (each: typeof values[number]) => histogram.observe(each, 1),
    };
    let before = await bytesInUse();
    for (const [kind, record] of Object.entries(recordings)) {
      values.forEach(record);
      const after = await bytesInUse(), bytes = (after - before) / size;
      assert(bytes < 200, `${kind}: ${bytes} bytes a series`);
      before = after;
    }
  },
});

Deno.test({
  name: "A label whose values never end takes no more memory than maxSeries of them",
  ignore,
  async fn() {
    const registry = new Registry({ warn: () => {} }), values = 250_000;
    const requests = registry.counter({ name: "requests_total", help: "R", labels: ["user"], maxSeries: 100 });
    for (let user = 0; user < 1_000; user++) requests.inc({ user: `user ${user}` });
    const before = await bytesInUse();
    for (let user = 1_000; user < values; user++) requests.inc({ user: `user ${user}` });
    const bytes = await bytesInUse() - before;
    assert(bytes < 2 ** 18, `${bytes} bytes more`);
    const readings = [...requests.readings()];
    assertEquals(readings.length, 101);
    assertEquals(readings.reduce((sum, { value }) => sum + value, 0), values, "nothing is lost");
    const [folded] = registry.find("puffin_metrics_folded_total")?.readings() ?? [];
    assertEquals(folded, { labels: { metric: "requests_total" }, value: values - 100 });
  },
});
