import { assert, assertEquals, assertMatch } from "@std/assert";
import type { MeasuredBenchmark } from "../src/measure/document.ts";
import { insightsOf } from "../src/report/insights/mod.ts";
import { documentOf, measured } from "../src/report/insights/testdata/measured.ts";
import { AlertManager, Registry } from "../mod.ts";
import { keptBytes } from "./observability/kept_bytes.ts";
import { recordingCrew } from "./observability/recording_crew.ts";
import observability from "./observability_bench.ts";
import { Crew } from "./threads/crew.ts";
import { attempt, type Trial, trialsOf, withFewThreads } from "./testdata/trial.ts";

const SEED = [
  "Counter Recording",
  "Histogram Recording",
  "Gauge Recording",
  "Metric with Labels",
  "Concurrent Metric Recording",
  "Metric Cardinality Protection",
  "Tracing Span Creation",
  "Span with Attributes",
  "Nested Span Creation",
  "Span Event Recording",
  "Event Manager Emit",
  "Event Manager with Handlers",
  "Alert Manager Check",
  "Alert Manager Trigger",
  "Observability Core Integration",
  "Agent Observability Integration",
  "Metric Collection",
  "High Frequency Metrics",
  "Metric Memory Usage",
  "Trace Context Propagation",
];

Deno.test("observability holds these benchmarks, the exposition at three sizes", () => {
  assertEquals(observability.benchmarks.map(({ name }) => name).slice(0, SEED.length), SEED);
  const sizes = trialsOf(observability).filter(({ definition }) => definition.name === "Exposition");
  assertEquals(sizes.map(({ params }) => params["series"]), [10, 1_000, 100_000]);
});

Deno.test("observability expects what the table of baselines expects", () => {
  const expected = observability.benchmarks.flatMap(({ options: { expected } }) =>
    expected === undefined ? [] : [`${expected.operation} ${expected.minOpsPerSecond} ${expected.maxDurationMs}`]
  );
  assertEquals([...new Set(expected)], [
    "Metric Recording 10000 0.1",
    "Tracing Operations 1000 1",
    "Metric Recording 100 10", // a hundred at once
  ]);
});

for (const trial of trialsOf(observability)) {
  Deno.test(`${trial.id} succeeds, and again on what it left behind`, async () => {
    const results = await attempt(withFewThreads(trial), 3);
    assert(!results.includes(false), `${results}`);
  });
}

type Sabotage = (state: unknown) => unknown;

/** What takes everything and keeps nothing. */
const forgetful = {
  value: 0,
  sum: 0,
  sequence: 0,
  total: 0,
  inc() {},
  dec() {},
  set() {},
  observe() {},
  emit() {},
  readings: () => [],
  spans: () => [],
  startSpan: () => forgetful,
  setAttribute: () => forgetful,
  addEvent: () => forgetful,
  spanContext: () => ({ traceId: "", spanId: "", traceFlags: 0 }),
  end() {},
};

function put(changes: object): Sabotage {
  return (state) => ({ ...(typeof state === "object" ? state : {}), ...changes });
}

/** Spans that end, and of which nothing is kept but their number. */
function counting() {
  const ring = { total: 0, spans: () => [] };
  const span = { ...forgetful, setAttribute: () => span, addEvent: () => span, end: () => void ring.total++ };
  return { ring, tracer: { startSpan: () => span } };
}

const SPANS: readonly Sabotage[] = [put({ tracer: forgetful }), () => counting()];

/** Spans of which none knows in which other it is. */
function withoutParents(state: unknown): unknown {
  const { ring, tracer } = Object(state);
  return { ring, tracer: { startSpan: (name: string) => tracer.startSpan(name) } };
}

/** What counts each recording twice. */
function double() {
  return {
    value: 0,
    inc() {
      this.value += 2;
    },
  };
}

/** Series for every value, however many. */
function boundless() {
  const values = new Map<string, number>();
  return {
    inc: ({ user }: { user: string }) => void values.set(user, (values.get(user) ?? 0) + 1),
    readings: () => [...values].map(([user, value]) => ({ labels: { user }, value })),
  };
}

const wordy = () => ({ inc: (_: unknown, texts: string[] = []) => void texts.push("x"), readings: () => [] });

