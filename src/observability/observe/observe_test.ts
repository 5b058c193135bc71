import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Context, context, SpanStatusCode, trace } from "@opentelemetry/api";
import { Agent } from "../../agent/mod.ts";
import { ResourcePool } from "../../resources/mod.ts";
import { AlertManager } from "../alerts/mod.ts";
import { EventBus } from "../events/mod.ts";
import { Registry } from "../metrics/mod.ts";
import { AlwaysOffSampler, BatchSpanProcessor, SpanRing, TracerProvider, TraceSampler } from "../tracing/mod.ts";
import { AlreadyObservedError, observe, type RunEvents } from "./mod.ts";

/** What a metric reads, by its labels. */
function read(metrics: Registry, name: string, what?: "sum" | number): Record<string, number> {
  const readings = metrics.find(name)?.readings(what) ?? [];
  return Object.fromEntries(Array.from(readings, ({ labels, value }) => [Object.values(labels).join(" "), value]));
}

/** Only what is not 0. */
function counted(metrics: Registry, name: string): Record<string, number> {
  return Object.fromEntries(Object.entries(read(metrics, name)).filter(([, value]) => value !== 0));
}

function tracing() {
  const ring = new SpanRing();
  return { ring, tracer: new TracerProvider({ spanProcessors: [ring] }).getTracer("test") };
}

function troubled(): Agent {
  return new Agent("troubled")
    .state("flaky", { retry: { maxRetries: 2, initialDelayMs: 0 } }, async (ctx) => {
      await null;
      if (ctx.attempt < 3) throw new Error(`no ${ctx.attempt}`);
    })
    .state("slow", { dependsOn: ["flaky"] }, () => new Promise<void>(() => {}))
    .state("bad", { dependsOn: ["flaky"] }, () => Promise.reject(new TypeError("bad")));
}

Deno.test("observe() counts runs, states, retries and dead letters of an agent, and leaves no gauge too high", async () => {
  const metrics = new Registry(), agent = troubled();
  using _ = observe(agent, { metrics });
  await agent.run();
  await agent.run();
  assertEquals(counted(metrics, "puffinflow_runs_total"), { "troubled failed": 2 });
  assertEquals(counted(metrics, "puffinflow_states_total"), {
    "troubled flaky completed": 2,
    "troubled slow cancelled": 2,
    "troubled bad failed": 2,
  });
  assertEquals(counted(metrics, "puffinflow_state_retries_total"), { "troubled flaky": 4 });
  assertEquals(counted(metrics, "puffinflow_dead_letters_total"), { "troubled bad": 2 });
  assertEquals(counted(metrics, "puffinflow_run_duration_seconds"), { troubled: 2 });
  assertEquals(counted(metrics, "puffinflow_state_duration_seconds"), {
    "troubled flaky": 2,
    "troubled slow": 2,
    "troubled bad": 2,
  });
  assertEquals([counted(metrics, "puffinflow_runs_in_flight"), counted(metrics, "puffinflow_states_in_flight")], [
    {},
    {},
  ]);
});

Deno.test("observe() shows what is in flight, and what waits for resources", async () => {
  const metrics = new Registry(),
    pool = new ResourcePool({ capacity: { cpu: 1 } }),
    held = pool.tryAcquire({ cpu: 1 })!;
  const agent = new Agent("waits").state("a", { resources: { cpu: 1 } }, async () => {
    assertEquals(read(metrics, "puffinflow_states_in_flight"), { "waits a": 1 });
    await null;
  });
  using _agent = observe(agent, { metrics });
  const ending = observe(pool, { metrics, name: "host" });
  const run = agent.run({ resources: pool });
  assertEquals(read(metrics, "puffinflow_runs_in_flight"), { waits: 1 });
  await metrics.scrape();
  assertEquals(read(metrics, "puffinflow_resource_queue_length"), { host: 1 });
  assertEquals(read(metrics, "puffinflow_resource_utilisation_ratio"), { "host cpu": 1 });
  held.release();
  assertEquals((await run).observerErrors, []);
  assertEquals(read(metrics, "puffinflow_runs_in_flight"), { waits: 0 });
  assertEquals(read(metrics, "puffinflow_state_wait_seconds"), { "waits a": 1 });
  assertEquals(read(metrics, "puffinflow_resource_wait_seconds"), { host: 1 });
  assert(read(metrics, "puffinflow_state_wait_seconds", "sum")["waits a"]! > 0);
  assert(read(metrics, "puffinflow_resource_wait_seconds", "sum")["host"]! > 0);
  await metrics.scrape();
  assertEquals([read(metrics, "puffinflow_resource_capacity"), read(metrics, "puffinflow_resource_in_use")], [
    { "host cpu": 1 },
    { "host cpu": 0 },
  ]);
  ending[Symbol.dispose]();
  assertEquals(metrics.find("puffinflow_resource_capacity"), undefined);
});

