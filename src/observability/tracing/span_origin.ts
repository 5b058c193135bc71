/**
 * What the spans of a tracer have in common.
 *
 * @module
 */

import type { EpochClock } from "./epoch_clock.ts";
import type { RandomWords } from "./random_words.ts";
import type { InstrumentationScope, SpanProcessor } from "./readable_span.ts";
import type { Sampler } from "./sampler.ts";
import type { FullSpanLimits } from "./span_limits.ts";
import type { TelemetryResource } from "./telemetry_resource.ts";

/** What the tracers of a provider share. */
export interface SpanPipeline {
  readonly resource: TelemetryResource;
  readonly limits: FullSpanLimits;
  readonly processor: SpanProcessor | undefined;
  readonly clock: EpochClock;
  readonly words: RandomWords;
  /** Changes once, when the provider is shut down. */
  sampler: Sampler;
}

/** Where a span comes from. */
export interface SpanOrigin {
  readonly scope: InstrumentationScope;
  readonly pipeline: SpanPipeline;
}
