/**
 * An agent that is observed: metrics, spans and events of three runs, one of which fails.
 *
 *     deno run examples/observed_agent.ts
 */

import { Agent, EventBus, observe, Registry, type RunEvents, SpanRing, TracerProvider } from "../mod.ts";

const metrics = new Registry(), ring = new SpanRing(), events = new EventBus<RunEvents>();
const tracer = new TracerProvider({ spanProcessors: [ring] }).getTracer("example");

let orders = 0;
const agent = new Agent("orders")
  .state("load", { retry: { maxRetries: 1, initialDelayMs: 0 } }, (ctx) => {
    if (++orders === 2 && ctx.attempt === 1) throw new Error("not there yet");
  })
  .state("price", { dependsOn: ["load"] }, async () => {})
  .state("pack", { dependsOn: ["load"] }, () => {
    if (orders > 3) throw new Error("out of boxes");
  });

using _ = observe(agent, { metrics, tracer, events });
events.on("state.retry", ({ state, attempt }) => console.log(`${state}: attempt ${attempt} failed`));
events.on("run.end", ({ status }) => console.log(`run ${status}`));
for (let run = 0; run < 3; run++) await agent.run();

for (const { labels, value } of metrics.find("puffinflow_states_total")!.readings()) {
  if (value > 0) console.log(`${labels.state} ${labels.status}: ${value}`);
}
const [last] = ring.spans().slice(-1), trace = last!.spanContext().traceId;
const spans = ring.spans().filter((span) => span.spanContext().traceId === trace);
console.log(spans.map(({ name, attributes }) => `${name}: ${attributes["puffinflow.status"]}`).join(", "));

// Prints:
// run completed
// load: attempt 1 failed
// run completed
// run failed
// load completed: 3
// price completed: 2
// price cancelled: 1
// pack completed: 2
// pack failed: 1
// state load: completed, state pack: failed, state price: cancelled, run orders: failed