Deno.test("observe() makes a span of the run and of each step, with links to what it depends on", async () => {
  const { ring, tracer } = tracing(), agent = troubled();
  using _ = observe(agent, { tracer });
  await agent.run();
  const spans = new Map(ring.spans().map((span) => [span.name, span]));
  const [run, flaky, slow, bad] = ["run troubled", "state flaky", "state slow", "state bad"].map((name) =>
    spans.get(name)!
  );
  assertEquals(spans.size, 4);
  assertEquals(run!.parentSpanContext, undefined);
  for (const state of [flaky, slow, bad]) assertEquals(state!.parentSpanContext?.spanId, run!.spanContext().spanId);
  assertEquals([flaky, slow, bad].map((span) => span!.links.map(({ context }) => context.spanId)), [
    [],
    [flaky!.spanContext().spanId],
    [flaky!.spanContext().spanId],
  ]);
  assertEquals(flaky!.events.map(({ name, attributes }) => attributes?.["exception.message"] ?? name), [
    "no 1",
    "retry",
    "no 2",
    "retry",
  ]);
  assertEquals([run, flaky, slow, bad].map((span) => [span!.attributes["puffinflow.status"], span!.status.code]), [
    ["failed", SpanStatusCode.ERROR],
    ["completed", SpanStatusCode.UNSET],
    ["cancelled", SpanStatusCode.UNSET],
    ["failed", SpanStatusCode.ERROR],
  ]);
  assertEquals([flaky!.attributes["puffinflow.attempts"], bad!.status.message], [3, "bad"]);
});

Deno.test("observe() follows an agent that gets another state", async () => {
  const { ring, tracer } = tracing(), agent = new Agent("grows").state("a", () => {});
  using _ = observe(agent, { tracer });
  await agent.run();
  await agent.state("b", { dependsOn: ["a"] }, () => {}).run();
  const added = ring.spans().find(({ name }) => name === "state b")!;
  assertEquals([added.links.length, added.links.length, added.droppedLinksCount], [1, 1, 0]);
});

Deno.test("observe() tells a span what a step holds and how long it waited", async () => {
  const { ring, tracer } = tracing(), pool = new ResourcePool({ capacity: { cpu: 2, gpu: 1 } });
  const agent = new Agent("needs").state("train", { resources: { cpu: 2, gpu: 1 } }, () => {});
  using _ = observe(agent, { tracer });
  await agent.run({ resources: pool });
  const { attributes } = ring.spans()[0]!;
  assertEquals([attributes["puffinflow.resources.cpu"], attributes["puffinflow.resources.gpu"]], [2, 1]);
  assertEquals(attributes["puffinflow.waited_ms"], 0);
});

Deno.test("observe() puts an agent that a state runs below that state, if spans are active", async () => {
  const { ring, tracer } = tracing();
  using _registered = new TracerProvider().register();
  const child = new Agent("child").state("c", async () => {});
  const parent = new Agent("parent")
    .state("p", async () => void (await null, await child.run()))
    .state("q", async () => void (await null, await child.run()));
  using _child = observe(child, { tracer });
  using _parent = observe(parent, { tracer, activeSpans: true });
  await parent.run();
  const spans = ring.spans(), idOf = (name: string) => spans.find((span) => span.name === name)!.spanContext().spanId;
  assertEquals(
    spans.filter(({ name }) => name === "run child").map(({ parentSpanContext }) => parentSpanContext?.spanId).sort(),
    [idOf("state p"), idOf("state q")].sort(),
  );
  assertEquals(trace.getSpan(context.active()), undefined, "nothing stays active");
});

Deno.test("observe() leaves the context alone unless spans are to be active", async () => {
  const { tracer } = tracing(), seen: Context[] = [];
  using _registered = new TracerProvider().register();
  const agent = new Agent("plain").state("a", () => void seen.push(context.active()));
  using _ = observe(agent, { tracer });
  await agent.run();
  assertEquals(trace.getSpan(seen[0]!), undefined);
});

Deno.test("observe() tells of each run in order, and hangs on no handler", async () => {
  const events = new EventBus<RunEvents>(), told: string[] = [], agent = troubled();
  const keys = new Set<string>();
  events.onMatching("*", ({ name, payload }) => {
    const { runId, agent: called } = payload;
    keys.add(`${called} ${runId}`);
    told.push("state" in payload ? `${name} ${payload.state}` : name);
  });
  events.on("state.start", () => {
    throw new Error("a handler's own");
  });
  events.on("state.end", () => new Promise(() => {}));
  using _ = observe(agent, { events });
  const { observerErrors } = await agent.run({ observer: { onRunStart: () => void told.push("own observer") } });
  assertEquals([observerErrors, keys.size], [[], 1]);
  assertEquals(told, [
    "own observer",
    "run.start",
    ...["state.start flaky", "state.retry flaky", "state.start flaky", "state.retry flaky", "state.start flaky"],
    ...["state.end flaky", "state.start slow", "state.start bad", "state.end bad", "state.dead_letter bad"],
    ...["state.end slow", "run.end"],
  ]);
});

