/**
 * Spans on a terminal.
 *
 * @module
 */

import type { ReadableSpan, SpanProcessor } from "../tracing/readable_span.ts";
import { msOfHrTime } from "../tracing/epoch_clock.ts";
import { visibleJson } from "../../visible_text.ts";

/**
 * Prints each sampled span as it ends, as a line of JSON: to look at what is traced, not for production, as traced code waits
 * while a line is printed. A line that cannot be, as on a disk that is full, is dropped and counted.
 */
export class ConsoleSpanProcessor implements SpanProcessor {
  readonly #print: (line: string) => void;
  #dropped = 0;

  /** Prints nothing yet; `print` is by default `console.log`. */
  constructor(print: (line: string) => void = (line) => console.log(line)) {
    this.#print = print;
  }

  /** How many spans could not be printed. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Does nothing. */
  onStart(): void {}

  /** Prints it. */
  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & 1) === 0) return;
    try {
      this.#print(lineOf(span));
    } catch {
      this.#dropped++;
    }
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

function lineOf(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  return visibleJson({
    name: span.name,
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    durationMs: msOfHrTime(span.duration),
    status: span.status,
    attributes: span.attributes,
  });
}
