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

/** Numbers from 0 to 1 that look random and are the same each time. */
function* evenNumbers(): Generator<number, never> {
  for (let at = 1;; at++) yield (at * 0.6180339887498949) % 1;
}

Deno.test({
  name: "A series takes less than 200 bytes, labels apart, whatever its metric's type is",
  ignore,
  async fn() {
    const registry = new Registry({ lint: false }), size = 2_000, labels = ["route", "status"] as const;
    const limits = { help: "H", labels, maxSeries: Infinity }, measured = { unit: "seconds", ...limits };
    const states = ["open", "shut"] as const, numbers = evenNumbers();
    const counter = registry.counter({ name: "c_total", ...limits }), gauge = registry.gauge({ name: "g", ...limits });
    const upDown = registry.upDownCounter({ name: "u", ...limits });
    const stateSet = registry.stateSet({ name: "s", states, ...limits });
    const histogram = registry.histogram({ name: "h_seconds", ...measured });
    const exponential = registry.exponentialHistogram({ name: "e_seconds", ...measured });
    const [few, many] = ["f_seconds", "m_seconds"].map((name) => registry.summary({ name, ...measured }));
    const values = Array.from(
      { length: size },
      (_, at) => ({ route: `/${at % 100}`, status: `${Math.floor(at / 100)}` }),
    );
    type Values = typeof values[number];
    const recordings: Record<string, (each: Values) => void> = {
      counter: (each) => counter.inc(each),
      gauge: (each) => gauge.set(each, 1),
      upDownCounter: (each) => upDown.inc(each),
      histogram: (each) => histogram.observe(each, 1),
      "exponential histogram of 40 values over two decades": (each) => {
        for (let time = 0; time < 40; time++) exponential.observe(each, 100 ** numbers.next().value);
      },
      "summary of 30 values over six decades": (each) => {
        for (let time = 0; time < 30; time++) few?.observe(each, 1e6 ** numbers.next().value);
      },
      "summary of 100 values from 1 to 8": (each) => {
        for (let time = 0; time < 100; time++) many?.observe(each, 8 ** numbers.next().value);
      },
    };
    const [first] = values;
    for (const record of Object.values(recordings)) for (let time = 0; time < 20; time++) record(first!); // so that code is made, too
    let before = await bytesInUse();
    for (const [kind, record] of Object.entries(recordings)) {
      values.forEach(record);
      const after = await bytesInUse(), bytes = (after - before) / size;
      assert(bytes < 200, `${kind}: ${bytes} bytes a series`);
      before = after;
    }
    values.forEach((each) => stateSet.with(each).set("shut")); // which binds it: an object beside what the series takes
    const bytes = (await bytesInUse() - before) / size;
    assert(bytes < 300, `state set: ${bytes} bytes a series and its object`);
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
