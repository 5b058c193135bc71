import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { AlertManager } from "./alert_manager.ts";
import type { AlertManagerOptions } from "./alert_manager_options.ts";
import type { AlertRule, AnnotationContext } from "./alert_rule.ts";
import { FakeMetric, FakeNotifier, sourceOf } from "./testdata/fake_metrics.ts";

/** A manager of one metric, which is judged at every change. */
function managerOf(
  metric: FakeMetric,
  rule: Readonly<Record<string, unknown>>,
  options: Partial<AlertManagerOptions> = {},
): AlertManager {
  const limit = "below" in rule || rule["type"] === "absence" ? {} : { above: 10 };
  const rules = [{ name: "A", type: "threshold", metric: metric.name, ...limit, ...rule } as AlertRule];
  return new AlertManager({ source: sourceOf(metric), rules, resolutionMs: 1, ...options });
}

function statesOf(alerts: AlertManager): string {
  return alerts.list().map(({ state }) => state).join();
}

Deno.test("AlertManager has an alert pending, firing and resolved, told as it changes, by deadlines alone", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("queue", 5), changes: string[] = [];
    using alerts = managerOf(metric, { forMs: 1_000, keepFiringForMs: 500 }, {
      keepResolvedMs: 2_000,
      onChange: ({ state, value }) => changes.push(`${state} ${value}`),
    });
    assertEquals([statesOf(alerts), timers.size], ["", 0]);
    metric.set(11);
    await tick(10);
    assertEquals(statesOf(alerts), "pending");
    metric.set(9);
    await tick(10);
    assertEquals([statesOf(alerts), timers.size], ["", 0]);
    metric.set(12);
    await tick(900);
    assertEquals(statesOf(alerts), "pending");
    await tick(200);
    assertEquals(statesOf(alerts), "firing");
    metric.set(10);
    await tick(400);
    metric.set(13);
    await tick(10);
    metric.set(1);
    await tick(400);
    assertEquals(statesOf(alerts), "firing", "it was interrupted");
    await tick(200);
    assertEquals([statesOf(alerts), changes], ["resolved", ["firing 12", "resolved 1"]]);
    await tick(2_000);
    assertEquals([statesOf(alerts), timers.size], ["", 0], "nothing is left, and nothing runs");
  }));

Deno.test("AlertManager judges a metric that changes on and on once a resolution, and nothing while it stands still", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("queue", 0);
    using alerts = managerOf(metric, { resolutionMs: 100 });
    metric.set(99);
    await tick(50);
    assertEquals(statesOf(alerts), "", "it was judged when it was added");
    await tick(60);
    assertEquals(statesOf(alerts), "firing");
    assertEquals(alerts.check().map(({ value }) => value), [99]);
    alerts[Symbol.dispose]();
    assertEquals([metric.watchers, timers.size], [0, 0]);
  }));

Deno.test("AlertManager fires on until resolveAt, and keeps series apart", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("queue");
    using alerts = managerOf(metric, {
      resolveAt: 5,
      match: { env: { not: "test" } },
      labels: { team: "data" },
      annotations: {
        text: "{{ name }}/{{severity}}: {{labels.queue}} has {{value}}{{labels.none}} <b>",
        made: ({ value }: AnnotationContext) => `made of ${value}`,
        broken: () => {
          throw "oh";
        },
      },
      severity: "critical",
    });
    metric.set(11, { queue: "a", env: "prod" });
    metric.set(11, { queue: "b", env: "test" });
    metric.set(8, { queue: "c", env: "prod", severity: "x" });
    await tick(5);
    metric.set(6, { queue: "a", env: "prod" });
    await tick(5);
    const [alert, ...others] = alerts.list();
    assertEquals(others, []);
    assertEquals(alert?.state, "firing");
    assertEquals(alert?.labels, { queue: "a", env: "prod", team: "data", alertname: "A", severity: "critical" });
    assertEquals(alert?.annotations, {
      text: "A/critical: a has 6 <b>",
      made: "made of 6",
      broken: "(this annotation could not be made: oh)",
    });
    metric.set(5, { queue: "a", env: "prod" });
    await tick(5);
    assertEquals(statesOf(alerts), "resolved");
  }));

