/**
 * Virtual time for what waits.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { timers } from "../../../reliability/timer_wheel.ts";

/** Time that passes a millisecond at a time, and lets promises settle after each. */
export interface FakeTime {
  /** What `performance.now` tells. */
  now(): number;
  /** Lets time pass, in whole milliseconds. */
  pass(ms: number): Promise<void>;
}

/** Lets promises settle that need nothing but turns. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await undefined;
}

/** Runs `body` under virtual time that begins at 0, and checks that it leaves no timer. */
export async function withFakeTime(body: (time: FakeTime) => Promise<void>): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    await body({
      now: () => performance.now(),
      async pass(ms) {
        await settle();
        for (; ms > 0; ms--) {
          clock.tick(1);
          await settle();
        }
      },
    });
    assertEquals(timers.size, 0, "no timer is left");
  } finally {
    clock.uninstall();
  }
}
