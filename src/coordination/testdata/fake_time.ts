/**
 * Time that moves when a test says so.
 *
 * @module
 */

import FakeTimers from "@sinonjs/fake-timers";

/** Runs a test under a fake clock. */
export async function withFakeTime(
  body: (clock: ReturnType<typeof FakeTimers.install>) => Promise<void>,
): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    await body(clock);
  } finally {
    clock.uninstall();
  }
}