Deno.test("AlertManager: a rate counts growth within its window, resets and new series, and ends when a sample leaves", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("errors", 1_000_000);
    using alerts = managerOf(metric, { type: "rate", windowMs: 10_000, above: 1 });
    assertEquals(statesOf(alerts), "", "what was counted before is no growth");
    metric.set(1_000_009);
    await tick(1_000);
    assertEquals(statesOf(alerts), "");
    metric.set(2); // it began anew
    await tick(1_000);
    assertEquals(alerts.list().map(({ value }) => value), [1.1]);
    metric.set(20, { host: "new" });
    await tick(1_000);
    assertEquals(alerts.list({ state: "firing" }).map(({ value }) => value), [1.1, 2]);
    await tick(7_100);
    assertEquals(alerts.list({ state: "firing" }).map(({ labels }) => labels["host"]), ["new"]);
    await tick(3_000);
    assertEquals(alerts.list({ state: "firing" }), []);
  }));

Deno.test("AlertManager: a rate that is too low is not judged before its first window is over", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("beats", 0);
    using alerts = managerOf(
      metric,
      { type: "rate", windowMs: 10_000, below: 1 },
    );
    await tick(9_000);
    assertEquals(statesOf(alerts), "");
    await tick(1_100);
    assertEquals(statesOf(alerts), "firing");
    metric.set(100);
    await tick(10);
    assertEquals(statesOf(alerts), "resolved");
  }));

Deno.test("AlertManager: absence fires when nothing that matches has changed for the window, or is there", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("beats");
    using alerts = managerOf(metric, { type: "absence", windowMs: 1_000, match: { host: "a" } });
    await tick(900);
    metric.set(1, { host: "b" });
    assertEquals(statesOf(alerts), "");
    await tick(110);
    assertEquals(alerts.list().map(({ state, labels }) => [state, labels["host"]]), [["firing", "a"]]);
    metric.set(1, { host: "a" });
    await tick(10);
    assertEquals(statesOf(alerts), "resolved");
    await tick(1_000);
    assertEquals(statesOf(alerts), "firing");
  }));

Deno.test("AlertManager: a ratio is of sums by labels, of readings or of growth, and none where the denominator is 0", () =>
  withFakeTime(async (tick) => {
    const errors = new FakeMetric("errors"), requests = new FakeMetric("requests");
    const common = {
      type: "ratio",
      numerator: { metric: "errors" },
      denominator: { metric: "requests" },
      above: 0.1,
    } as const;
    using alerts = new AlertManager({
      source: sourceOf(errors, requests),
      resolutionMs: 1,
      rules: [{ ...common, name: "All", by: ["route"] }, { ...common, name: "Lately", windowMs: 10_000 }],
    });
    requests.set(90, { route: "/", code: "200" });
    requests.set(10, { route: "/", code: "500" });
    errors.set(10, { route: "/", code: "500" });
    requests.set(0, { route: "/none" });
    errors.set(1, { route: "/none" });
    await tick(10);
    assertEquals(alerts.list().map(({ name }) => name), ["Lately"], "11 of 100 are over a tenth, 10 are not");
    errors.set(11, { route: "/", code: "500" });
    await tick(10);
    assertEquals(alerts.list().map(({ name, value, labels }) => [name, value, labels["route"]]), [
      ["All", 0.11, "/"],
      ["Lately", 0.12, undefined],
    ]);
    await tick(11_000);
    assertEquals(alerts.list({ state: "firing" }).map(({ name }) => name), ["All"], "lately nothing has grown");
  }));

