/**
 * A page that shows runs as they go, for a browser: `deno run --allow-net=127.0.0.1 examples/live_view.ts --stay`. Without `--stay` it
 * runs once, asks for the page itself, and ends.
 *
 * @module
 */

import { Agent, AlertManager, EventBus, observe, Registry, type RunEvents, serveDashboard } from "../mod.ts";

const staysOpen = Deno.args.includes("--stay");
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, staysOpen ? 300 + 900 * Math.random() : 1));
const report = new Agent("report")
  .state("fetch", pause)
  .state("parse orders", { dependsOn: ["fetch"] }, pause)
  .state(
    "parse prices",
    { dependsOn: ["fetch"], retry: { maxRetries: 2, initialDelayMs: 200 } },
    async ({ attempt }) => {
      await pause();
      if (staysOpen && attempt < 3 && Math.random() < 0.4) throw new Error("connection reset");
    },
  )
  .state("join", { dependsOn: ["parse orders", "parse prices"] }, pause)
  .state("publish", { dependsOn: ["join"] }, pause);

using events = new EventBus<RunEvents>({ replayCapacity: 1_000 });
const metrics = new Registry(), waiting = metrics.gauge({ name: "orders_waiting", help: "Orders that wait" });
using alerts = new AlertManager({
  source: metrics,
  rules: [{
    name: "QueueLong",
    type: "threshold",
    metric: "orders_waiting",
    above: 40,
    annotations: { summary: "{{value}} orders wait" },
  }],
});
using _ = observe(report, { metrics, events, alerts });
await using dashboard = serveDashboard({ port: 0, events, metrics, alerts, plans: { report: report.plan } });
if (staysOpen) console.log(`Look at ${dashboard.url}, stop with Ctrl+C`);

do {
  waiting.set(Math.round(30 + 20 * Math.sin(Date.now() / 20_000)));
  await report.run();
} while (staysOpen);

const page = await fetch(dashboard.url), text = await page.text();
console.log(`${page.status}, ${page.headers.get("content-type")}: ${/<title>(.*)<\/title>/.exec(text)?.[1]}`);

// Prints:
// 200, text/html; charset=utf-8: PuffinFlow
