import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { Registry } from "../metrics/mod.ts";
import { AlertManager } from "./alert_manager.ts";
import type { AlertRule } from "./alert_rule.ts";
import { FakeMetric, sourceOf } from "./testdata/fake_metrics.ts";
import { WatchedMetric, WatchedMetrics } from "./watched_metric.ts";

Deno.test("WatchedMetric tells each listener once until it asks again, and watches only while it is used", () => {
  const metric = new FakeMetric("load", 0), told: string[] = [];
  const watched = new WatchedMetric(sourceOf(metric), "load", () => told.push("unused"));
  const [one, other] = ["one", "other"].map((name) => ({ metricChanged: () => void told.push(name) }));
  assert(one !== undefined && other !== undefined);
  assertEquals(metric.watchers, 0);
  for (const each of [one, other]) {
    watched.join();
    watched.tellNext(each);
  }
  assertEquals(metric.watchers, 1);
  for (let at = 0; at < 3; at++) metric.set(at);
  assertEquals(told.splice(0), ["one", "other"]);
  watched.tellNext(other);
  watched.leave(one);
  metric.set(9);
  assertEquals(told.splice(0), ["other"]);
  watched.leave(other);
  assertEquals([metric.watchers, told], [0, ["unused"]]);
});

Deno.test("WatchedMetrics has one for a name, none for a name of no metric, and forgets what nobody watches", () => {
  let load: FakeMetric | undefined = new FakeMetric("load", 0);
  const metrics = new WatchedMetrics({ find: (name) => name === "load" ? load : undefined });
  const unused = metrics.find("load");
  assertEquals([metrics.find("other"), metrics.find("load")], [undefined, unused]);
  metrics.sweep();
  const watched = metrics.find("load");
  assert(watched !== unused);
  watched?.join();
  metrics.sweep();
  assertEquals(metrics.find("load"), watched);
  load = undefined;
  assertEquals(metrics.find("load"), undefined, "it is not there any more");
  load = new FakeMetric("load", 0);
  assertEquals(metrics.find("load")?.metric, load);
  watched?.leave({ metricChanged() {} });
  assert(metrics.find("load") !== watched);
});

const BUSY: AlertRule = { name: "Busy", type: "threshold", metric: "load", above: 10 };

Deno.test("AlertManager watches on when a metric is removed and made anew, and resolves what fired by the old one", () =>
  withFakeTime(async (tick) => {
    const registry = new Registry(), options = { name: "load", help: "Load", labels: ["host"] } as const;
    const old = registry.gauge(options);
    using alerts = new AlertManager({
      source: registry,
      resolutionMs: 1,
      rules: [BUSY, { name: "Silent", type: "absence", metric: "load", windowMs: 1_000 }],
    });
    const firing = () => alerts.list({ state: "firing" }).map(({ name, value }) => `${name} ${value}`).join();
    old.set({ host: "a" }, 11);
    await tick(10);
    assertEquals(firing(), "Busy 11");
    registry.remove("load");
    await tick(10);
    assertEquals(firing(), "");
    old.set({ host: "a" }, 12);
    await tick(10);
    assertEquals([firing(), timers.size > 0], ["", true], "the old one is nobody's any more");
    await tick(2_000);
    assertEquals(alerts.list({ state: "firing" }).map(({ name }) => name), ["Silent"]);
    const next = registry.gauge(options);
    next.set({ host: "a" }, 13);
    await tick(10);
    assertEquals(firing(), "Busy 13");
  }));

Deno.test("AlertManager counts the growth of a counter that was made anew from 0", () =>
  withFakeTime(async (tick) => {
    const registry = new Registry(), options = { name: "errors_total", help: "Errors" };
    registry.counter(options).inc(500);
    const rule = { name: "Errors", type: "rate", metric: "errors_total", windowMs: 10_000, above: 0.5 } as const;
    using alerts = new AlertManager({ source: registry, resolutionMs: 1, rules: [rule] });
    registry.remove("errors_total");
    const errors = registry.counter(options);
    errors.inc(5);
    await tick(10);
    assertEquals(alerts.list(), []);
    errors.inc(5);
    await tick(10);
    assertEquals(alerts.list({ state: "firing" }).map(({ value }) => value), [1]);
  }));

Deno.test("AlertManager asks a source that cannot tell for its metric at each look", () => {
  let load = new FakeMetric("load", 0);
  using alerts = new AlertManager({ source: { find: (name) => name === "load" ? load : undefined }, rules: [BUSY] });
  const old = load;
  load = new FakeMetric("load", 20);
  assertEquals(alerts.check().map(({ value }) => value), [20]);
  assertEquals([old.watchers, load.watchers], [0, 1]);
});

