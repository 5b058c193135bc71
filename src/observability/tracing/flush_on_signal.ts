/**
 * The last spans of a process.
 *
 * @module
 */

import { drainOnSignal, type SignalDrain } from "../../coordination/agent_pool/drain_on_signal.ts";
import type { TracerProvider } from "./tracer_provider.ts";

/**
 * Shuts a provider down when the system asks the process to end, so that its last spans are exported. It does not end the
 * process; see `drainOnSignal` for the rest.
 *
 * @param provider Whose spans.
 * @param signal Which signal. Default `SIGTERM`.
 * @param options `deadlineMs`: how long it may take, in milliseconds; finite, above 0. Default 10,000.
 * @throws {TypeError} Outside of Deno and Node.js.
 * @throws {RangeError} If `deadlineMs` is out of range.
 */
export function flushOnSignal(
  provider: TracerProvider,
  signal: "SIGTERM" | "SIGINT" | "SIGHUP" = "SIGTERM",
  { deadlineMs = 10_000 }: { readonly deadlineMs?: number } = {},
): SignalDrain<void> {
  const drain = () => provider.shutdown({ timeoutMs: deadlineMs });
  return drainOnSignal({ drain }, signal, { deadlineMs });
}