Deno.test("AlertManager: an anomaly is far from its own past, after a warm-up, until it has become usual", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("latency", 100);
    using alerts = managerOf(metric, { type: "anomaly", halfLifeMs: 60_000, minDeviation: 5, deviations: 4 });
    metric.set(500);
    await tick(10);
    assertEquals(statesOf(alerts), "", "nobody knows yet what is usual");
    metric.set(100);
    await tick(600_000);
    for (let round = 0; round < 60; round++) {
      metric.set(100 + (round % 2 === 0 ? 10 : -10));
      await tick(10_000);
    }
    assertEquals(statesOf(alerts), "", "its usual noise");
    metric.set(160);
    await tick(10);
    assertEquals(statesOf(alerts), "firing");
    const [{ value } = { value: NaN }] = alerts.list();
    assert(value > 4 && value < 8, `${value}`);
    await tick(600_000);
    assertEquals(statesOf(alerts), "", "it has become usual, and was forgotten");
    metric.set(100);
    await tick(10);
    assertEquals(statesOf(alerts), "firing", "back is another surprise");
  }));

Deno.test("AlertManager groups alerts, tells of changes after the interval, repeats, and tells nothing twice", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("queue"), notifier = new FakeNotifier();
    using _alerts = managerOf(metric, {}, {
      notifiers: [{ notifier, groupWaitMs: 1_000, groupIntervalMs: 5_000, repeatIntervalMs: 60_000 }],
    });
    metric.set(11, { queue: "a" });
    await tick(500);
    metric.set(11, { queue: "b" });
    metric.set(11, { queue: "brief" });
    await tick(100);
    metric.set(0, { queue: "brief" });
    await tick(500);
    assertEquals(notifier.take(), ["firing: A a, A b"]);
    metric.set(0, { queue: "a" });
    metric.set(11, { queue: "c" });
    await tick(4_800);
    metric.set(12, { queue: "c" });
    assertEquals(notifier.take(), []);
    await tick(300);
    assertEquals(notifier.take(), ["firing: A a resolved, A b, A c"]);
    await tick(59_000);
    assertEquals(notifier.take(), []);
    await tick(2_000);
    assertEquals(notifier.take(), ["firing: A b, A c"], "once more");
    metric.set(0, { queue: "b" });
    metric.set(0, { queue: "c" });
    await tick(6_000);
    assertEquals(notifier.take(), ["resolved: A b resolved, A c resolved"]);
    await tick(600_000);
    assertEquals([notifier.take(), timers.size], [[], 0]);
  }));

Deno.test("AlertManager tells of a group without its muted alerts, and nothing of one that fires again before it was told", () =>
  withFakeTime(async (tick) => {
    const notifier = new FakeNotifier();
    using alerts = new AlertManager({
      source: sourceOf(),
      keepResolvedMs: 0,
      notifiers: [{ notifier, groupBy: [], groupWaitMs: 100, groupIntervalMs: 1_000 }],
    });
    alerts.silence({ match: { alertname: "Quiet" }, durationMs: 60_000, createdBy: "ann", comment: "known" });
    alerts.trigger("Loud");
    alerts.trigger("Quiet");
    await tick(110);
    assertEquals(notifier.take(), ["firing: Loud"]);
    alerts.resolve("Loud");
    await tick(100);
    assertEquals(alerts.list({ name: "Loud" }), [], "it is not kept");
    alerts.trigger("Loud");
    await tick(10_000);
    assertEquals(notifier.take(), []);
    alerts.resolve("Loud");
    await tick(10);
    assertEquals(notifier.take(), ["resolved: Loud resolved"]);
  }));

