import { assert, assertEquals } from "@std/assert";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import fc from "fast-check";
import { OtlpReceiver } from "../tracing/testdata/otlp_receiver.ts";
import type { TracedSpan } from "../tracing/mod.ts";
import { metricsAddressFromEnvironment, tracingFromEnvironment, type TracingFromEnvironmentOptions } from "./mod.ts";

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: {
    readonly resourceSpans: readonly {
      readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
      readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string; attributes?: unknown[] }[] }[];
    }[];
  };
}

function given(variables: Readonly<Record<string, string>>) {
  const warnings: string[] = [], sent: Sent[] = [];
  const environment = new Map(Object.entries({ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json", ...variables }));
  const options: Required<TracingFromEnvironmentOptions> = {
    warn: (message) => void warnings.push(message.replace("Environment variable ", "")),
    fetch: (url, { headers, body }) => {
      sent.push({ url: url.href, headers: new Headers(headers), body: JSON.parse(String(body)) });
      return Promise.resolve(new Response("{}"));
    },
  };
  return { ...tracingFromEnvironment(environment, options), warnings, sent };
}

/** Ends a span, and answers what was sent of it. */
async function traced(
  { provider, sent }: ReturnType<typeof given>,
  use = (_: TracedSpan) => {},
): Promise<Sent | undefined> {
  const span = provider!.getTracer("test").startSpan("s");
  use(span);
  span.end();
  await provider!.shutdown();
  return sent[0];
}

Deno.test("tracingFromEnvironment() without variables sends as the specification's defaults say", async () => {
  const tracing = given({}), sent = await traced(tracing);
  assertEquals([sent?.url, tracing.warnings, tracing.propagator.fields()], [
    "http://localhost:4318/v1/traces",
    [],
    ["traceparent", "tracestate", "baggage"],
  ]);
});

Deno.test("tracingFromEnvironment() sends nothing if no exporter is wanted", async () => {
  assertEquals(await traced(given({ OTEL_TRACES_EXPORTER: "otlp,none" })), undefined);
});

Deno.test("tracingFromEnvironment() takes an empty variable for one that is not set", async () => {
  const names = ["SDK_DISABLED", "TRACES_SAMPLER", "TRACES_EXPORTER", "BSP_MAX_QUEUE_SIZE", "PROPAGATORS"];
  const tracing = given(Object.fromEntries([...names, "EXPORTER_OTLP_ENDPOINT"].map((name) => [`OTEL_${name}`, " "])));
  assertEquals([(await traced(tracing))?.url, tracing.warnings], ["http://localhost:4318/v1/traces", []]);
});

Deno.test("tracingFromEnvironment() reads service, attributes, endpoint and headers", async () => {
  const sent = await traced(given({
    OTEL_SERVICE_NAME: "shop",
    OTEL_RESOURCE_ATTRIBUTES: "service.name=other, deployment.environment=a%2Cb,team=",
    OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector.example/otlp",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20x=y,x-team=a",
  }));
  const attributes = sent!.body.resourceSpans[0]!.resource.attributes;
  const valueOf = (name: string) => attributes.find(({ key }) => key === name)?.value.stringValue;
  assertEquals([valueOf("service.name"), valueOf("deployment.environment"), valueOf("team")], ["shop", "a,b", ""]);
  assertEquals([sent!.url, sent!.headers.get("authorization"), sent!.headers.get("x-team")], [
    "https://collector.example/otlp/v1/traces",
    "Bearer x=y",
    "a",
  ]);
});

Deno.test("tracingFromEnvironment() prefers the variables for traces to those for all", async () => {
  const sent = await traced(given({
    OTEL_EXPORTER_OTLP_ENDPOINT: "https://one.example/",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://two.example",
    OTEL_EXPORTER_OTLP_HEADERS: "x=1,y=1",
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x=2",
  }));
  assertEquals([sent!.url, sent!.headers.get("x"), sent!.headers.get("y")], ["https://two.example/", "2", null]);
});

Deno.test("tracingFromEnvironment() speaks the protocol that it is told, by default the specification's", async () => {
  const form = async (variables: Readonly<Record<string, string>>) => {
    await using receiver = new OtlpReceiver();
    const environment = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: receiver.url, ...variables }, warnings: string[] = [];
    const { provider } = tracingFromEnvironment(new Map(Object.entries(environment)), {
      warn: (text) => warnings.push(text),
    });
    provider!.getTracer("test").startSpan("s").end();
    await provider!.shutdown();
    return [...receiver.forms[0]!, warnings.length];
  };
  const protobuf = "application/x-protobuf", json = "application/json";
  const all = "OTEL_EXPORTER_OTLP_", ofTraces = `${all}TRACES_`;
  assertEquals(await form({}), [protobuf, null, 0]);
  assertEquals(await form({ [`${all}PROTOCOL`]: "http/json", [`${all}COMPRESSION`]: "none" }), [json, null, 0]);
  assertEquals(await form({ [`${all}PROTOCOL`]: "http/protobuf", [`${all}COMPRESSION`]: "GZIP" }), [
    protobuf,
    "gzip",
    0,
  ]);
  assertEquals(await form({ [`${all}PROTOCOL`]: "http/json", [`${ofTraces}PROTOCOL`]: "http/protobuf" }), [
    protobuf,
    null,
    0,
  ]);
  assertEquals(await form({ [`${all}COMPRESSION`]: "gzip", [`${ofTraces}COMPRESSION`]: "none" }), [protobuf, null, 0]);
  assertEquals(await form({ [`${all}PROTOCOL`]: "grpc" }), [protobuf, null, 1]);
});

Deno.test("tracingFromEnvironment() samples as told, and by a ratio of 1 if that is none", () => {
  const unsampledParent = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: "a".repeat(32),
    spanId: "b".repeat(16),
    traceFlags: 0,
  });
  const samples = (variables: Readonly<Record<string, string>>) => {
    const { provider, warnings } = given({ ...variables, OTEL_TRACES_EXPORTER: "none" });
    const tracer = provider!.getTracer("test");
    const [root, child] = [ROOT_CONTEXT, unsampledParent].map((context) =>
      tracer.startSpan("s", {}, context).isRecording()
    );
    return { root, child, warnings: warnings.length };
  };
  const cases: readonly [string, string, boolean, boolean, number][] = [
    ["always_on", "", true, true, 0],
    ["ALWAYS_OFF", "", false, false, 0],
    ["traceidratio", "1.0", true, true, 0],
    ["traceidratio", "0", false, false, 0],
    ["traceidratio", "2", true, true, 1],
    ["traceidratio", "half", true, true, 1],
    ["parentbased_always_on", "", true, false, 0],
    ["parentbased_always_off", "", false, false, 0],
    ["parentbased_traceidratio", "0", false, false, 0],
    ["xray", "", true, false, 1],
  ];
  for (const [sampler, arg, root, child, warnings] of cases) {
    const found = samples({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: arg });
    assertEquals([sampler, arg, found], [sampler, arg, { root, child, warnings }]);
  }
});

