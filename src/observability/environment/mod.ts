/**
 * Configuration by OpenTelemetry's environment variables.
 *
 * @module
 */

export { ConsoleSpanProcessor } from "./console_span_processor.ts";
export type { Environment, EnvironmentOptions } from "./environment.ts";
export { type MetricsAddress, metricsAddressFromEnvironment } from "./metrics_from_environment.ts";
export {
  type EnvironmentTracing,
  tracingFromEnvironment,
  type TracingFromEnvironmentOptions,
} from "./tracing_from_environment.ts";
