import { assertEquals, assertThrows } from "@std/assert";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { Registry } from "../metrics/mod.ts";
import { AlertManager } from "./alert_manager.ts";

Deno.test("AlertManager watches a registry: each kind of metric wakes the rules that read it", () =>
  withFakeTime(async (tick) => {
    const registry = new Registry();
    const errors = registry.counter({ name: "errors_total", help: "Errors", labels: ["route"] });
    const requests = registry.counter({ name: "requests_total", help: "Requests", labels: ["route"] });
    const depth = registry.gauge({ name: "depth", help: "Depth" });
    const seconds = registry.histogram({ name: "call_seconds", help: "Calls", unit: "seconds", buckets: [0.1, 1, 10] });
    const read = { type: "threshold", metric: "call_seconds", above: 1 } as const;
    using alerts = new AlertManager({
      source: registry,
      resolutionMs: 1,
      rules: [
        { name: "Deep", type: "threshold", metric: "depth", above: 5 },
        { ...read, name: "Calls", above: 2 },
        { ...read, name: "Slow", read: 0.99 },
        { ...read, name: "Sum", read: "sum" },
        { name: "Errors", type: "rate", metric: "errors_total", windowMs: 10_000, above: 0.5 },
        {
          name: "ErrorShare",
          type: "ratio",
          numerator: { metric: "errors_total" },
          denominator: { metric: "requests_total" },
          by: ["route"],
          windowMs: 10_000,
          above: 0.5,
        },
        { name: "Silent", type: "absence", metric: "requests_total", windowMs: 5_000 },
      ],
    });
    const firing = () =>
      alerts.list({ state: "firing" }).map(({ name, labels }) => `${name}${labels["route"] ?? ""}`).sort();
    await tick(10);
    assertEquals(firing(), []);
    depth.set(6);
    for (const each of [0.05, 0.05, 9]) seconds.observe(each);
    requests.with({ route: "/" }).inc(10);
    errors.with({ route: "/" }).inc(6);
    await tick(10);
    assertEquals(firing(), ["Calls", "Deep", "ErrorShare/", "Errors/", "Slow", "Sum"]);
    depth.set(0);
    await tick(6_000);
    assertEquals(firing(), ["Calls", "ErrorShare/", "Errors/", "Silent", "Slow", "Sum"]);
    await tick(5_000);
    assertEquals(firing(), ["Calls", "Silent", "Slow", "Sum"]);
    const rule = { name: "No", type: "threshold", metric: "nothing_total", above: 1 } as const;
    assertThrows(() => alerts.addRule(rule), TypeError, 'there is no metric "nothing_total"');
  }));
