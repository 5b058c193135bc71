/** Time that a test moves: timers and `performance.now()`. */
import fakeTimers from "@sinonjs/fake-timers";
import { setImmediate } from "node:timers/promises";

/** Fakes time until it is disposed. */
export class FakeTime {
  readonly #clock = fakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });

  /** Moves time on, after what was written has been read. */
  async tick(ms: number): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    this.#clock.tick(ms);
  }

  /** Gives the real time back. */
  [Symbol.dispose](): void {
    this.#clock.uninstall();
  }
}
