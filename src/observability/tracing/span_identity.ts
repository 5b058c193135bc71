/**
 * What every span of ours can say of itself.
 *
 * @module
 */

import type { SpanContext, TraceState } from "@opentelemetry/api";
import { hexOfWords } from "./hex.ts";
import type { LocalTrace } from "./local_trace.ts";
import type { RandomWords } from "./random_words.ts";

/**
 * The ids of a span, as numbers until somebody asks for their text. Apart from the span, so that its children and the spans that are linked
 * to it share the text, and do not keep it, and all that it leads to, in memory.
 */
export class SpanIds {
  /** Its trace. */
  readonly trace: LocalTrace;
  /** Bit 0: sampled; bit 1: the trace id is random. */
  readonly traceFlags: number;
  /** What other tracing systems have passed on. */
  readonly traceState: TraceState | undefined;
  /** Never both halves are 0. */
  readonly #high: number;
  readonly #low: number;
  #context: SpanContext | undefined = undefined;

  /** Draws an id. */
  constructor(trace: LocalTrace, words: RandomWords, flags: number, traceState: TraceState | undefined) {
    const high = words.next();
    let low = words.next();
    while ((high | low) === 0) low = words.next();
    this.trace = trace;
    this.traceFlags = flags;
    this.traceState = traceState;
    this.#high = high;
    this.#low = low;
  }

  /** As text; always the same object. */
  get context(): SpanContext {
    return this.#context ??= this.#toContext();
  }

  #toContext(): SpanContext {
    const { traceFlags, traceState, trace: { id: traceId } } = this, spanId = hexOfWords(this.#high, this.#low);
    return traceState === undefined ? { traceId, spanId, traceFlags } : { traceId, spanId, traceFlags, traceState };
  }
}

/** A span of ours. */
export abstract class SpanIdentity {
  /** What it is known by. */
  readonly ids: SpanIds;

  constructor(ids: SpanIds) {
    this.ids = ids;
  }

  /** Its ids as text; always the same object. */
  spanContext(): SpanContext {
    return this.ids.context;
  }
}
