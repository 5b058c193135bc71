/**
 * Real threads that share a rate.
 *
 * @module
 */

import {
  type SharedHandle,
  SharedRateLimiter,
  type SharedRateLimiterOptions,
} from "../../src/coordination/shared/mod.ts";
import { Crew } from "../threads/crew.ts";
import { VirtualTime, type VirtualTimeMemory } from "./virtual_time.ts";

/** By what threads call. */
export interface CallingHandle {
  /** What lets them through, or not. */
  readonly limiter: SharedHandle<"rate limiter">;
  /** Its clock. */
  readonly time: VirtualTimeMemory;
}

/** How often each thread calls in a round. Each call takes a millisecond of virtual time. */
const CALLS = 500;

/** Calls in real time, of which as many are let through as virtual time allows. */
export class CallingCrew {
  readonly #crew: Crew;
  readonly #time: VirtualTime;
  readonly #intervalMs: number;
  readonly #allowed: number;
  #nextMs: number | undefined = undefined;

  private constructor(crew: Crew, time: VirtualTime, { intervalMs, allowed }: { intervalMs: number; allowed: number }) {
    this.#crew = crew;
    this.#time = time;
    this.#intervalMs = intervalMs;
    this.#allowed = allowed;
  }

  /**
   * Starts the threads.
   *
   * @param threads How many: they call for a whole number of virtual seconds.
   * @param callsPerSecond How many calls a second, over all threads, may be let through, evenly: a divisor of 1,000.
   * @param rate What is in the place of that rate, to see that it is noticed.
   */
  static async muster(
    threads: number,
    callsPerSecond: number,
    rate: Pick<SharedRateLimiterOptions, "limit" | "burst"> = { limit: callsPerSecond, burst: 1 },
  ): Promise<CallingCrew> {
    const calls = threads * CALLS, memory = VirtualTime.memory(calls), time = new VirtualTime(memory);
    const limiter = SharedRateLimiter.create({ ...rate, clock: () => time.tellMs() });
    const handle: CallingHandle = { limiter: limiter.handle, time: memory };
    const worker = new URL("./calling_worker.ts", import.meta.url);
    const crew = await Crew.muster({ threads, times: CALLS, room: threads, worker, handle, isAtRest: () => true });
    const allowed = calls * callsPerSecond / 1_000;
    return new CallingCrew(crew, time, { intervalMs: 1_000 / callsPerSecond, allowed });
  }

  /**
   * Lets every thread call as often as it is to; whether exactly those calls were let through that the rate allows, at the very
   * moments at which it does, so that there were never more in any second.
   */
  async round(): Promise<boolean> {
    await this.#crew.round();
    const notesMs = this.#time.takeNotesMs(), firstMs = this.#nextMs ?? notesMs[0] ?? 0;
    this.#nextMs = firstMs + notesMs.length * this.#intervalMs;
    return notesMs.length === this.#allowed && notesMs.every((ms, place) => ms === firstMs + place * this.#intervalMs);
  }

  /** Ends the threads. */
  dismiss(): Promise<void> {
    return this.#crew.dismiss();
  }
}
