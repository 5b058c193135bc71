/** Observes with an output that takes nothing, and tells in the file that it is given what has become of it. */

import { diag, DiagConsoleLogger } from "@opentelemetry/api";
import {
  Agent,
  AlertManager,
  BatchSpanProcessor,
  ConsoleNotifier,
  ConsoleSpanProcessor,
  observe,
  Registry,
  TracerProvider,
  tracingFromEnvironment,
} from "../../../mod.ts";

const RUNS = 100;

diag.setLogger(new DiagConsoleLogger());
const warned = tracingFromEnvironment(new Map([["OTEL_TRACES_EXPORTER", "none"], ["OTEL_TRACES_SAMPLER", "some"]]));
const printed = new ConsoleSpanProcessor();
const failing = new BatchSpanProcessor({
  export: (_, done) => done({ code: 1, error: new Error("no receiver") }),
  shutdown: () => Promise.resolve(),
});
const provider = new TracerProvider({ spanProcessors: [printed, failing] });
const registry = new Registry();
const visits = registry.counter({ name: "visits_total", help: "Visits", labels: ["user"], maxSeries: 2 });
registry.observable({
  type: "gauge",
  name: "depth",
  help: "Depth",
  collect: () => Promise.reject<number>(new Error("no depth")),
});
const notifier = new ConsoleNotifier();
using alerts = new AlertManager({ source: registry, rules: [], notifiers: [{ notifier, groupWaitMs: 0 }] });

const agent = new Agent("orders").state("load", () => {});
using _ = observe(agent, { metrics: registry, tracer: provider.getTracer("orders"), alerts });
let completed = 0;
for (let run = 0; run < RUNS; run++) {
  visits.inc({ user: String(run) });
  alerts.trigger(`Run${run}`);
  if ((await agent.run()).status === "completed") completed++;
}
await registry.scrape();
await provider.shutdown();
await alerts.flush();

Deno.writeTextFileSync(
  Deno.args[0]!,
  JSON.stringify({
    completed,
    hasProvider: warned.provider !== undefined,
    notPrinted: printed.dropped,
    notExported: failing.counts.dropped.export_failed,
    alertsNotPrinted: notifier.dropped,
    failures: alerts.snapshot().notifiers.map(({ failures }) => failures),
    visits: [...visits.readings()].reduce((sum, { value }) => sum + value, 0),
  }),
);