Deno.test("tracingFromEnvironment() limits spans, those of spans first", async () => {
  const attributes = (variables: Readonly<Record<string, string>>) =>
    traced(given(variables), (span) => span.setAttributes({ a: "long", b: 2, c: 3 }))
      .then((sent) => sent!.body.resourceSpans[0]!.scopeSpans[0]!.spans[0]!.attributes);
  assertEquals((await attributes({ OTEL_ATTRIBUTE_COUNT_LIMIT: "2" }))!.length, 2);
  assertEquals(
    (await attributes({ OTEL_ATTRIBUTE_COUNT_LIMIT: "2", OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: "1" }))!.length,
    1,
  );
  assertEquals((await attributes({ OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: "2" }))![0], {
    key: "a",
    value: { stringValue: "lo" },
  });
});

Deno.test("tracingFromEnvironment() is without a provider if the SDK is disabled, and keeps the propagators", () => {
  const { provider, propagator } = given({ OTEL_SDK_DISABLED: "TRUE", OTEL_PROPAGATORS: "baggage,baggage" });
  assertEquals([provider, propagator.fields()], [undefined, ["baggage"]]);
  assertEquals(given({ OTEL_PROPAGATORS: "none, baggage", OTEL_TRACES_EXPORTER: "none" }).propagator.fields(), []);
});

Deno.test("tracingFromEnvironment() warns of what is wrong, by name, and goes on without it", async () => {
  const wrong = {
    OTEL_SDK_DISABLED: "1",
    OTEL_RESOURCE_ATTRIBUTES: "a=1,b=%zz",
    OTEL_PROPAGATORS: "b3,tracecontext",
    OTEL_TRACES_EXPORTER: "zipkin",
    OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "bad name=secret",
    OTEL_EXPORTER_OTLP_TIMEOUT: "0",
    OTEL_EXPORTER_OTLP_COMPRESSION: "zstd",
    OTEL_BSP_SCHEDULE_DELAY: "-1",
    OTEL_BSP_EXPORT_TIMEOUT: "1e3",
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4096",
    OTEL_SPAN_LINK_COUNT_LIMIT: "none",
  };
  const tracing = given(wrong), sent = await traced(tracing);
  assertEquals([sent?.url, tracing.propagator.fields()], ["http://localhost:4318/v1/traces", [
    "traceparent",
    "tracestate",
  ]]);
  assertEquals(tracing.warnings.map((warning) => warning.split(":")[0]).sort(), Object.keys(wrong).sort());
  assertEquals(tracing.warnings.filter((warning) => warning.includes("secret")), []);
});