/** Counters that keep half a kilobyte for each series. */
function heavy() {
  return Array.from({ length: 50 }, () => {
    const kept: number[][] = [];
    return { inc: () => void kept.push(new Array(64).fill(0.5)), readings: () => kept };
  });
}

const AGENT_FAILS = put({ agent: { run: () => Promise.resolve({ status: "failed", outputs: {} }) } });

/** A run that did nothing, and parts that are told of none. */
const AGENT: readonly Sabotage[] = [
  AGENT_FAILS,
  put({ runs: forgetful }),
  put({ ring: forgetful }),
  put({ bus: forgetful }),
  put({ heard: { ends: 0 } }),
];

/** What may go wrong in each benchmark without anything being thrown by what is measured. */
const SABOTAGE: Readonly<Record<string, readonly Sabotage[]>> = {
  "Counter Recording": [put({ counter: forgetful }), put({ counter: double() })],
  "Histogram Recording": [put({ histogram: forgetful })],
  "Gauge Recording": [put({ gauge: forgetful })],
  "Metric with Labels": [put({ requests: forgetful }), put({ bound: [0, 1, 2, 3].map(() => ({ value: 0 })) })],
  "Concurrent Metric Recording": [
    async (crew) => {
      assert(crew instanceof Crew);
      await crew.dismiss();
      return recordingCrew(2, new Registry(), new Registry());
    },
  ],
  "Metric Cardinality Protection": [put({ requests: forgetful }), put({ requests: boundless(), at: 0 })],
  "Tracing Span Creation": [put({ tracer: forgetful })],
  "Span with Attributes": SPANS,
  "Nested Span Creation": [...SPANS, withoutParents],
  "Span Event Recording": SPANS,
  "Event Manager Emit": [() => forgetful],
  "Event Manager with Handlers": [put({ bus: forgetful })],
  "Alert Manager Check": [
    (state) => ({ alerts: disposing(state, { check: () => [] }) }),
    (state) => ({ alerts: disposing(state, { check: () => new Array(10).fill({ name: "LongerThan0" }) }) }),
  ],
  "Alert Manager Trigger": [
    (state) => ({ alerts: disposing(state, { trigger: () => undefined, resolve: () => true }), labels: {} }),
    (state) => ({
      alerts: disposing(state, {
        trigger: () => ({ state: "firing", labels: { disk: "sda" } }),
        resolve: () => false,
      }),
      labels: {},
    }),
  ],
  "Observability Core Integration": ["requests", "inFlight", "seconds", "tracer", "bus"].map((part) =>
    put({ [part]: forgetful })
  ),
  "Agent Observability Integration": AGENT,
  "Metric Collection": [
    put({ queue: forgetful }),
    put({ registry: { scrape: () => Promise.resolve("workers 1\n") } }),
  ],
  "High Frequency Metrics": [put({ counter: forgetful }), put({ counter: double() })],
  "Metric Memory Usage": [
    put({ makeCounters: () => Array.from({ length: 50 }, wordy) }),
    put({ makeCounters: heavy }),
  ],
  "Trace Context Propagation": [
    put({ propagator: { inject() {}, extract: (context: unknown) => context } }),
    put({ tracer: forgetful }),
  ],
  "Exposition": [put({ registry: { expose: () => "" } }), put({ last: { value: 0, inc() {} } })],
  "Three-step agent": [AGENT_FAILS, put({ parts: { metrics: true } })],
  "Three-step agent, with metrics": [AGENT_FAILS, put({ runs: forgetful })],
  "Three-step agent, traced": [AGENT_FAILS, put({ ring: forgetful })],
  "Three-step agent, with events": [AGENT_FAILS, put({ bus: forgetful }), put({ heard: { ends: 0 } })],
  "Three-step agent, with alerts": [AGENT_FAILS, put({ parts: { spans: true } })],
  "Three-step agent, with everything": AGENT,
};

/** Another manager in the place of the one that there was. */
function disposing(state: unknown, manager: object): object {
  assert(typeof state === "object" && state !== null && "alerts" in state && state.alerts instanceof AlertManager);
  const { alerts } = state;
  return { ...manager, [Symbol.dispose]: () => alerts[Symbol.dispose]() };
}

