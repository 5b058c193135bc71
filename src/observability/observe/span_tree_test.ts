/** Spans of random agents against their plans. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Agent } from "../../agent/mod.ts";
import { msOfHrTime } from "../tracing/epoch_clock.ts";
import { SpanRing, TracerProvider } from "../tracing/mod.ts";
import { observe } from "./mod.ts";

/** How many turns a state takes (0: it is synchronous), and how many of its attempts fail. */
const states = fc.record({ turns: fc.nat(3), failures: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4)) });

const graphs = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.record({
    behaviours: fc.array(states, { minLength: count, maxLength: count }),
    parents: fc.tuple(
      ...Array.from({ length: count }, (_, i) =>
        fc.subarray(Array.from({ length: i }, (_, j) => j), { maxLength: Math.min(i, 4) })),
    ),
    maxConcurrency: fc.constantFrom(1, 2, 1_000),
    runs: fc.integer({ min: 1, max: 3 }),
  })
);

const MAX_RETRIES = 3;

Deno.test("observe() makes spans that form the plan's graph, whatever runs side by side and is retried", () =>
  fc.assert(
    fc.asyncProperty(graphs, async ({ behaviours, parents, maxConcurrency, runs }) => {
      const ring = new SpanRing();
      const agent = new Agent("model", { maxConcurrency });
      for (const [i, { turns, failures }] of behaviours.entries()) {
        const options = { dependsOn: parents[i]!.map(String), retry: { maxRetries: MAX_RETRIES, initialDelayMs: 0 } };
        agent.state(String(i), options, (ctx) => {
          const attempt = () => {
            if (ctx.attempt <= failures) throw new Error(`${i}`);
          };
          if (turns === 0) return attempt();
          let promise = Promise.resolve();
          for (let turn = 1; turn < turns; turn++) promise = promise.then(() => {});
          return promise.then(attempt);
        });
      }
      using _ = observe(agent, { tracer: new TracerProvider({ spanProcessors: [ring] }).getTracer("test") });
      const results = await Promise.all(Array.from({ length: runs }, () => agent.run()));
      const spans = ring.spans(), roots = spans.filter(({ name }) => name === "run model");
      assertEquals(roots.length, runs);
      assertEquals(new Set(roots.map((span) => span.spanContext().traceId)).size, runs);
      assert(spans.every(({ ended }) => ended));
      for (const root of roots) {
        const { traceId, spanId } = root.spanContext(), [result] = results; // all runs go the same way
        const steps = spans.filter((span) => span !== root && span.spanContext().traceId === traceId);
        const byState = new Map(steps.map((span) => [String(span.attributes["puffinflow.state"]), span]));
        const begun = Object.entries(result!.states).filter(([, { attempts }]) => attempts > 0);
        assertEquals([...byState.keys()].sort(), begun.map(([name]) => name).sort());
        assertEquals(steps.length, byState.size);
        for (const [name, { status, attempts }] of begun) {
          const span = byState.get(name)!, { attributes, links, events } = span;
          assertEquals(span.parentSpanContext?.spanId, spanId);
          if (runs === 1) assertAlmostEquals(msOfHrTime(span.duration), result!.states[name]!.durationMs!, 2e-6);
          assertEquals([attributes["puffinflow.status"], attributes["puffinflow.attempts"]], [status, attempts]);
          assertEquals(
            links.map(({ context }) => context.spanId).sort(),
            parents[Number(name)]!.map((parent) => byState.get(String(parent))!.spanContext().spanId).sort(),
          );
          const retries = events.filter(({ name }) => name === "retry").length;
          assert(
            retries === attempts - 1 || status === "cancelled" && retries === attempts,
            `${retries} of ${attempts}`,
          );
        }
      }
    }),
    { numRuns: 60 },
  ));
