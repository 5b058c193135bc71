/**
 * Spans on a terminal.
 *
 * @module
 */

import type { ReadableSpan, SpanProcessor } from "../tracing/readable_span.ts";
import { msOfHrTime } from "../tracing/epoch_clock.ts";

/** Prints each sampled span as it ends, as a line of JSON: to look at what is traced, not for production. */
export class ConsoleSpanProcessor implements SpanProcessor {
  readonly #print: (line: string) => void;

  /** Prints nothing yet; `print` is by default `console.log`. */
  constructor(print: (line: string) => void = (line) => console.log(line)) {
    this.#print = print;
  }

  /** Does nothing. */
  onStart(): void {}

  /** Prints it. */
  onEnd(span: ReadableSpan): void {
    const { traceId, spanId, traceFlags } = span.spanContext();
    if ((traceFlags & 1) === 0) return;
    this.#print(JSON.stringify({
      name: span.name,
      traceId,
      spanId,
      parentSpanId: span.parentSpanContext?.spanId,
      durationMs: msOfHrTime(span.duration),
      status: span.status,
      attributes: span.attributes,
    }));
  }

  /** There is nothing to wait for. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** There is nothing to wait for. */
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