Deno.test("AlertManager refuses rules about labels that a metric does not have, and tells of a metric made anew without them", () =>
  withFakeTime(async (tick) => {
    const registry = new Registry(), told: string[] = [];
    const load = registry.gauge({ name: "load", help: "Load", labels: ["host", "disk"] });
    registry.gauge({ name: "plain", help: "Plain" });
    using alerts = new AlertManager({
      source: registry,
      resolutionMs: 1,
      onError: (error, where) => told.push(`${where}: ${error}`),
    });
    const refused = (rule: AlertRule) => assertThrows(() => alerts.addRule(rule), TypeError).message;
    assertStringIncludes(
      refused({ ...BUSY, match: { hots: /a/ } }),
      'Cannot add alert rule "Busy": metric "load" has no label "hots", it has host, disk; correct the label',
    );
    assertStringIncludes(refused({ ...BUSY, metric: "plain", match: { host: "" } }), '"host", it has none; correct');
    const ratio = { name: "Share", type: "ratio", above: 1, by: ["host"] } as const;
    assertStringIncludes(
      refused({ ...ratio, numerator: { metric: "load" }, denominator: { metric: "plain" } }),
      'metric "plain" has no label "host", it has none',
    );
    assertEquals(alerts.snapshot().rules, []);

    alerts.addRule({ ...BUSY, match: { host: "a", otel_metric_overflow: { not: "true" } } });
    load.set({ host: "a", disk: "x" }, 11);
    await tick(10);
    assertEquals(alerts.list().map(({ state }) => state), ["firing"]);
    registry.remove("load");
    const renamed = registry.gauge({ name: "load", help: "Load", labels: ["machine"] });
    for (const value of [12, 13]) {
      renamed.set({ machine: "a" }, value);
      await tick(10);
    }
    assertEquals(alerts.list().map(({ state }) => state), ["resolved"]);
    assertEquals(told, [
      'rule "Busy": TypeError: Cannot judge alert rule "Busy" as it was meant: metric "load" has no label "host", it has machine, ' +
      "since it was made anew; change the rule or the metric",
    ]);
    assertEquals(alerts.snapshot().failures, 1);
  }));

Deno.test("AlertManagers of one registry know nothing of each other", () => {
  const registry = new Registry(), load = registry.gauge({ name: "load", help: "Load" });
  using first = new AlertManager({ source: registry, rules: [BUSY] });
  const second = new AlertManager({ source: registry, rules: [{ ...BUSY, above: 20 }] });
  load.set(15);
  assertEquals([first.check().length, second.check().length], [1, 0]);
  second[Symbol.dispose]();
  load.set(25);
  assertEquals(first.check().map(({ value }) => value), [25]);
});

Deno.test("AlertManager looks once a resolution by each of many rules, however often their metric changes", () =>
  withFakeTime(async (tick) => {
    class Counted extends FakeMetric {
      looks = 0;
      override readings(what?: "sum" | number) {
        this.looks++;
        return super.readings(what);
      }
    }
    const metric = new Counted("load", 0), count = 200;
    const rules = Array.from({ length: count }, (_, at): AlertRule => ({ ...BUSY, name: `R${at}`, above: at }));
    using alerts = new AlertManager({ source: sourceOf(metric), resolutionMs: 1_000, rules });
    assertEquals([metric.watchers, metric.looks], [1, count]);
    await tick(1_100);
    for (let at = 0; at < 100; at++) metric.set(at);
    await tick(10);
    assertEquals([alerts.snapshot().firing, metric.looks], [99, 2 * count]);
    for (let at = 0; at < 100; at++) metric.set(0);
    await tick(900);
    assertEquals([metric.looks, timers.size], [2 * count, count], "each waits for its time");
    await tick(200);
    assertEquals([alerts.snapshot().firing, metric.looks], [0, 3 * count]);
    for (const { name } of rules) alerts.removeRule(name);
    assertEquals(metric.watchers, 0);
  }));

Deno.test("AlertManager lets a listener remove a rule, or end the manager, in the midst of a look", () =>
  withFakeTime(async (tick) => {
    for (const [ends, hosts] of [["rule", "ab"], ["manager", "ab"], ["rule", "a"], ["manager", "a"]] as const) {
      const metric = new FakeMetric("load"), before = timers.size, changes: string[] = [];
      for (const host of hosts) metric.set(11, { host });
      const manager = new AlertManager({
        source: sourceOf(metric),
        keepResolvedMs: 100,
        onChange: ({ state, labels }) => {
          changes.push(`${state} ${labels["host"]}`);
          if (ends === "rule") manager.removeRule("Busy");
          else manager[Symbol.dispose]();
        },
      });
      manager.addRule(BUSY);
      assertEquals(timers.size, before);
      metric.set(12, { host: "a" });
      await tick(5_000);
      assertEquals(changes, ends === "rule" ? ["firing a", "resolved a"] : ["firing a"]);
      assertEquals([timers.size, metric.watchers], [before, 0]);
      manager[Symbol.dispose]();
    }
  }));
