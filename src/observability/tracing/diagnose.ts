/**
 * What tracing says of itself.
 *
 * @module
 */

import { diag } from "@opentelemetry/api";
import { tellSafely } from "../tell_safely.ts";

/** Tells OpenTelemetry's `diag`, whose logger may throw. */
export function diagnose(level: "debug" | "warn" | "error", message: string, detail?: unknown): void {
  tellSafely((message) => detail === undefined ? diag[level](message) : diag[level](message, detail), message);
}
