/**
 * All of it together.
 *
 * @module
 */

import { EventBus, Registry, SpanRing, TracerProvider } from "../../mod.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";

interface Requests {
  readonly "request.end": { readonly route: string; readonly status: number };
}

/** Defines them. */
export function benchTogether(bench: DefineBenchmark): void {
  bench("Observability Core Integration", {
    setup: () => {
      const registry = new Registry(), ring = new SpanRing(16), bus = new EventBus<Requests>(), heard = { ends: 0 };
      bus.on("request.end", ({ status }) => {
        if (status === 200) heard.ends++;
      });
      const route = { route: "/orders/:id" }, labels = ["route"] as const, unit = "seconds";
      return {
        requests: registry.counter({ name: "requests_total", help: "Requests", labels }).with(route),
        inFlight: registry.upDownCounter({ name: "requests_in_flight", help: "Requests under way" }),
        seconds: registry.histogram({ name: "request_seconds", help: "How long", unit, labels }).with(route),
        tracer: new TracerProvider({ spanProcessors: [ring] }).getTracer("bench"),
        ring,
        bus,
        heard,
      };
    },
  }, ({ requests, inFlight, seconds, tracer, ring, bus, heard }) => {
    const { value } = requests, { sum } = seconds, { total } = ring, { ends } = heard;
    inFlight.inc();
    const underWay = inFlight.value, span = tracer.startSpan("GET /orders/:id");
    span.setAttribute("http.response.status_code", 200);
    requests.inc();
    seconds.observe(0.25);
    span.end();
    inFlight.dec();
    bus.emit("request.end", { route: "/orders/:id", status: 200 });
    return underWay === 1 && inFlight.value === 0 && requests.value === value + 1 && seconds.sum === sum + 0.25 &&
      ring.total === total + 1 && heard.ends === ends + 1;
  });
}
