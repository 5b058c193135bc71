/**
 * Several processors as one.
 *
 * @module
 */

import type { Context, Span } from "@opentelemetry/api";
import { diagnose } from "./diagnose.ts";
import type { ReadableSpan, SpanProcessor } from "./readable_span.ts";
import { textOf } from "./text_of.ts";

/**
 * Checks a processor: what is none would lose every span, since what it throws harms nobody.
 *
 * @throws {TypeError} If it is none.
 */
export function requireProcessor(what: string, processor: SpanProcessor): SpanProcessor {
  if (typeof processor?.onStart === "function" && typeof processor.onEnd === "function") return processor;
  throw new TypeError(
    `Cannot ${what} with ${textOf(processor)}: expected a span processor; pass new BatchSpanProcessor(exporter)`,
  );
}

/** Tells each of its processors; one that throws harms neither the others nor the code that is traced. */
export class ProcessorList implements SpanProcessor {
  readonly #processors: readonly SpanProcessor[];
  readonly #ending: readonly SpanProcessor[];

  /** In the order in which they are told. */
  constructor(processors: readonly SpanProcessor[]) {
    this.#processors = processors.map((processor) => requireProcessor("trace", processor));
    this.#ending = processors.filter(({ onEnding }) => onEnding !== undefined);
  }

  onStart(span: Span & ReadableSpan, parentContext: Context): void {
    for (const processor of this.#processors) {
      try {
        processor.onStart(span, parentContext);
      } catch (error) {
        report(error);
      }
    }
  }

  onEnding(span: Span & ReadableSpan): void {
    for (const processor of this.#ending) {
      try {
        processor.onEnding?.(span);
      } catch (error) {
        report(error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    for (const processor of this.#processors) {
      try {
        processor.onEnd(span);
      } catch (error) {
        report(error);
      }
    }
  }

  async forceFlush(): Promise<void> {
    await settleAll(this.#processors.map(async (processor) => await processor.forceFlush()));
  }

  async shutdown(): Promise<void> {
    await settleAll(this.#processors.map(async (processor) => await processor.shutdown()));
  }
}

/** Waits for all, then rejects as the first that failed. */
async function settleAll(promises: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

function report(error: unknown): void {
  diagnose("error", "A span processor has thrown", error);
}
