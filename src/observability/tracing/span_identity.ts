/**
 * What every span of ours can say of itself.
 *
 * @module
 */

import type { SpanContext, TraceState } from "@opentelemetry/api";
import { hexOfWord } from "./hex.ts";
import type { LocalTrace } from "./local_trace.ts";
import type { RandomWords } from "./random_words.ts";

/** The ids of a span, as numbers until somebody asks for their text. */
export abstract class SpanIdentity {
  /** Its trace. */
  readonly trace: LocalTrace;
  /** The upper half of its id; never both halves are 0. */
  readonly idHigh: number;
  /** The lower half of its id. */
  readonly idLow: number;
  /** Bit 0: sampled; bit 1: the trace id is random. */
  readonly traceFlags: number;
  /** What other tracing systems have passed on. */
  readonly traceState: TraceState | undefined;
  #context: SpanContext | undefined = undefined;

  /** Draws an id. */
  constructor(trace: LocalTrace, words: RandomWords, flags: number, traceState: TraceState | undefined) {
    const high = words.next();
    let low = words.next();
    while ((high | low) === 0) low = words.next();
    this.trace = trace;
    this.idHigh = high;
    this.idLow = low;
    this.traceFlags = flags;
    this.traceState = traceState;
  }

  /** Its ids as text; always the same object. */
  spanContext(): SpanContext {
    return this.#context ??= contextOf(this);
  }
}

function contextOf({ trace, idHigh, idLow, traceFlags, traceState }: SpanIdentity): SpanContext {
  const spanId = hexOfWord(idHigh) + hexOfWord(idLow);
  return traceState === undefined
    ? { traceId: trace.id, spanId, traceFlags }
    : { traceId: trace.id, spanId, traceFlags, traceState };
}
