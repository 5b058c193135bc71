/**
 * Which traces are recorded.
 *
 * @module
 */

import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type SpanKind,
  trace,
  type TraceState,
} from "@opentelemetry/api";
import { LocalTrace } from "./local_trace.ts";

/** What a sampler can decide, with OpenTelemetry's numbers: nothing is recorded; recorded, but not exported; both. */
export const SAMPLING: { readonly NOT_RECORD: 0; readonly RECORD: 1; readonly RECORD_AND_SAMPLED: 2 } = {
  NOT_RECORD: 0,
  RECORD: 1,
  RECORD_AND_SAMPLED: 2,
};

/** What a sampler has decided, and what it adds to the span. */
export interface SamplingResult {
  /** One of {@linkcode SAMPLING}. */
  readonly decision: number;
  /** Added to the span's own. */
  readonly attributes?: Readonly<Attributes>;
  /** Instead of the parent's. */
  readonly traceState?: TraceState;
}

/** A sampler in OpenTelemetry's form: any of its own will do. */
export interface Sampler {
  /** Decides for a span that is about to start. */
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  /** What it is, for people. */
  toString(): string;
}

/** What a sampler may want to know of a parent. */
export interface ParentFlags {
  /** Bit 0 says that the parent is sampled. */
  readonly traceFlags: number;
  /** Whether it is another process's. */
  readonly isRemote?: boolean | undefined;
}

/** The part of a trace's id that is random by W3C's rules: 56 bits. */
export interface TraceRandomness {
  /** The upper 24 bits. */
  readonly randomHigh: number;
  /** The lower 32 bits. */
  readonly randomLow: number;
}

/** A sampler that decides by parent and trace id alone: it needs neither the id's text nor a result object. */
export abstract class TraceSampler implements Sampler {
  /** Decides for a span with this parent, `undefined` for a root. */
  abstract decide(parent: ParentFlags | undefined, randomness: TraceRandomness): 0 | 1 | 2;

  /** What it is, for people. */
  abstract toString(): string;

  /**
   * Whether it records no span below one of this process that it did not record, so that it need not be asked. By default that is not
   * known, and false.
   */
  get dropsWholeTraces(): boolean {
    return false;
  }

  /** As {@linkcode Sampler.shouldSample}, for samplers of others that ask this one. */
  shouldSample(context: Context, traceId: string): SamplingResult {
    const parent = trace.getSpanContext(context);
    const flags = parent !== undefined && isSpanContextValid(parent) ? parent : undefined;
    return { decision: this.decide(flags, new LocalTrace(0, traceId)) };
  }
}
