/**
 * Rules over metrics, and alerts by hand.
 *
 * @module
 */

import { AlertManager } from "../../src/observability/alerts/mod.ts";
import { Registry } from "../../src/observability/metrics/registry.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";

/** Defines them. */
export function benchAlerts(bench: DefineBenchmark): void {
  bench("Alert Manager Check", {
    params: { rules: [10] },
    setup: ({ rules }) => {
      const registry = new Registry(), queue = registry.gauge({ name: "queue_length", help: "Jobs that wait" });
      queue.set(rules / 2 + 1); // half of the rules fire
      const alerts = new AlertManager({
        source: registry,
        rules: Array.from({ length: rules }, (_, n) => ({
          name: `LongerThan${n}`,
          type: "threshold" as const,
          metric: "queue_length",
          above: n + 1,
        })),
      });
      return { alerts };
    },
    teardown: ({ alerts }) => alerts[Symbol.dispose](),
  }, ({ alerts }, { rules }) => {
    const firing = alerts.check();
    return firing.length === rules / 2 && firing[0]?.name === "LongerThan0";
  });

  bench("Alert Manager Trigger", {
    setup: () => ({ alerts: new AlertManager({ source: new Registry() }), labels: { disk: "sda" } }),
    teardown: ({ alerts }) => alerts[Symbol.dispose](),
  }, ({ alerts, labels }) => {
    const alert = alerts.trigger("DiskFull", { severity: "critical", labels, value: 0.99 });
    return alert?.state === "firing" && alert.labels["disk"] === "sda" && alerts.resolve("DiskFull", labels);
  });
}
