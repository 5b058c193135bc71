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

/** The ids of a span without the span, so that whoever keeps them does not keep it, and all that it leads to, in memory. */
export class SpanReference {
  readonly #trace: LocalTrace;
  readonly #idHigh: number;
  readonly #idLow: number;
  readonly #traceFlags: number;
  readonly #traceState: TraceState | undefined;

  /** Copies them. */
  constructor({ trace, idHigh, idLow, traceFlags, traceState }: SpanIdentity) {
    this.#trace = trace;
    this.#idHigh = idHigh;
    this.#idLow = idLow;
    this.#traceFlags = traceFlags;
    this.#traceState = traceState;
  }

  /** As text. */
  toContext(): SpanContext {
    return contextOf({
      trace: this.#trace,
      idHigh: this.#idHigh,
      idLow: this.#idLow,
      traceFlags: this.#traceFlags,
      traceState: this.#traceState,
    });
  }
}

function contextOf({ trace, idHigh, idLow, traceFlags, traceState }: Omit<SpanIdentity, "spanContext">): SpanContext {
  const spanId = hexOfWord(idHigh) + hexOfWord(idLow);
  return traceState === undefined
    ? { traceId: trace.id, spanId, traceFlags }
    : { traceId: trace.id, spanId, traceFlags, traceState };
}
