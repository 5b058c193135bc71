/**
 * Serves metrics over HTTP.
 *
 * @module
 */

import { acceptedFormat, acceptsGzip } from "./accepted_format.ts";
import type { Registry } from "./registry.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { requireRegistry } from "./require_registry.ts";

/** How metrics are served. */
export interface MetricsHandlerOptions {
  /** Whether to compress for readers that accept it, as Prometheus does. Default true. */
  readonly gzip?: boolean;
}

/** Less than this fits a packet as it is. */
const WORTH_COMPRESSING = 1_400;

/**
 * A handler that answers with a registry's metrics: for `Deno.serve`, and any server that speaks `Request` and `Response`.
 *
 * It answers GET and HEAD, whatever the path, in the format that `Accept` wants: Prometheus' text 0.0.4, or to those who name them OpenMetrics
 * 1.0 and Prometheus' binary format, which has native histograms; other methods get status 405. HEAD measures nothing. A reader that hangs
 * up meanwhile is answered 499, which it does not see.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { metricsHandler } from "./metrics_handler.ts";
 * import { Registry } from "./registry.ts";
 *
 * const registry = new Registry();
 * registry.counter({ name: "runs_total", help: "Runs started" }).inc();
 * const handler = metricsHandler(registry); // Deno.serve({ port: 9464 }, handler)
 * const response = await handler(new Request("http://localhost/metrics"));
 * assertEquals(await response.text(), registry.expose());
 * ```
 */
export function metricsHandler(
  registry: Registry,
  options: MetricsHandlerOptions = {},
): (request: Request) => Promise<Response> {
  requireRegistry("serve metrics", registry);
  const { gzip = true } = requireOptions("serve metrics", options);
  return unlessAborted(async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response("Only GET and HEAD\n", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const { format, contentType } = acceptedFormat(request.headers.get("accept"));
    const headers = new Headers({
      "content-type": contentType,
      vary: "accept, accept-encoding",
      "cache-control": "no-store",
    });
    if (request.method === "HEAD") return new Response(null, { headers });
    await registry.collect({ signal: request.signal });
    const body = format === "protobuf" ? registry.exposeProtobuf() : new TextEncoder().encode(registry.expose(format));
    if (!gzip || body.length < WORTH_COMPRESSING || !acceptsGzip(request.headers.get("accept-encoding"))) {
      return new Response(body, { headers });
    }
    headers.set("content-encoding", "gzip");
    return new Response(new Blob([body]).stream().pipeThrough(new CompressionStream("gzip")), { headers });
  });
}

type Handler = (request: Request) => Promise<Response>;

/** `Deno.serve` would print the rejection of a handler whose reader is gone, with its stack, at each scrape that takes too long. */
function unlessAborted(handler: Handler): Handler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      if (!request.signal.aborted) throw error;
      return new Response(null, { status: 499 });
    }
  };
}