Deno.test("AlertManager.silence() hides what fires until it ends, but not that it is resolved", () =>
  withFakeTime(async (tick) => {
    const notifier = new FakeNotifier();
    const delivery = { groupBy: "each", groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: 600_000 } as const;
    using alerts = new AlertManager({ source: sourceOf(), notifiers: [{ notifier, ...delivery }] });
    const who = { createdBy: "ann", comment: "a new disk comes" };
    const silence = alerts.silence({ match: { alertname: /^Disk/ }, startsInMs: 1_000, durationMs: 10_000, ...who });
    alerts.trigger("DiskFull");
    await tick(10);
    assertEquals([notifier.take(), silence.state], [["firing: DiskFull"], "waiting"]);
    await tick(1_000);
    alerts.trigger("DiskSlow");
    alerts.trigger("Other");
    alerts.resolve("DiskFull");
    await tick(100);
    assertEquals(notifier.take(), ["firing: Other", "resolved: DiskFull resolved"]);
    assertEquals([alerts.snapshot().muted, silence.state, alerts.silences().length], [1, "active", 1]);
    await tick(10_000);
    assertEquals(notifier.take(), ["firing: DiskSlow"]);
    assertEquals([silence.state, alerts.silences().length], ["expired", 0]);
    {
      using _scoped = alerts.silence({ match: { alertname: "More" }, durationMs: 10_000, ...who });
      alerts.trigger("More");
      await tick(10);
      assertEquals(notifier.take(), []);
    }
    await tick(10);
    assertEquals(notifier.take(), ["firing: More"]);
    assertThrows(() => alerts.silence({ match: {}, durationMs: 1, ...who }), TypeError, "every alert");
    assertThrows(() => alerts.silence({ match: { a: "b" }, durationMs: 0, ...who }), RangeError, "durationMs");
    assertThrows(() => alerts.silence({ match: { a: /b/g }, durationMs: 1, ...who }), TypeError, "without the flags");
    assertThrows(
      () => alerts.silence({ match: { a: "b" }, durationMs: 1, createdBy: "", comment: "x" }),
      TypeError,
      "createdBy",
    );
  }));

Deno.test("AlertManager inhibits targets while their source fires, and nothing by itself", () =>
  withFakeTime(async (tick) => {
    const notifier = new FakeNotifier();
    using alerts = new AlertManager({
      source: sourceOf(),
      notifiers: [{ notifier, groupBy: "each", groupWaitMs: 0, groupIntervalMs: 0 }],
      inhibit: [{ source: { severity: "critical" }, target: { severity: /./ }, equal: ["host"] }],
    });
    alerts.trigger("Down", { severity: "critical", labels: { host: "a" } });
    alerts.trigger("Gone", { severity: "critical", labels: { host: "a" } });
    alerts.trigger("Slow", { labels: { host: "a" } });
    alerts.trigger("Tired", { labels: { host: "b" } });
    await tick(10);
    assertEquals(notifier.take(), ["firing: Down a", "firing: Gone a", "firing: Tired b"]);
    alerts.resolve("Down");
    await tick(10);
    assertEquals(notifier.take(), ["resolved: Down a resolved"]);
    alerts.resolve("Gone");
    await tick(10);
    assertEquals(notifier.take().sort(), ["firing: Slow a", "resolved: Gone a resolved"]);
  }));

Deno.test("AlertManager.trigger() fires a rule's alert past its condition, once, and resolves it by hand or time", () =>
  withFakeTime(async (tick) => {
    const metric = new FakeMetric("queue", 5), changes: string[] = [];
    using alerts = managerOf(metric, { forMs: 60_000, severity: "error" }, {
      onChange: ({ state }) => changes.push(state),
    });
    assertEquals(alerts.trigger("A", { value: 7, severity: "info" })?.severity, "error");
    alerts.trigger("A", { value: 8 });
    assertEquals([statesOf(alerts), alerts.list()[0]?.value], ["firing", 8]);
    await tick(1_000);
    assertEquals(alerts.resolve("A"), true);
    assertEquals([alerts.resolve("A"), alerts.resolve("B"), changes.join()], [false, false, "firing,resolved"]);
    alerts.trigger("Once", { resolveAfterMs: 100 });
    await tick(50);
    assertEquals(alerts.list({ name: "Once" })[0]?.state, "firing");
    await tick(60);
    assertEquals(alerts.list({ name: "Once" })[0]?.state, "resolved");
    metric.set(11);
    await tick(61_000);
    assertEquals(alerts.list({ state: "firing", name: "A" }).length, 1);
    assertEquals([alerts.removeRule("A"), alerts.removeRule("A"), metric.watchers], [true, false, 0]);
    assertEquals(changes.at(-1), "resolved");
    assertThrows(() => alerts.trigger("X", { labels: { "a b": "c" } }), TypeError, "a b=c");
    assertThrows(() => alerts.trigger("X", { resolveAfterMs: -1 }), RangeError);
  }));

