/**
 * The spans that our tracers start.
 *
 * @module
 */

import type { Span } from "@opentelemetry/api";

/**
 * A span that also ends with the scope that it is declared in: `using span = tracer.startSpan("load")`.
 *
 * Whatever is told to it after its end is ignored. No method throws, whatever it is given.
 */
export interface TracedSpan extends Span, Disposable {}
