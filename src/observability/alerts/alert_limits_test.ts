import { assertEquals, assertThrows } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { AlertManager, AlertManagerClosedError } from "./alert_manager.ts";
import type { AlertRule } from "./alert_rule.ts";
import { FakeMetric, FakeNotifier, sourceOf } from "./testdata/fake_metrics.ts";

const BUSY: AlertRule = { name: "Busy", type: "threshold", metric: "load", above: 10 };
const SILENCE = { match: { alertname: "Busy" }, durationMs: 60_000, createdBy: "ops", comment: "known" };

Deno.test("AlertManager refuses whatever it could not see to after its end, and leaves nothing behind", () => {
  const metric = new FakeMetric("load", 11), before = timers.size;
  const alerts = new AlertManager({ source: sourceOf(metric), rules: [{ ...BUSY, name: "First" }] });
  assertEquals(alerts.closed, false);
  alerts[Symbol.dispose]();
  alerts[Symbol.dispose]();
  const refused = {
    'Cannot add alert rule "Busy"': () => alerts.addRule(BUSY),
    'Cannot trigger alert "Busy"': () => alerts.trigger("Busy"),
    'Cannot resolve alert "Busy"': () => alerts.resolve("Busy"),
    "Cannot silence alerts": () => alerts.silence(SILENCE),
    "Cannot judge alert rules": () => alerts.check(),
  };
  for (const [message, call] of Object.entries(refused)) {
    const error = assertThrows(call, AlertManagerClosedError, `${message}: the alert manager is closed`);
    assertEquals(error.code, "alert_manager_closed");
  }
  assertEquals([alerts.closed, alerts.list().length, alerts.silences().length], [true, 1, 0], "it can be read");
  assertEquals([timers.size, metric.watchers], [before, 0]);
});

Deno.test("AlertManager waits for as long as it is told, past what a timer of the runtime can", () =>
  withFakeTime(async (tick) => {
    const longMs = 2 ** 31 + 5_000,
      endlessMs = 1e13,
      metric = new FakeMetric("load", 11),
      notifier = new FakeNotifier();
    using alerts = new AlertManager({
      source: sourceOf(metric),
      rules: [
        { ...BUSY, forMs: longMs },
        { ...BUSY, name: "Never", forMs: endlessMs },
        { ...BUSY, name: "Kept", keepFiringForMs: longMs },
        { name: "Silent", type: "absence", metric: "load", windowMs: longMs },
      ],
      notifiers: [{ notifier, groupWaitMs: 0, groupBy: "each", repeatIntervalMs: endlessMs }],
    });
    const states = () => alerts.list().map(({ name, state }) => `${name} ${state}`).sort().join();
    alerts.trigger("ByHand", { resolveAfterMs: longMs });
    using silence = alerts.silence({ ...SILENCE, match: { alertname: "Kept" }, durationMs: endlessMs });
    using later = alerts.silence({ ...SILENCE, startsInMs: longMs });
    await tick(100);
    assertEquals(notifier.take(), ["firing: ByHand"], "nothing is due at once");
    await tick(longMs - 1_000);
    assertEquals(states(), "Busy pending,ByHand firing,Kept firing,Never pending");
    assertEquals([silence.state, later.state], ["active", "waiting"]);
    await tick(2_000);
    assertEquals(states(), "Busy firing,ByHand resolved,Kept firing,Never pending,Silent firing");
    assertEquals([silence.state, later.state], ["active", "active"]);
    metric.set(0);
    await tick(longMs - 1_000);
    assertEquals(alerts.list({ state: "firing" }).map(({ name }) => name), ["Kept"]);
    await tick(2_000);
    assertEquals(alerts.list({ name: "Kept" }).map(({ state }) => state), ["resolved"]);
    assertEquals(silence.state, "active");
  }));