Deno.test("AlertManager.trigger() has each alert be as bad as it says, with its own text", () => {
  using alerts = new AlertManager({ source: { find: () => undefined } });
  alerts.trigger("Disk", { labels: { disk: "a" }, annotations: { summary: "a fills" } });
  alerts.trigger("Disk", { labels: { disk: "b" }, severity: "critical", annotations: { summary: "b is full" } });
  alerts.trigger("Disk", { labels: { disk: "a" }, annotations: { summary: "a is nearly full" } });
  const shown = () =>
    alerts.list({ state: "firing" }).map(({ labels, severity, annotations }) =>
      [labels.disk, labels.severity, severity, annotations.summary].join()
    );
  assertEquals(shown(), ["a,warning,warning,a is nearly full", "b,critical,critical,b is full"]);
  assertEquals([alerts.resolve("Disk", { disk: "b" }), alerts.resolve("Disk", { disk: "b" })], [true, false]);
  assertEquals(shown(), ["a,warning,warning,a is nearly full"]);
  assertThrows(() => alerts.trigger(""), TypeError, "expected a text");
});

Deno.test("AlertManager shows times of the wall clock, whose steps of a day move neither deadlines nor order", () =>
  withFakeTime(async (tick) => {
    for (const stepMs of [-86_400_000, 86_400_000]) {
      const metric = new FakeMetric("queue", 11);
      let wallMs = 1.7e12;
      using alerts = managerOf(metric, { forMs: 1_000 }, { now: () => wallMs });
      await tick(500);
      wallMs += 500 + stepMs;
      assertEquals(alerts.list()[0]?.activeSinceMs, 1.7e12 + stepMs, "half a second ago");
      await tick(400);
      assertEquals(statesOf(alerts), "pending");
      await tick(200);
      wallMs += 600;
      const [alert] = alerts.list();
      assertEquals(alert?.state, "firing");
      assert((alert?.firedAtMs ?? Infinity) <= wallMs && (alert?.firedAtMs ?? 0) >= wallMs - 200);
    }
  }));

Deno.test("AlertManager is not slowed by notifiers that hang, throw or reject, and counts what they do not get", () =>
  withFakeTime(async (tick) => {
    const errors: string[] = [], quick = new FakeNotifier();
    const delivery = { groupBy: "each", groupWaitMs: 0, groupIntervalMs: 0 } as const;
    using alerts = new AlertManager({
      source: sourceOf(),
      onError: (error, where) => {
        errors.push(`${error} ${where}`);
        throw new Error("in onError");
      },
      notifiers: [
        { notifier: { name: "hangs", notify: () => new Promise(() => {}) }, ...delivery },
        {
          notifier: {
            name: "throws",
            notify: () => {
              throw "broken";
            },
          },
          ...delivery,
        },
        { notifier: { name: "rejects", notify: () => Promise.reject("later") }, ...delivery },
        { notifier: quick, ...delivery },
      ],
    });
    for (let each = 0; each < 150; each++) alerts.trigger("A", { labels: { each: `${each}` } });
    await tick(10);
    const [hangs, throws, rejects] = alerts.snapshot().notifiers;
    assertEquals([hangs?.running, hangs?.dropped, throws?.failures, rejects?.failures], [
      100,
      50,
      150,
      150 - (rejects?.dropped ?? 0),
    ]);
    assertEquals(quick.told.length, 150);
    assert(errors.includes('broken notifier "throws"') && errors.includes('later notifier "rejects"'));
    const flushed = assertRejects(() => alerts.flush({ timeoutMs: 50 }), Error, "within 50 ms");
    await tick(60);
    await flushed;
  }));

