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

/**
 * Where OpenTelemetry's environment variables want metrics served for Prometheus: by `OTEL_EXPORTER_PROMETHEUS_HOST` and
 * `OTEL_EXPORTER_PROMETHEUS_PORT` if `OTEL_METRICS_EXPORTER` names `prometheus`; `undefined` otherwise, or if `OTEL_SDK_DISABLED` is true.
 * They are read now and never again; a wrong value is warned of and not used. Metrics are not pushed, so there is no `otlp`.
 *
 * @param environment Default: that of the process, which takes the permission to read it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { metricsHandler, Registry } from "../metrics/mod.ts";
 * import { metricsAddressFromEnvironment } from "./mod.ts";
 *
 * const environment = new Map([["OTEL_METRICS_EXPORTER", "prometheus"], ["OTEL_EXPORTER_PROMETHEUS_PORT", "0"]]);
 * const address = metricsAddressFromEnvironment(environment);
 * assertEquals(address, { hostname: "localhost", port: 0 });
 * await using server = Deno.serve({ ...address, onListen: () => {} }, metricsHandler(new Registry()));
 * ```
 */
export function metricsAddressFromEnvironment(
  environment: Environment = PROCESS_ENVIRONMENT,
  options: EnvironmentOptions = {},
): MetricsAddress | undefined {
  const read = new EnvironmentReader(environment, options);
  if (read.flag("OTEL_SDK_DISABLED")) return undefined;
  if (read.choices("OTEL_METRICS_EXPORTER", ["prometheus", "none"])?.includes("prometheus") !== true) return undefined;
  return {
    hostname: read.text("OTEL_EXPORTER_PROMETHEUS_HOST") ?? "localhost",
    port: read.integer("OTEL_EXPORTER_PROMETHEUS_PORT", { min: 0, max: 65_535 }) ?? 9464,
  };
}