Deno.test("observe() numbers events that nobody hears, and tells whoever comes in mid-run from then on", async () => {
  const events = new EventBus<RunEvents>(), heard: string[] = [], ids: string[] = [];
  const listen = () => events.onMatching("*", ({ name, sequence }) => void heard.push(`${sequence} ${name}`));
  const agent = new Agent("late").state("a", () => void listen()).state("b", { dependsOn: ["a"] }, async () => {});
  using _ = observe(agent, { events });
  const { observerErrors } = await agent.run({ observer: { onRunStart: ({ runId }) => void ids.push(runId) } });
  assertEquals(heard, ["3 state.end", "4 state.start", "5 state.end", "6 run.end"]);
  assertEquals([observerErrors, events.sequence, ids.length], [[], 6, 1]);
});

Deno.test("observe() asks a sampler no more that has left the run out, unless it may record what is below", async () => {
  const agent = new Agent("sampled").state("a", () => {}).state("b", { dependsOn: ["a"] }, async () => {});
  const asked: Record<string, number> = {};
  for (const dropsWholeTraces of [true, false]) {
    class Counting extends TraceSampler {
      override decide(): 0 {
        asked[`${dropsWholeTraces}`] = (asked[`${dropsWholeTraces}`] ?? 0) + 1;
        return 0;
      }

      override get dropsWholeTraces(): boolean {
        return dropsWholeTraces;
      }

      override toString(): string {
        return "Counting";
      }
    }
    using _ = observe(agent, { tracer: new TracerProvider({ sampler: new Counting() }).getTracer("test") });
    assertEquals((await agent.run()).observerErrors, []);
  }
  assertEquals(asked, { true: 1, false: 3 });
});

Deno.test("observe() passes on that a run is left out to what its states call", async () => {
  using _registered = new TracerProvider().register();
  const seen: (number | undefined)[] = [],
    tracer = new TracerProvider({ sampler: new AlwaysOffSampler() }).getTracer("test");
  const agent = new Agent("off").state("a", () => void seen.push(trace.getSpanContext(context.active())?.traceFlags));
  using _ = observe(agent, { tracer, activeSpans: true });
  await agent.run();
  assertEquals(seen, [0]);
});

Deno.test("observe() keeps a user's attributes of a state's span beside its own, within the limits", async () => {
  const ring = new SpanRing();
  using _registered = new TracerProvider().register();
  const tracer = new TracerProvider({ spanProcessors: [ring], spanLimits: { attributeCountLimit: 3 } }).getTracer(
    "test",
  );
  const agent = new Agent("shared").state("a", () => {
    trace.getActiveSpan()?.setAttribute("__proto__", "own").setAttribute("late", 1);
  }).state("b", { dependsOn: ["a"] }, async () => {});
  using _ = observe(agent, { tracer, activeSpans: true });
  await agent.run();
  await agent.run();
  const spans = ring.spans().filter(({ name }) => name === "state a");
  for (const { attributes, droppedAttributesCount } of spans) {
    assertEquals(Object.entries(attributes), [
      ["puffinflow.agent", "shared"],
      ["puffinflow.state", "a"],
      ["__proto__", "own"],
    ]);
    assertEquals(droppedAttributesCount, 3);
  }
  spans[0]!.attributes["puffinflow.agent"] = "redacted";
  const agents = ring.spans().map(({ attributes }) => attributes["puffinflow.agent"]);
  assertEquals(agents, ["redacted", "shared", "shared", "shared", "shared", "shared"], "no span shares them");
});

Deno.test("observe() alerts of dead letters", async () => {
  using alerts = new AlertManager({ source: new Registry() });
  const agent = troubled();
  using _ = observe(agent, { alerts });
  await agent.run();
  assertEquals(alerts.list({ state: "firing" }).map(({ name, labels }) => [name, labels.agent, labels.state]), [
    ["PuffinflowDeadLetter", "troubled", "bad"],
  ]);
});

Deno.test("observe() keeps a tracer that throws from the run, and from metrics and events", async () => {
  const metrics = new Registry(), events = new EventBus<RunEvents>();
  const broken = new TracerProvider().getTracer("broken");
  broken.startSpan = () => {
    throw new Error("broken tracer");
  };
  const agent = new Agent("robust").state("a", () => {}).state("b", { dependsOn: ["a"] }, () => {});
  using _ = observe(agent, { metrics, events, tracer: broken, activeSpans: true });
  const { status, observerErrors } = await agent.run();
  assertEquals([status, observerErrors.length], ["completed", 1]);
  assertEquals([counted(metrics, "puffinflow_states_total"), events.sequence], [
    { "robust a completed": 1, "robust b completed": 1 },
    6,
  ]);
});

