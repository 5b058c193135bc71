/**
 * Contexts that hold a span.
 *
 * @module
 */

import { type Context, createContextKey, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";

/** OpenTelemetry's own exporters set it, so that their requests are not traced themselves. */
const SUPPRESS_TRACING = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** The key under which the API keeps a context's span: it tells nobody, so it is asked to set one. */
const SPAN_KEY: symbol = findSpanKey();

/**
 * A context with a span. One of the API's own would copy all values into a new map for each span; this costs an object with
 * two fields, and stays one level deep however deeply spans are nested.
 */
export class SpanScope implements Context {
  readonly #rest: Context;
  /** Its span. */
  readonly span: Span;

  /** All of `rest`, but this span. */
  constructor(rest: Context, span: Span) {
    this.#rest = rest instanceof SpanScope ? rest.#rest : rest;
    this.span = span;
  }

  /** Whether nothing shall be traced. */
  get isSuppressed(): boolean {
    return this.#rest !== ROOT_CONTEXT && this.#rest.getValue(SUPPRESS_TRACING) === true;
  }

  /** As the API has it. */
  getValue(key: symbol): unknown {
    return key === SPAN_KEY ? this.span : this.#rest.getValue(key);
  }

  /** As the API has it. */
  setValue(key: symbol, value: unknown): Context {
    return key === SPAN_KEY
      ? this.#rest.setValue(key, value)
      : new SpanScope(this.#rest.setValue(key, value), this.span);
  }

  /** As the API has it. */
  deleteValue(key: symbol): Context {
    return key === SPAN_KEY ? this.#rest : new SpanScope(this.#rest.deleteValue(key), this.span);
  }
}

/** Whether nothing shall be traced in this context. */
export function isSuppressed(context: Context): boolean {
  if (context === ROOT_CONTEXT) return false;
  return context instanceof SpanScope ? context.isSuppressed : context.getValue(SUPPRESS_TRACING) === true;
}

/** The context's span, if it has one. */
export function spanOf(context: Context): Span | undefined {
  if (context === ROOT_CONTEXT) return undefined;
  return context instanceof SpanScope ? context.span : trace.getSpan(context);
}

/** A context in which nothing is traced. */
export const UNTRACED_CONTEXT: Context = ROOT_CONTEXT.setValue(SUPPRESS_TRACING, true);

function findSpanKey(): symbol {
  let found: symbol | undefined;
  const probe: Context = {
    getValue: () => undefined,
    setValue: (key) => {
      found = key;
      return probe;
    },
    deleteValue: () => probe,
  };
  trace.setSpanContext(probe, { traceId: "", spanId: "", traceFlags: 0 });
  return found ?? Symbol("no span"); // every 1.x asks the context
}
