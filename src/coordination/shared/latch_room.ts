/**
 * How a latch between threads is counted down.
 *
 * @module
 */

import { OWN_AT } from "./monitor_layout.ts";
import { MonitorRoom, type RoomHost } from "./monitor_room.ts";

const COUNT_AT = OWN_AT;

/** A count that opens a room when it comes to 0. */
export class LatchRoom {
  readonly room: MonitorRoom<true>;
  readonly #host: RoomHost;

  /** Opens it. */
  constructor(host: RoomHost) {
    this.#host = host;
    this.room = new MonitorRoom<true>(host, {
      rule: "pass",
      state: () => `it is to be counted down ${this.count} times more`,
      granted: () => true,
      mend: () => { // somebody died who had opened it, but not said so
        if (this.room.monitor.free === 1) host.memory.store(COUNT_AT, 0);
      },
    });
  }

  /** How often it is still to be counted down. */
  get count(): number {
    return this.#host.memory.load(COUNT_AT);
  }

  /** Says how often it is to be counted down; before anybody else knows of it. */
  start(count: number): void {
    this.#host.memory.store(COUNT_AT, count);
  }

  /** Counts down, to 0 at most; answers what is left. */
  countDown(times: number): number {
    const { monitor } = this.room;
    monitor.enter();
    const left = Math.max(0, this.count - times);
    if (left === 0) monitor.setFree(1); // first: who dies now leaves it open too early by one, not closed for ever
    this.#host.memory.store(COUNT_AT, left);
    monitor.leave();
    return left;
  }
}