Deno.test("observability has a sabotage for each of its benchmarks", () => {
  assertEquals(Object.keys(SABOTAGE), observability.benchmarks.map(({ name }) => name));
});

for (const [name, sabotages] of Object.entries(SABOTAGE)) {
  for (const [place, sabotage] of sabotages.entries()) {
    Deno.test(`${name} notices that what it measures is broken, way ${place + 1}`, async () => {
      assert(await isNoticed(largeTrial(name), sabotage));
    });
  }
}

/**
 * The benchmark; of several sizes the second, at which there is more than one of whatever there may be several of. But of threads there
 * is one: they are only replaced, and each costs as much as a small program.
 */
function largeTrial(name: string): Trial {
  const [first, second] = trialsOf(observability).filter(({ definition }) => definition.name === name);
  const trial = second ?? first;
  assert(trial !== undefined);
  return "threads" in trial.params ? { ...trial, params: { ...trial.params, threads: 1 } } : trial;
}

/** Whether an attempt is said to have failed: by its result, or by a hook that says what it had expected. */
async function isNoticed(trial: Trial, sabotage: Sabotage): Promise<boolean> {
  const times = trial.definition.name === "Metric Cardinality Protection" ? 1_100 : 3;
  try {
    return (await attempt(trial, times, sabotage)).includes(false);
  } catch (error) {
    assert(error instanceof Error);
    assertMatch(error.message, /^Expected /);
    return true;
  }
}

/** A result of the real benchmarks of these names, each with a time that its parameters give. */
function resultOf(names: readonly string[], ns: (params: Trial["params"], name: string) => number) {
  return documentOf(
    trialsOf(observability).filter(({ definition }) => names.includes(definition.name)).map(
      ({ id, definition, params }): MeasuredBenchmark => {
        const { throughput, group = null, baseline = false } = definition.options;
        const told = typeof throughput === "function" ? throughput(params) : null;
        return measured(definition.name, [0.99, 1, 1.01].map((level) => level * ns(params, definition.name)), {
          ...{ id, suite: observability.name, params, group, baseline },
          throughput: told === null ? null : { elements: told.elements ?? null, bytes: null },
        });
      },
    ),
  );
}

Deno.test("Insights tell of cardinality by the suite's own names, and of an exposition for each series", () => {
  const names = ["Metric Cardinality Protection", "Exposition"];
  const codes = (ns: (params: Trial["params"]) => number) => insightsOf(resultOf(names, ns)).map(({ code }) => code);
  assertEquals(codes(({ cardinality = 1, series = 1 }) => 100 * Number(cardinality) * Number(series)), [
    "metric_cardinality",
  ]);
  assertEquals(codes(({ series = 1 }) => 100 * Number(series)), []);
  assertEquals(codes(({ series = 1 }) => 100 * Number(series) ** 1.2), ["metric_cardinality"]);
});

Deno.test("Insights tell what tracing and metrics add to the agent, by the suite's own names", () => {
  const agents = observability.benchmarks.map(({ name }) => name).filter((name) => name.startsWith("Three-step agent"));
  const slow = (which: string) =>
    insightsOf(resultOf(agents, (_, name) => name === which ? 200 : 100)).flatMap((
      { code, benchmarkIds },
    ) => [code, ...benchmarkIds]);
  const id = (name: string) => `observability/${name}`;
  assertEquals(slow("Three-step agent, traced"), [
    ...["tracing_overhead", id("Three-step agent, traced"), id("Three-step agent")],
  ]);
  assertEquals(slow("Three-step agent, with metrics"), [
    ...["metrics_overhead", id("Three-step agent, with metrics"), id("Three-step agent")],
  ]);
});

Deno.test("100,000 series take less than 200 bytes each, their label values apart", () => {
  const values = Array.from({ length: 100_000 }, (_, n) => ({ method: n % 2 === 0 ? "GET" : "POST", route: `/${n}` }));
  const bytes = keptBytes(() => {
    const options = {
      name: "requests_total",
      help: "Requests",
      labels: ["method", "route"],
      maxSeries: 100_000,
    } as const;
    const requests = new Registry().counter(options);
    for (const each of values) requests.inc(each);
    return requests;
  });
  assert(bytes > 20 * values.length && bytes < 200 * values.length, `${bytes / values.length} bytes a series`);
});
