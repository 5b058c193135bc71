/**
 * Tracing as the environment has it.
 *
 * @module
 */

import type { TextMapPropagator } from "@opentelemetry/api";
import { BaggagePropagator } from "../tracing/baggage_propagator.ts";
import { BatchSpanProcessor, type BatchSpanProcessorOptions } from "../tracing/batch_span_processor.ts";
import {
  OTLP_COMPRESSIONS,
  OTLP_PROTOCOLS,
  OtlpHttpExporter,
  type OtlpHttpExporterOptions,
} from "../tracing/otlp_http_exporter.ts";
import { CompositePropagator } from "../tracing/propagators.ts";
import type { SpanProcessor } from "../tracing/readable_span.ts";
import type { TraceSampler } from "../tracing/sampler.ts";
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TraceIdRatioSampler } from "../tracing/samplers.ts";
import type { SpanLimits } from "../tracing/span_limits.ts";
import { TraceContextPropagator } from "../tracing/trace_context_propagator.ts";
import { TracerProvider } from "../tracing/tracer_provider.ts";
import { ConsoleSpanProcessor } from "./console_span_processor.ts";
import { type Environment, type EnvironmentOptions, EnvironmentReader, PROCESS_ENVIRONMENT } from "./environment.ts";

/** Tracing as the environment has it. */
export interface EnvironmentTracing {
  /** Makes tracers; `undefined` if `OTEL_SDK_DISABLED` is true. */
  readonly provider: TracerProvider | undefined;
  /** What `OTEL_PROPAGATORS` names: to be registered, or used by hand; the SDK being disabled does not matter to it. */
  readonly propagator: TextMapPropagator;
}

/** How {@linkcode tracingFromEnvironment} goes about it. */
export interface TracingFromEnvironmentOptions extends EnvironmentOptions {
  /** Sends requests. Default `fetch`. */
  readonly fetch?: NonNullable<OtlpHttpExporterOptions["fetch"]>;
}

const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

const JAEGER_REMOTE = "no Jaeger is asked for strategies; take parentbased_traceidratio";
const SAMPLER_HINTS = {
  jaeger_remote: JAEGER_REMOTE,
  parentbased_jaeger_remote: JAEGER_REMOTE,
  xray: "no X-Ray is asked for rules; take parentbased_traceidratio",
};
const EXPORTER_HINTS = {
  jaeger: "Jaeger takes otlp",
  zipkin: "a collector passes otlp on to Zipkin",
  prometheus: "Prometheus takes metrics, no traces",
};
const PROTOCOL_HINTS = { grpc: "gRPC is not spoken here; collectors take the others on port 4318" };
const W3C_ONLY =
  "only the headers of the W3C are read and written; let a gateway translate, or register another propagator";
const PROPAGATOR_HINTS = { b3: W3C_ONLY, b3multi: W3C_ONLY, jaeger: W3C_ONLY, xray: W3C_ONLY, ottrace: W3C_ONLY };

/**
 * Makes a tracer provider of OpenTelemetry's environment variables, which are read now and never again:
 *
 * - `OTEL_SDK_DISABLED`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_PROPAGATORS` (tracecontext, baggage, none)
 * - `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`; `OTEL_TRACES_EXPORTER` (otlp, console, none)
 * - `OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`, `_TIMEOUT`, `_PROTOCOL` (http/protobuf, http/json), `_COMPRESSION` (gzip,
 *   none), and those of `OTEL_EXPORTER_OTLP_TRACES_`, which go first
 * - `OTEL_BSP_SCHEDULE_DELAY`, `_EXPORT_TIMEOUT`, `_MAX_QUEUE_SIZE`, `_MAX_EXPORT_BATCH_SIZE`
 * - `OTEL_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`, those of `OTEL_SPAN_`, `OTEL_SPAN_EVENT_COUNT_LIMIT`,
 *   `OTEL_SPAN_LINK_COUNT_LIMIT`, `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`
 *
 * As the specification asks, an empty variable is not set, and a wrong one is warned of and not used: nothing here throws for a value.
 * OTLP is sent as `http/protobuf`, the specification's default, or `http/json`; `grpc` is warned of and not used.
 *
 * Nothing is registered: use `provider.getTracer()` or `provider.register({ propagator })`, and shut the provider down at the end.
 *
 * @param environment Default: that of the process, which takes the permission to read it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tracingFromEnvironment } from "./mod.ts";
 *
 * const warnings: string[] = [];
 * const environment = new Map([["OTEL_TRACES_EXPORTER", "none"], ["OTEL_SPAN_LINK_COUNT_LIMIT", "many"]]);
 * const { provider } = tracingFromEnvironment(environment, { warn: (message) => warnings.push(message) });
 * assertEquals([provider?.getTracer("shop") !== undefined, warnings], [true, [
 *   "Environment variable OTEL_SPAN_LINK_COUNT_LIMIT: expected a whole number of at least 0, found \"many\"; not used",
 * ]]);
 * ```
 */
export function tracingFromEnvironment(
  environment: Environment = PROCESS_ENVIRONMENT,
  options: TracingFromEnvironmentOptions = {},
): EnvironmentTracing {
  const read = new EnvironmentReader(environment, options), propagator = readPropagator(read);
  if (read.flag("OTEL_SDK_DISABLED")) return { provider: undefined, propagator };
  const provider = new TracerProvider({
    resource: readResource(read),
    sampler: readSampler(read),
    spanLimits: readSpanLimits(read),
    spanProcessors: readProcessors(read, options.fetch),
  });
  return { provider, propagator };
}

