/**
 * How the phases of a barrier between threads follow each other, and how it breaks.
 *
 * @module
 */

import { SharedBarrierBrokenError } from "./errors.ts";
import { OWN_AT } from "./monitor_layout.ts";
import { MonitorRoom, type RoomHost } from "./monitor_room.ts";

const BROKEN_AT = OWN_AT;

/** A room that everybody leaves when all have come; whoever leaves it before breaks it. */
export class BarrierRoom {
  readonly room: MonitorRoom<boolean>;
  readonly parties: number;
  /** To be taken from the room: the caller's phase, which passes as soon as it is not the present one; the last one begins the next. */
  readonly arrival = (): number => this.#arrive();
  readonly #host: RoomHost;
  #isLast = false;

  /** Opens it. */
  constructor(host: RoomHost, parties: number) {
    this.#host = host;
    this.parties = parties;
    this.room = new MonitorRoom<boolean>(host, {
      rule: "phase",
      state: () => `${this.room.waiters} of ${parties} parties have arrived`,
      granted: () => {
        const isLast = this.#isLast;
        this.#isLast = false;
        return isLast;
      },
      refused: () => this.#brokenError(),
      deserted: () => this.#desert(),
      mend: () => { // somebody died who had broken it, but not told everybody
        if (this.broken) this.room.monitor.refuseAll();
      },
    });
  }

  /** Whether a party has left before all had come. */
  get broken(): boolean {
    return this.#host.memory.load(BROKEN_AT) === 1;
  }

  /** Breaks it. */
  break(): void {
    const { monitor } = this.room;
    monitor.enter();
    this.#desert();
    monitor.leave();
  }

  /** Makes it whole again, with nobody in it. */
  reset(): void {
    const { monitor } = this.room;
    monitor.enter();
    monitor.refuseAll();
    this.#host.memory.store(BROKEN_AT, 0);
    monitor.leave();
  }

  #desert(): void {
    this.#host.memory.store(BROKEN_AT, 1);
    this.room.monitor.refuseAll();
  }

  #arrive(): number {
    const { monitor } = this.room, phase = monitor.free;
    if (this.broken) throw this.#brokenError();
    this.#isLast = monitor.line.count + 1 === this.parties;
    if (this.#isLast) monitor.setFree((phase + 1) | 0);
    return phase;
  }

  #brokenError(): SharedBarrierBrokenError {
    return new SharedBarrierBrokenError(this.#host.what());
  }
}
