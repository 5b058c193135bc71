/**
 * Waits that end in time.
 *
 * @module
 */

import { requireNumber } from "../../reliability/require_number.ts";
import { type Timer, timers } from "../../reliability/timer_wheel.ts";

/** Does as `act` does, but rejects with a `TimeoutError` after so many milliseconds; what was begun is not called off. */
export async function withinTime(
  what: string,
  timeoutMs: number,
  act: () => Promise<void> | undefined,
): Promise<void> {
  requireNumber("timeoutMs", timeoutMs, "duration");
  const doing = act();
  if (doing === undefined) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const message = `Cannot ${what} in time: ${timeoutMs} ms are over; raise timeoutMs or look at the exporter`;
  const timer: Timer = timers.schedule(timeoutMs, {
    fire: () => reject(new DOMException(message, "TimeoutError")),
  });
  doing.then(resolve, reject);
  try {
    await promise;
  } finally {
    timers.cancel(timer);
  }
}
