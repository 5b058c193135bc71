import { assertEquals } from "@std/assert";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { AlertManager } from "./alert_manager.ts";
import { FakeMetric, sourceOf } from "./testdata/fake_metrics.ts";

Deno.test("AlertManager.watch() calls back after each change, once for all of one look, and for nothing else", () =>
  withFakeTime(async (tick) => {
    const load = new FakeMetric("load", 0), calls: string[] = [], failures: string[] = [];
    using alerts = new AlertManager({
      source: sourceOf(load),
      resolutionMs: 1,
      keepResolvedMs: 500,
      onError: (error, where) => failures.push(`${where}: ${error}`),
      rules: [{ name: "Busy", type: "threshold", metric: "load", above: 10, forMs: 100 }],
    });
    alerts.watch(() => {
      throw "broken";
    });
    const unwatch = alerts.watch(() => calls.push(alerts.list().map(({ state, value }) => `${state} ${value}`).join()));
    const told = async (ms: number) => {
      await tick(ms);
      return calls.splice(0);
    };
    load.set(5);
    assertEquals(await told(10), [], "nothing is listed, before or after");
    for (const host of ["a", "b", "c"]) load.set(11, { host });
    assertEquals(await told(10), ["pending 11,pending 11,pending 11"]);
    assertEquals(await told(200), ["firing 11,firing 11,firing 11"]);
    load.set(12, { host: "b" });
    assertEquals(await told(10), ["firing 11,firing 12,firing 11"]);
    load.set(12, { host: "b" });
    alerts.check();
    assertEquals(await told(10), [], "nothing has changed");
    for (const host of ["a", "b", "c"]) load.delete({ host });
    assertEquals(await told(10), ["resolved 11,resolved 12,resolved 11"]);
    assertEquals(await told(1_000), [""], "they are forgotten");

    alerts.trigger("Disk", { value: 1, resolveAfterMs: 50 });
    assertEquals(await told(0), ["firing 1"]);
    assertEquals(await told(60), ["resolved 1"]);
    const who = { match: { disk: "a" }, durationMs: 50, createdBy: "ops", comment: "known" };
    alerts.silence(who)[Symbol.dispose]();
    assertEquals((await told(0)).length, 2, "it begins and ends");
    alerts.silence({ ...who, startsInMs: 50 });
    assertEquals([(await told(0)).length, (await told(60)).length, (await told(60)).length], [1, 1, 1]);
    load.set(11);
    alerts.check();
    alerts.removeRule("Busy");
    assertEquals(
      await told(0),
      ["resolved 1,pending 11", "resolved 1"].map((text) => text.split(",").toReversed().join()),
    );
    assertEquals([...new Set(failures)], ["watch: broken"]);
    unwatch();
    alerts.trigger("Disk");
    assertEquals(await told(0), []);
  }));

Deno.test("AlertManager.watch() misses nothing when a listener has rules judged in the midst of a look", () => {
  const load = new FakeMetric("load", 0);
  const manager: AlertManager = new AlertManager({
    source: sourceOf(load),
    rules: [{ name: "Busy", type: "threshold", metric: "load", above: 10 }],
    onChange: () => void manager.check(),
  });
  using alerts = manager;
  let seen = "";
  alerts.watch(() => seen = alerts.list({ state: "firing" }).length.toString());
  load.set(11);
  alerts.check();
  assertEquals(seen, "1");
});
