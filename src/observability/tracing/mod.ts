/**
 * Traces, through the interfaces of `@opentelemetry/api`: a dependency because it is where instrumented libraries and
 * providers meet, and nothing but that: interfaces and the globals behind them, without dependencies of its own.
 *
 * @module
 */

export { AsyncContextManager } from "./async_context_manager.ts";
export { BaggagePropagator } from "./baggage_propagator.ts";
export { type BatchCounts, BatchSpanProcessor, type BatchSpanProcessorOptions } from "./batch_span_processor.ts";
export { flushOnSignal } from "./flush_on_signal.ts";
export {
  type OtlpCompression,
  OtlpHttpExporter,
  type OtlpHttpExporterOptions,
  type OtlpProtocol,
} from "./otlp_http_exporter.ts";
export { otlpJson } from "./otlp_json.ts";
export { otlpProtobuf } from "./otlp_protobuf.ts";
export { CompositePropagator, headersGetter, headersSetter, w3cPropagator } from "./propagators.ts";
export type {
  ExportResult,
  InstrumentationScope,
  ReadableSpan,
  ResourceView,
  SpanExporter,
  SpanProcessor,
  TimedEvent,
} from "./readable_span.ts";
export {
  type ParentFlags,
  type Sampler,
  SAMPLING,
  type SamplingResult,
  type TraceRandomness,
  TraceSampler,
} from "./sampler.ts";
export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type ParentBasedOptions,
  ParentBasedSampler,
  type RateLimitedOptions,
  RateLimitedSampler,
  TraceIdRatioSampler,
} from "./samplers.ts";
export type { DropReason, SpanDrop } from "./span_drops.ts";
export type { SpanLimits } from "./span_limits.ts";
export { SpanRing } from "./span_ring.ts";
export { TailSampler, type TailSamplerCounts, type TailSamplerOptions } from "./tail_sampler.ts";
export { TelemetryResource } from "./telemetry_resource.ts";
export { TraceContextPropagator } from "./trace_context_propagator.ts";
export { TraceStateList } from "./trace_state_list.ts";
export type { TracedSpan } from "./traced_span.ts";
export { Tracer } from "./tracer.ts";
export {
  type RegisterOptions,
  TracerProvider,
  type TracerProviderOptions,
  TracingTakenError,
} from "./tracer_provider.ts";
