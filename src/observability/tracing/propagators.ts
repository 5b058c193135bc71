/**
 * Several propagators as one, and carriers for them.
 *
 * @module
 */

import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from "@opentelemetry/api";
import { BaggagePropagator } from "./baggage_propagator.ts";
import { diagnose } from "./diagnose.ts";
import { TraceContextPropagator } from "./trace_context_propagator.ts";
import { requireList } from "../../coordination/require_list.ts";

/** Asks each of its propagators; one that throws, as of a strange carrier, is skipped. */
export class CompositePropagator implements TextMapPropagator {
  readonly #propagators: readonly TextMapPropagator[];

  /** In the order in which they are asked. */
  constructor(propagators: readonly TextMapPropagator[]) {
    this.#propagators = [...requireList("make a propagator of", propagators, "propagators")];
  }

  /** Lets each write its headers. */
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    for (const propagator of this.#propagators) {
      try {
        propagator.inject(context, carrier, setter);
      } catch (error) {
        diagnose("error", "A propagator could not inject", error);
      }
    }
  }

  /** Lets each add what it reads. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    let extracted = context;
    for (const propagator of this.#propagators) {
      try {
        extracted = propagator.extract(extracted, carrier, getter);
      } catch (error) {
        diagnose("error", "A propagator could not extract", error);
      }
    }
    return extracted;
  }

  /** The headers of all. */
  fields(): string[] {
    return [...new Set(this.#propagators.flatMap((propagator) => propagator.fields()))];
  }
}

/** W3C's trace context and baggage: the default of OpenTelemetry. */
export function w3cPropagator(): CompositePropagator {
  return new CompositePropagator([new TraceContextPropagator(), new BaggagePropagator()]);
}

/** Reads the headers of a `Request` or `Response`: give it to `propagation.extract`. */
export const headersGetter: TextMapGetter<Headers> = {
  keys: (headers) => [...headers.keys()],
  get: (headers, name) => headers.get(name) ?? undefined,
};

/** Writes headers for `fetch`: give it to `propagation.inject`. */
export const headersSetter: TextMapSetter<Headers> = {
  set: (headers, name, value) => headers.set(name, value),
};