Deno.test("AlertManager holds as many alerts as it may, and counts the others", () => {
  using alerts = new AlertManager({ source: sourceOf(), maxAlerts: 3 });
  for (let each = 0; each < 10; each++) alerts.trigger("A", { labels: { each: `${each}` } });
  assertEquals([alerts.snapshot().firing, alerts.snapshot().dropped], [3, 7]);
});

Deno.test("AlertManager refuses rules that make no sense, by name, and leaves nothing behind", () => {
  const metric = new FakeMetric("queue", 1);
  using alerts = new AlertManager({ source: sourceOf(metric) });
  const good = { name: "A", type: "threshold", metric: "queue", above: 1 } as const;
  const refused = (rule: object, kind: typeof TypeError | typeof RangeError, message: string) =>
    assertThrows(() => alerts.addRule({ ...good, ...rule } as AlertRule), kind, message);
  refused({ metric: "quue" }, TypeError, 'alert rule "A": there is no metric "quue"; register it before the rule');
  refused({ metric: undefined }, TypeError, "expected the name of a metric");
  refused({ type: "absence", metric: "none", windowMs: 1 }, TypeError, 'no metric "none"');
  refused({ name: "" }, TypeError, "named");
  refused({ type: "sum" }, TypeError, '"threshold", "rate"');
  refused({ severity: "fatal" }, TypeError, "severity fatal");
  refused({ forMs: -1 }, RangeError, 'forMs of rule "A"');
  refused({ keepFiringForMs: NaN }, RangeError, "keepFiringForMs");
  refused({ below: 1 }, TypeError, "either above or below");
  refused({ above: undefined }, TypeError, "either above or below");
  refused({ above: NaN }, RangeError, "limit NaN");
  refused({ resolveAt: 2 }, RangeError, "resolveAt 2: expected at most 1");
  refused({ read: 99 }, RangeError, "read 99");
  refused({ read: "p99" }, RangeError, "read p99");
  refused({ read: NaN }, RangeError, "read NaN");
  refused({ labels: { "1": "a" } }, TypeError, "1=a");
  refused({ annotations: { text: "{{ labels.a b }}" } }, TypeError, '"labels.a b" in annotation "text"');
  refused({ match: { a: 1 } }, TypeError, 'label "a"');
  refused({ match: { a: null } }, TypeError, 'label "a"');
  refused({ match: "a" }, TypeError, "expected conditions by label");
  refused({ type: "rate", windowMs: 10 }, RangeError, "from 1 to 10,000 times its resolutionMs");
  refused({ type: "rate", windowMs: 1e8 }, RangeError, "from 1 to 10,000 times its resolutionMs");
  refused({ type: "anomaly", halfLifeMs: 0 }, RangeError, "halfLifeMs");
  refused({ type: "anomaly", halfLifeMs: 1, deviations: 2, resolveAt: 3 }, RangeError, "at most 2");
  refused({ type: "anomaly", halfLifeMs: 1, direction: "left" }, TypeError, "direction left");
  alerts.addRule(good);
  refused({}, TypeError, 'rule "A": the name is taken');
  assertEquals([metric.watchers, alerts.snapshot().rules], [1, ["A"]]);
  assertThrows(() => new AlertManager({ source: sourceOf(metric), rules: [good, good] }), TypeError, "taken");
  assertEquals(metric.watchers, 1, "what the refused manager had watched is let go");
  // @ts-expect-error: a list, even of one
  assertThrows(() => new AlertManager({ source: sourceOf(metric), rules: good }), TypeError, "expected a list");
  const silence = { durationMs: 1, createdBy: "me", comment: "x" };
  // @ts-expect-error: a silence says of what
  assertThrows(() => alerts.silence(silence), TypeError, "a silence with undefined");
});
