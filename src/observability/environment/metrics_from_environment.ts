/**
 * Where metrics are served, as the environment has it.
 *
 * @module
 */

import { type Environment, type EnvironmentOptions, EnvironmentReader, PROCESS_ENVIRONMENT } from "./environment.ts";

/** Where metrics are to be served. */
export interface MetricsAddress {
  /** Default `"localhost"`. */
  readonly hostname: string;
  /** Default 9464. */
  readonly port: number;
}

const HINTS = {
  otlp: "metrics are not pushed; take prometheus, and let a collector's Prometheus receiver scrape this process",
  console: "metrics are not printed; take prometheus, and look at them in a browser",
};

/**
 * Where OpenTelemetry's environment variables want metrics served for Prometheus: by `OTEL_EXPORTER_PROMETHEUS_HOST` and
 * `OTEL_EXPORTER_PROMETHEUS_PORT` if `OTEL_METRICS_EXPORTER` names `prometheus`; `undefined` otherwise, or if `OTEL_SDK_DISABLED` is true.
 * They are read now and never again; a wrong value is warned of and not used. Metrics are not pushed, so there is no `otlp`: what wants
 * OTLP takes it from a collector whose Prometheus receiver scrapes this address.
 *
 * @param environment Default: that of the process, which takes the permission to read it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { metricsAddressFromEnvironment } from "./mod.ts";
 *
 * const environment = new Map([["OTEL_METRICS_EXPORTER", "prometheus"], ["OTEL_EXPORTER_PROMETHEUS_PORT", "9500"]]);
 * const address = metricsAddressFromEnvironment(environment); // Deno.serve(address, metricsHandler(registry))
 * assertEquals(address, { hostname: "localhost", port: 9500 });
 * ```
 */
export function metricsAddressFromEnvironment(
  environment: Environment = PROCESS_ENVIRONMENT,
  options: EnvironmentOptions = {},
): MetricsAddress | undefined {
  const read = new EnvironmentReader(environment, options);
  if (read.flag("OTEL_SDK_DISABLED")) return undefined;
  const exporters = read.choices("OTEL_METRICS_EXPORTER", ["prometheus", "none"], HINTS) ?? [];
  if (!exporters.includes("prometheus")) return undefined;
  return {
    hostname: read.text("OTEL_EXPORTER_PROMETHEUS_HOST") ?? "localhost",
    port: read.integer("OTEL_EXPORTER_PROMETHEUS_PORT", { min: 0, max: 65_535 }) ?? 9464,
  };
}