Deno.test("observe() drops spans, and tells how many, rather than have runs wait for an exporter that hangs", async () => {
  const batches = new BatchSpanProcessor({ export: () => {}, shutdown: () => Promise.resolve() }, {
    maxQueueSize: 4,
    exportTimeoutMs: 1,
    onDrop: () => {},
  });
  await using provider = new TracerProvider({ spanProcessors: [batches] });
  const agent = new Agent("exported").state("a", () => {}).state("b", { dependsOn: ["a"] }, async () => {});
  using _ = observe(agent, { tracer: provider.getTracer("test") });
  for (let run = 0; run < 10; run++) assertEquals((await agent.run()).observerErrors, []);
  const { queued, exporting, dropped } = batches.counts;
  assertEquals(queued + exporting + dropped.queue_full + dropped.export_timeout, 30);
});

Deno.test("observe() shares metrics between agents, and refuses to count one twice", async () => {
  const metrics = new Registry();
  const [one, two] = ["one", "two"].map((name) => new Agent(name).state("a", () => {}));
  const ending = observe(one!, { metrics });
  using _two = observe(two!, { metrics });
  assertThrows(() => observe(one!, { metrics }), AlreadyObservedError, 'Cannot observe agent "one": its metrics');
  using _other = observe(one!, { metrics: new Registry() });
  await Promise.all([one!.run(), two!.run()]);
  ending[Symbol.dispose]();
  await one!.run();
  assertEquals(counted(metrics, "puffinflow_runs_total"), { "one completed": 1, "two completed": 1 });
  using _again = observe(one!, { metrics });
  await one!.run();
  assertEquals(counted(metrics, "puffinflow_runs_total"), { "one completed": 2, "two completed": 1 });
});

Deno.test("observe() records a run to its end that is under way when the observation ends", async () => {
  const metrics = new Registry(), { promise, resolve } = Promise.withResolvers<void>();
  const agent = new Agent("late").state("a", () => promise);
  const ending = observe(agent, { metrics });
  const run = agent.run();
  ending[Symbol.dispose]();
  resolve();
  await run;
  assertEquals([counted(metrics, "puffinflow_runs_total"), counted(metrics, "puffinflow_runs_in_flight")], [
    { "late completed": 1 },
    {},
  ]);
});

Deno.test("observe() gives a run's trace as exemplar", async () => {
  const metrics = new Registry(), { ring, tracer } = tracing(), agent = new Agent("traced").state("a", () => {});
  using _ = observe(agent, { metrics, tracer });
  await agent.run();
  const run = ring.spans().find(({ name }) => name === "run traced")!;
  assert(metrics.expose("openmetrics").includes(run.spanContext().traceId));
});

Deno.test("observe() without anything to tell costs an agent nothing", async () => {
  const agent = new Agent("free", { timing: "off" }).state("a", () => {});
  using _ = observe(agent, {});
  assertEquals((await agent.run()).durationMs, undefined);
});

Deno.test("observe() refuses wrong targets and options", () => {
  const agent = new Agent("a"), metrics = new Registry();
  const pool = () => new ResourcePool({ capacity: { cpu: 1 } });
  const loosely = (target: unknown, options: unknown) => Reflect.apply(observe, undefined, [target, options]);
  assertThrows(() => loosely({}, { metrics }), TypeError, "Cannot observe an object: expected an Agent");
  for (const option of ["metrics", "tracer", "events", "alerts"]) {
    assertThrows(() => loosely(agent, { [option]: {} }), TypeError, `Cannot observe agent "a" with these ${option}`);
  }
  assertThrows(() => loosely(pool(), { metrics, name: "" }), TypeError, "name");
  using _ = observe(pool(), { metrics });
  assertThrows(() => observe(pool(), { metrics }), TypeError, 'Cannot observe pool "default": another pool');
  using _other = observe(pool(), { metrics, name: "second" });
  const half = new Registry();
  half.gauge({ name: "puffinflow_resource_grants", help: "Not ours" });
  assertThrows(() => observe(pool(), { metrics: half }), TypeError, "puffinflow_resource_grants");
  assertEquals(half.find("puffinflow_resource_capacity"), undefined, "all metrics or none");
  const taken = new Registry();
  taken.gauge({ name: "puffinflow_runs_in_flight", help: "Not ours" });
  assertThrows(() => observe(agent, { metrics: taken }), TypeError, "puffinflow_runs_in_flight");
  assertThrows(() => observe(agent, { metrics: taken }), TypeError, "puffinflow_runs_in_flight");
});
