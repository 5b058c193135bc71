/** Metrics of real Workers. */
import { assert, assertEquals } from "@std/assert";
import { setTimeout as sleep } from "node:timers/promises";
import { parseExposition } from "../testdata/parse_exposition.ts";
import { Registry } from "../registry.ts";
import { SharedMetricsFullError } from "./errors.ts";
import { SharedMetrics } from "./shared_metrics.ts";
import { ONE, type Order, OTHER } from "./testdata/orders.ts";
import { ThreadMetrics } from "./thread_metrics.ts";

/** A Worker that records. */
class Hand implements Disposable {
  readonly worker = new Worker(new URL("./testdata/metrics_worker.ts", import.meta.url), { type: "module" });

  /** Gives an order; answers its next word. */
  tell(order: Order): Promise<string> {
    this.worker.postMessage(order);
    return this.hear();
  }

  hear(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => resolve(data);
      this.worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
    });
  }

  [Symbol.dispose](): void {
    this.worker.terminate();
  }
}

/** What a registry prints now: each sample by name and label. */
async function samplesOf(registry: Registry): Promise<Map<string, number>> {
  const metrics = parseExposition(await registry.scrape(), "prometheus");
  return new Map(
    metrics.flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => [[name, ...Object.values(labels)].join(" "), value])
    ),
  );
}

function assertAgrees(samples: Map<string, number>): number {
  const count = samples.get("threes_bytes_count") ?? 0;
  assertEquals(samples.get("threes_bytes_sum") ?? 0, 3 * count);
  assertEquals([samples.get("threes_bytes_bucket 2.0") ?? 0, samples.get("threes_bytes_bucket 3.0") ?? 0], [0, count]);
  assertEquals(samples.get("waits_seconds_sum") ?? 0, 3 * (samples.get("waits_seconds_count") ?? 0));
  const either = samples.get("either");
  assert(either === undefined || either === ONE || either === OTHER, `half of each: ${either}`);
  return count;
}

Deno.test("SharedMetrics counts exactly what 8 threads record, and agrees with itself in the midst of it", async () => {
  const registry = new Registry(), shared = SharedMetrics.create(registry), { handle } = shared;
  const times = 312 * 64;
  const first = new Hand();
  await first.tell({ handle, task: "count", times: 0 }); // so that its types are checked once, not eight times at once
  const hands = [first, ...Array.from({ length: 7 }, () => new Hand())];
  let done = false, last = 0;
  const working = Promise.all(hands.map((hand) => hand.tell({ handle, task: "count", times }))).then(() => done = true);
  while (!done) {
    const count = assertAgrees(await samplesOf(registry));
    assert(count >= last, "never goes back");
    last = count;
    await sleep(1);
  }
  await working;
  assertEquals(shared.threads, 8);
  for (const hand of hands) hand[Symbol.dispose]();
  const samples = await samplesOf(registry);
  assertEquals(assertAgrees(samples), 8 * times);
  assertEquals(samples.get("routes_total /bound"), 8 * times);
  assertEquals([samples.get("waits_seconds_count"), samples.get("waits_seconds 1.0")], [8 * times, 3]);
  assertEquals([samples.get("sizes_bytes_count"), samples.get("sizes_bytes_sum")], [8 * times, 8 * times * 32.5]);
  assertEquals(samples.get("sizes_bytes_bucket 16.0"), 8 * times / 4);
  for (const route of [0, 1, 2, 3]) assertEquals(samples.get(`routes_total /${route}`), 4 * times);
});

Deno.test("SharedMetrics keeps what a terminated Worker has recorded, and gives its place to the next", async () => {
  const registry = new Registry(), shared = SharedMetrics.create(registry, { maxThreads: 1 }), { handle } = shared;
  let before = 0;
  for (let round = 0; round < 3; round++) {
    using hand = new Hand();
    while (await hand.tell({ handle, task: "flood", times: 0 }) === "full") await sleep(20); // the one before may not be known to be dead
    assert(assertAgrees(await samplesOf(registry)) > before);
    const threes = registry.find("threes_bytes");
    for (let look = 0; look < 2_000; look++) {
      shared.collect();
      const [[count], [sum]] = [[...threes?.readings() ?? []], [...threes?.readings("sum") ?? []]];
      if (sum?.value !== 3 * (count?.value ?? 0)) assertEquals(sum?.value, 3 * (count?.value ?? 0), "torn");
    }
    hand.worker.terminate(); // in the middle of whatever it does
    before = assertAgrees(await samplesOf(registry));
  }
});

Deno.test("SharedMetrics takes a gauge back when its Worker has ended", async () => {
  const registry = new Registry(), shared = SharedMetrics.create(registry), { handle } = shared;
  const hands = [new Hand(), new Hand()];
  await Promise.all(hands.map((hand) => hand.tell({ handle, task: "set", times: 0 })));
  assertEquals((await samplesOf(registry)).get("alive"), 2);
  hands[0]?.worker.terminate();
  while ((await samplesOf(registry)).get("alive") !== 1) await sleep(20);
  hands[1]?.worker.terminate();
  while (shared.threads > 0) await sleep(20);
  assertEquals((await samplesOf(registry)).get("alive"), 0);
});

Deno.test("ThreadMetrics.attach() refuses a thread more than maxThreads", () => {
  const { handle } = SharedMetrics.create(new Registry(), { maxThreads: 1 });
  using _first = ThreadMetrics.attach(handle);
  try {
    ThreadMetrics.attach(handle);
  } catch (error) {
    assert(error instanceof SharedMetricsFullError);
    assertEquals([error.code, error.limit, error.size], ["shared_metrics_full", "maxThreads", 1]);
  }
});