function readResource(read: EnvironmentReader): Record<string, string> {
  const attributes = { ...read.pairs("OTEL_RESOURCE_ATTRIBUTES") }, name = read.text("OTEL_SERVICE_NAME");
  if (name !== undefined) attributes["service.name"] = name;
  return attributes;
}

function readPropagator(read: EnvironmentReader): TextMapPropagator {
  const names = read.choices("OTEL_PROPAGATORS", ["tracecontext", "baggage", "none"], PROPAGATOR_HINTS) ??
    ["tracecontext", "baggage"];
  if (names.includes("none")) return new CompositePropagator([]);
  return new CompositePropagator(
    names.map((name) => name === "baggage" ? new BaggagePropagator() : new TraceContextPropagator()),
  );
}

function readSampler(read: EnvironmentReader): TraceSampler {
  const name = read.choice("OTEL_TRACES_SAMPLER", SAMPLERS, SAMPLER_HINTS) ?? "parentbased_always_on";
  const root = name.endsWith("traceidratio")
    ? new TraceIdRatioSampler(read.ratio("OTEL_TRACES_SAMPLER_ARG") ?? 1)
    : name.endsWith("always_off")
    ? new AlwaysOffSampler()
    : new AlwaysOnSampler();
  return name.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

function readSpanLimits(read: EnvironmentReader): SpanLimits {
  const count = (...names: readonly string[]) => firstDefined(names, (name) => read.integer(name, { min: 0 }));
  const length = (...names: readonly string[]) => firstDefined(names, (name) => read.integer(name, { min: 1 }));
  return withoutUnset({
    attributeCountLimit: count("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT"),
    attributeValueLengthLimit: length("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"),
    eventCountLimit: count("OTEL_SPAN_EVENT_COUNT_LIMIT"),
    linkCountLimit: count("OTEL_SPAN_LINK_COUNT_LIMIT"),
    attributePerEventCountLimit: count("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"),
    attributePerLinkCountLimit: count("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"),
  });
}

function readProcessors(
  read: EnvironmentReader,
  fetch: TracingFromEnvironmentOptions["fetch"],
): readonly SpanProcessor[] {
  const names = read.choices("OTEL_TRACES_EXPORTER", ["otlp", "console", "none"], EXPORTER_HINTS) ?? ["otlp"];
  if (names.includes("none")) return [];
  return names.map((name) =>
    name === "console"
      ? new ConsoleSpanProcessor()
      : new BatchSpanProcessor(new OtlpHttpExporter(readOtlp(read, fetch)), readBatching(read))
  );
}

function readOtlp(read: EnvironmentReader, fetch: TracingFromEnvironmentOptions["fetch"]): OtlpHttpExporterOptions {
  return withoutUnset({
    url: readUrl(read),
    protocol: ofTraces("PROTOCOL", (name) => read.choice(name, OTLP_PROTOCOLS, PROTOCOL_HINTS)),
    compression: ofTraces("COMPRESSION", (name) => read.choice(name, OTLP_COMPRESSIONS)),
    headers: ofTraces("HEADERS", (name) => readHeaders(read, name)),
    timeoutMs: ofTraces("TIMEOUT", (name) => read.integer(name, { min: 1 })),
    fetch,
  });
}

/** What a variable for traces says or, if it is not set or wrong, the one for all signals. */
function ofTraces<Value>(name: string, find: (name: string) => Value | undefined): Value | undefined {
  return firstDefined([`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`], find);
}

/** The variable for traces names the very place; the one for all signals names what `v1/traces` is below. */
function readUrl(read: EnvironmentReader): URL | undefined {
  const own = requireHttp(read, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (own !== undefined) return own;
  const base = requireHttp(read, "OTEL_EXPORTER_OTLP_ENDPOINT");
  if (base === undefined) return undefined;
  base.pathname += base.pathname.endsWith("/") ? "v1/traces" : "/v1/traces";
  return base;
}

function requireHttp(read: EnvironmentReader, name: string): URL | undefined {
  const text = read.text(name);
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:")) return url;
  return read.refuse(name, { wanted: "a URL that begins with http:// or https://" });
}

function readHeaders(read: EnvironmentReader, name: string): Readonly<Record<string, string>> | undefined {
  const pairs = read.pairs(name);
  if (pairs === undefined) return undefined;
  try {
    new Headers(pairs);
    return pairs;
  } catch {
    return read.refuse(name, { wanted: "names and values of HTTP headers" });
  }
}

function readBatching(read: EnvironmentReader): BatchSpanProcessorOptions {
  const maxQueueSize = read.integer("OTEL_BSP_MAX_QUEUE_SIZE", { min: 1, max: 1e7 });
  const max = maxQueueSize ?? 2048;
  return withoutUnset({
    maxQueueSize,
    maxExportBatchSize: read.integer("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", { min: 1, max }),
    scheduledDelayMs: read.integer("OTEL_BSP_SCHEDULE_DELAY", { min: 0 }),
    exportTimeoutMs: read.integer("OTEL_BSP_EXPORT_TIMEOUT", { min: 1 }),
  });
}

function firstDefined<T>(names: readonly string[], find: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Options that are set: for those that may be left out but not be `undefined`. */
function withoutUnset<Options extends object>(
  options: Options,
): { [Key in keyof Options]?: NonNullable<Options[Key]> } {
  const set: { [Key in keyof Options]?: NonNullable<Options[Key]> } = {};
  for (const key in options) {
    const value = options[key];
    if (value !== undefined && value !== null) set[key] = value;
  }
  return set;
}
