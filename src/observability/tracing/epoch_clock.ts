/**
 * Times of spans.
 *
 * @module
 */

import type { HrTime, TimeInput } from "@opentelemetry/api";

/** How long an anchor is trusted before it is compared with the wall clock. */
const CHECK_EVERY_MS = 1000;
/** The wall clock tells whole milliseconds, and may be read a little later than the steady one. */
const TOLERATED_MS = 10;

/** The two clocks that a {@linkcode EpochClock} reads, in milliseconds. */
export interface ClockSources {
  /** A clock that never goes back, as `performance.now`. */
  steady(): number;
  /** The time since 1970, as `Date.now`; may be set at any time. */
  wall(): number;
}

const SYSTEM: ClockSources = { steady: () => performance.now(), wall: () => Date.now() };

/**
 * Reads a steady clock, and tells what the readings are since 1970.
 *
 * A trace takes its anchor, the steady clock's zero since 1970, when its first span in this process starts, and keeps it:
 * its spans are in order whatever happens to the wall clock. The anchor is `performance.timeOrigin` at first. When the
 * wall clock is found more than 10 ms off, because it was set or the machine slept, later traces get a new one; that is
 * looked at by the first trace after each second.
 */
export class EpochClock {
  readonly #sources: ClockSources;
  #offsetMs: number;
  #checkAtMs: number;

  /** Anchors it. */
  constructor(sources: ClockSources = SYSTEM) {
    this.#sources = sources;
    const reading = sources.steady();
    this.#offsetMs = sources === SYSTEM ? performance.timeOrigin : sources.wall() - reading;
    this.#checkAtMs = reading;
  }

  /** A reading of the steady clock, in milliseconds. */
  now(): number {
    return this.#sources.steady();
  }

  /** The anchor for a trace that starts at this reading: add it to readings to get milliseconds since 1970. */
  anchorAt(reading: number): number {
    if (reading >= this.#checkAtMs) {
      this.#checkAtMs = reading + CHECK_EVERY_MS;
      const offsetMs = this.#sources.wall() - reading;
      if (Math.abs(offsetMs - this.#offsetMs) > TOLERATED_MS) this.#offsetMs = offsetMs;
    }
    return this.#offsetMs;
  }
}

/** A reading with its anchor as seconds and nanoseconds since 1970: in two parts, as one number would blur 244 ns. */
export function hrTimeOf(offsetMs: number, reading: number): HrTime {
  const seconds = Math.floor((offsetMs + reading) / 1000);
  const nanos = Math.round((offsetMs - seconds * 1000 + reading) * 1e6);
  if (nanos >= 1e9) return [seconds + 1, nanos - 1e9];
  return nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
}

/** Whether it is a pair of whole seconds and nanoseconds. */
export function isHrTime(time: unknown): time is HrTime {
  try {
    return Array.isArray(time) && time.length === 2 && Number.isFinite(time[0]) && Number.isFinite(time[1]);
  } catch {
    return false; // a proxy
  }
}

/** Whether it is a time in any of the forms that `TimeInput` allows. */
export function isTimeInput(time: unknown): time is TimeInput {
  return typeof time === "number" || isDate(time) || isHrTime(time);
}

function isDate(time: unknown): time is Date {
  try {
    return time instanceof Date && typeof time.getTime() === "number";
  } catch {
    return false;
  }
}

/**
 * A time that somebody gave as a reading of the steady clock; `NaN` for one that is none.
 *
 * As for OpenTelemetry's own tracer, a number that is not above the clock's present reading is a reading itself, and
 * any other counts milliseconds since 1970.
 */
export function readingOf(time: TimeInput, offsetMs: number, nowMs: number): number {
  if (typeof time === "number") return time <= nowMs ? time : time - offsetMs;
  if (isDate(time)) return time.getTime() - offsetMs;
  return isHrTime(time) ? time[0] * 1000 - offsetMs + time[1] / 1e6 : NaN;
}

/** How long it is from one time to a later one. */
export function hrDifference(from: HrTime, to: HrTime): HrTime {
  const seconds = to[0] - from[0], nanos = to[1] - from[1];
  return nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
}

/** Milliseconds of it. */
export function msOfHrTime(time: HrTime): number {
  return time[0] * 1000 + time[1] / 1e6;
}