Deno.test("tracingFromEnvironment() says what was wanted, what was found and what to do, but tells no secrets", () => {
  const warning = (name: string, value: string) => given({ OTEL_TRACES_EXPORTER: "none", [name]: value }).warnings;
  const otlp = (name: string, value: string) => given({ [`OTEL_EXPORTER_OTLP_${name}`]: value }).warnings;
  assertEquals(warning("OTEL_SPAN_EVENT_COUNT_LIMIT", "-3"), [
    'OTEL_SPAN_EVENT_COUNT_LIMIT: expected a whole number of at least 0, found "-3"; not used',
  ]);
  assertEquals(given({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4096" }).warnings, [
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE: expected a whole number from 1 to 2048, found "4096"; not used',
  ]);
  assertEquals(given({ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "5%" }).warnings, [
    'OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, found "5%"; not used',
  ]);
  assertEquals(warning("OTEL_SDK_DISABLED", "y".repeat(1000)), [
    `OTEL_SDK_DISABLED: expected true or false, found "${"y".repeat(60)}…"; taken as false`,
  ]);
  for (
    const [name, value, hint] of [
      ["OTEL_TRACES_SAMPLER", "parentbased_jaeger_remote", "no Jaeger is asked for strategies"],
      ["OTEL_TRACES_SAMPLER", "jaeger_remote", "take parentbased_traceidratio"],
      ["OTEL_TRACES_SAMPLER", "constructor", 'found "constructor"; not used'],
      ["OTEL_TRACES_EXPORTER", "jaeger", "Jaeger takes otlp; left out"],
      ["OTEL_PROPAGATORS", "b3", "only the headers of the W3C"],
      [
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "grpc",
        'found "grpc": gRPC is not spoken here; collectors take the others on port',
      ],
    ] as const
  ) {
    const warnings = given({ [name]: value }).warnings;
    assert(warnings.length === 1 && warnings[0]?.includes(hint), warnings.join());
  }
  assertEquals(warning("OTEL_PROPAGATORS", "b3,tracecontext,b3,ottrace").length, 2, "each once");
  const told = [otlp("HEADERS", "secret"), otlp("ENDPOINT", "ftp://user:secret@host"), otlp("HEADERS", "a b=secret")];
  assertEquals(
    told.map((warnings) => [warnings.length, warnings.join().includes("secret")]),
    told.map(() => [1, false]),
  );
});

Deno.test("tracingFromEnvironment() throws for no values at all", () => {
  const names = [
    "SERVICE_NAME",
    "RESOURCE_ATTRIBUTES",
    "PROPAGATORS",
    "TRACES_SAMPLER",
    "TRACES_SAMPLER_ARG",
    "TRACES_EXPORTER",
  ];
  const otlp = ["ENDPOINT", "HEADERS", "TIMEOUT", "TRACES_ENDPOINT"].map((name) => `EXPORTER_OTLP_${name}`);
  const limits = ["BSP_SCHEDULE_DELAY", "BSP_MAX_QUEUE_SIZE", "BSP_MAX_EXPORT_BATCH_SIZE", "SPAN_EVENT_COUNT_LIMIT"];
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom("1", "0", "none", "http://x", "a=b,%", "99999999999", "\0", "\ud800", "=", "é=%F0"),
  );
  const entries = fc.array(
    fc.tuple(fc.constantFrom(...names, ...otlp, ...limits).map((name) => `OTEL_${name}`), value),
  );
  fc.assert(fc.property(entries, (variables) => {
    tracingFromEnvironment(new Map(variables), { warn: () => {} });
  }));
});

Deno.test("metricsAddressFromEnvironment() answers only if Prometheus is wanted", () => {
  const address = (variables: Readonly<Record<string, string>>) => {
    const warnings: string[] = [];
    const found = metricsAddressFromEnvironment(new Map(Object.entries(variables)), {
      warn: (text) => warnings.push(text),
    });
    return [found, warnings];
  };
  const wanted = { OTEL_METRICS_EXPORTER: "Prometheus" };
  assertEquals(address({}), [undefined, []]);
  assertEquals(address({ OTEL_METRICS_EXPORTER: "otlp" }), [
    undefined,
    [
      'Environment variable OTEL_METRICS_EXPORTER: expected some of prometheus, none, found "otlp": metrics are not pushed; ' +
      "take prometheus, and let a collector's Prometheus receiver scrape this process; left out",
    ],
  ]);
  assertEquals(address(wanted), [{ hostname: "localhost", port: 9464 }, []]);
  assertEquals(address({ ...wanted, OTEL_SDK_DISABLED: "true" }), [undefined, []]);
  assertEquals(
    address({ ...wanted, OTEL_EXPORTER_PROMETHEUS_HOST: "0.0.0.0", OTEL_EXPORTER_PROMETHEUS_PORT: "65536" }),
    [{ hostname: "0.0.0.0", port: 9464 }, [
      'Environment variable OTEL_EXPORTER_PROMETHEUS_PORT: expected a whole number from 0 to 65535, found "65536"; not used',
    ]],
  );
});
