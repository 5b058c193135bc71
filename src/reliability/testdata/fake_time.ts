/**
 * Time that moves when a test says so.
 *
 * @module
 */

import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate } from "node:timers";

/** The real one, whatever is faked. */
const turn = setImmediate;

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => void turn(resolve));
}

/** Runs `body` under a clock of its own; `tick` moves it, and then lets promises settle. */
export async function withFakeTime(body: (tick: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    await settle();
    await body(async (ms) => {
      clock.tick(ms);
      await settle();
    });
    clock.runAll();
  } finally {
    clock.uninstall();
  }
}
