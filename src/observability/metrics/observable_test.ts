import { assert, assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Registry } from "./registry.ts";

Deno.test("Registry.observable() tells what its callback told last, and no series that it told before", async () => {
  const registry = new Registry();
  let round = 0;
  registry.observable({
    type: "gauge",
    name: "load",
    help: "L",
    labels: ["cpu"],
    collect(observe) {
      observe({ cpu: "all" }, ++round);
      observe({ cpu: `${round}` }, 0);
    },
  });
  await registry.scrape();
  await registry.scrape();
  assertEquals([...registry.find("load")!.readings()], [
    { labels: { cpu: "all" }, value: 2 },
    { labels: { cpu: "2" }, value: 0 },
  ]);
  await nextTurn();
});

Deno.test("Registry.scrape() waits for a callback that hangs as long as it may, and does not call it again", async () => {
  const clock = FakeTimers.install();
  try {
    const registry = new Registry({ warn: () => {} });
    let calls = 0, aborted = 0;
    const hang = Promise.withResolvers<number>();
    registry.observable({
      type: "counter",
      name: "hangs_total",
      help: "H",
      timeoutMs: 100,
      collect(signal) {
        calls++;
        signal.addEventListener("abort", () => aborted++);
        return calls === 1 ? hang.promise : 7;
      },
    });
    registry.gauge({ name: "other", help: "O" }).set(1);
    const [first, shared] = [registry.scrape(), registry.scrape()];
    await clock.tickAsync(101);
    const text = await first;
    assert(text.includes("other 1\n") && !text.includes("hangs_total 7"));
    await shared;
    await registry.scrape();
    assertEquals([calls, aborted], [1, 1]);
    assert(registry.expose().includes('{metric="hangs_total",reason="timeout"} 2\n'));
    hang.resolve(3);
    await clock.tickAsync(0);
    assert((await registry.scrape()).includes("hangs_total 7\n"), "it has come back");
    await clock.runAllAsync(); // the timer wheel puts its timer away
  } finally {
    clock.uninstall();
  }
});

Deno.test("Registry.observable() counts what is told wrong as a failure", async () => {
  for (const told of [NaN, -1, Infinity]) {
    const registry = new Registry({ warn: () => {} });
    registry.observable({ type: "counter", name: "c_total", help: "C", collect: () => told });
    assert((await registry.scrape()).includes('{metric="c_total",reason="error"} 1\n'), String(told));
  }
  await nextTurn(); // the timer wheel puts its timer away
});

Deno.test("Registry.collect() measures, and Registry.metrics() lists what there is to read", async () => {
  const registry = new Registry();
  registry.counter({ name: "runs_total", help: "Runs" }).inc(3);
  registry.observable({ type: "gauge", name: "depth", help: "Depth", collect: () => 7 });
  await registry.collect();
  const read = [...registry.metrics()].map(({ name, definition: { type } }) => `${name} ${type}`);
  assertEquals(read, ["runs_total counter", "depth gauge"]);
  assertEquals([...registry.metrics()].flatMap((metric) => [...metric.readings()].map(({ value }) => value)), [3, 7]);
});
