/**
 * Waiting at one end of a shared channel, with the thread or as a promise.
 *
 * @module
 */

import type { Timer, TimerTask, TimerWheel } from "../../reliability/timer_wheel.ts";
import { type LineNode, WaitLine } from "../wait_line.ts";
import { Waiter, type WaitOptions, type WaitTimeoutError } from "../waiter.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import type { RingEnd } from "./channel_ring.ts";
import { LOOK_MS } from "./lock_line.ts";
import type { WaitBoard } from "./wait_board.ts";

/** What somebody waits to do. */
export interface Errand<Result> {
  /** Whether it is worth while to try, while the thread spins. */
  readonly mayTry: () => boolean;
  /**
   * Does it; `undefined` if it cannot be done now. Throws if it can never be done. `record` is where it is written on the board that
   * this waits; `undefined` if it has not waited yet.
   */
  readonly attempt: (record: number | undefined) => Result | undefined;
  /** Says that somebody will sleep; answers the value of the word to sleep on, or `undefined` to try again. */
  readonly announce: () => number | undefined;
}

/** Where the waits at an end are: what threads share, and what this thread has. Tests put a model in the place of it. */
export interface QueueHost {
  readonly memory: AtomicMemory;
  readonly end: RingEnd;
  readonly timers: Pick<TimerWheel, "schedule" | "cancel">;
  /** Tells milliseconds. */
  readonly clock: () => number;
  /** Where it is written on who waits, and what for. */
  readonly board: Pick<WaitBoard, "enter" | "leave">;
  readonly want: number;
  /** Called when somebody has given up. */
  readonly gaveUp: (cause: "timeout" | "abort") => void;
  /** Called whenever the thread is about to sleep; throws if it may not. */
  readonly parks: () => void;
  readonly timeoutError: (timeoutMs: number) => WaitTimeoutError;
  /** Looks before a thread sleeps; none on a model. Default 20. */
  readonly looks?: number;
}

/** Looks before a thread that waits goes to sleep; from one to the next it pauses twice as often, up to the most. */
const LOOKS = 20;
const FIRST_PAUSES = 4;
const MOST_PAUSES = 64;

/** Somebody in line, whatever the errand answers. */
interface InLine extends LineNode<InLine> {
  /** Where it stands on the board; `undefined` before it does. */
  record: number | undefined;
  /** Whether its signal is aborted, and has not told it yet. */
  readonly isAborted: boolean;
  /** Does the errand, if that can be done now, or never: then it is out of `line`, and has its answer. */
  serve(line: WaitLine<InLine>): boolean;
  /** As the errand's. */
  announce(): number | undefined;
  /** Ends the wait of one that {@linkcode isAborted}. */
  refuseAborted(): void;
}

/**
 * The waits of one thread at one end of a channel: of its tasks, in order of arrival, and of itself.
 *
 * However many tasks wait, one wait is pending on the end's word, so one that gives up takes nothing with it. A timer keeps the program
 * alive while anybody waits.
 */
export class ChannelQueue implements TimerTask {
  readonly host: QueueHost;
  readonly #line = new WaitLine<InLine>();
  #timer: Timer | undefined = undefined;
  /** Whether a wait is pending on the end's word. It ends with the next wake-up there. */
  #isPending = false;

  /** Nobody waits yet. */
  constructor(host: QueueHost) {
    this.host = host;
  }

  /** How many tasks wait. */
  get size(): number {
    return this.#line.size;
  }

  /** Does an errand as soon as that can be done; the thread spins for a moment, then sleeps. It waits behind none of its tasks. */
  block<Result>(errand: Errand<Result>, { timeoutMs = Infinity }: Pick<WaitOptions, "timeoutMs"> = {}): Result {
    const { memory, end, clock, board, want, gaveUp, parks, timeoutError } = this.host;
    const endMs = timeoutMs < Infinity ? clock() + timeoutMs : Infinity;
    let record: number | undefined = undefined;
    try {
      for (;;) {
        this.#spin(errand.mayTry);
        const result = errand.attempt(record);
        if (result !== undefined) return result;
        parks();
        const sequence = errand.announce();
        if (sequence === undefined) continue;
        const leftMs = endMs < Infinity ? endMs - clock() : LOOK_MS;
        if (leftMs <= 0) {
          gaveUp("timeout");
          throw timeoutError(timeoutMs);
        }
        record ??= board.enter(want);
        memory.wait(end.sequenceAt, sequence, Math.min(leftMs, LOOK_MS)); // a notification is lost if its sender dies first
      }
    } finally {
      if (record !== undefined) board.leave(record);
    }
  }

  /** Waits behind the other tasks until the errand is done; the options have been checked. */
  stand<Result>(errand: Errand<Result>, options?: WaitOptions): Waiter<Result> {
    const { timers, board, want } = this.host, waiter = new ChannelWaiter(this, errand);
    this.#line.insertAfter(this.#line.last, waiter);
    this.#timer ??= timers.schedule(LOOK_MS, this);
    if (this.#line.size === 1) this.#serve();
    if (this.#line.last === waiter) waiter.record = board.enter(want);
    waiter.watch(options);
    return waiter;
  }

  /** Takes somebody out of the line. */
  leave(waiter: InLine, cause: "timeout" | "abort"): void {
    const wasFirst = this.#line.first === waiter;
    this.#line.remove(waiter);
    this.#wipe(waiter);
    this.host.gaveUp(cause);
    if (this.#line.size === 0) this.#rest();
    else if (wasFirst) this.#serve(); // the next one may want less room
  }

  /** Called by the timer: a notification is lost if its sender dies before it was sent. */
  fire(): void {
    this.#timer = this.host.timers.schedule(LOOK_MS, this);
    this.#serve();
  }

  /** Lets the other side go on for a while: to do something for each message of its makes both slower. */
  #spin(mayTry: () => boolean): void {
    const { memory, looks = LOOKS } = this.host;
    for (let look = 0, pauses = FIRST_PAUSES; look < looks && !mayTry(); look++) {
      for (let i = 0; i < pauses; i++) memory.pause();
      pauses = Math.min(2 * pauses, MOST_PAUSES);
    }
  }

  /** Does what can be done, in order, and sleeps when no more can. */
  #serve(): void {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      if (first.isAborted) {
        this.#line.remove(first);
        this.host.gaveUp("abort");
        first.refuseAborted();
      } else if (!first.serve(this.#line)) {
        if (this.#sleep(first)) return;
        continue;
      }
      this.#wipe(first);
    }
    this.#rest();
  }

  /** False if there is something to do after all. */
  #sleep(first: InLine): boolean {
    const sequence = first.announce();
    if (sequence === undefined) return false;
    this.#isPending ||= this.host.memory.waitAsync(this.host.end.sequenceAt, sequence, () => {
      this.#isPending = false;
      this.#serve();
    });
    return this.#isPending;
  }

  #wipe({ record }: InLine): void {
    if (record !== undefined) this.host.board.leave(record);
  }

  #rest(): void {
    const { memory, end, timers } = this.host;
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
    // Nobody waits for it any more, and it cannot be called off: so it is woken, and with it whoever sleeps there, who looks again.
    if (this.#isPending) memory.notify(end.sequenceAt, Infinity);
  }
}

/** A task that waits at one end of a channel. */
class ChannelWaiter<Result> extends Waiter<Result> implements InLine {
  previous: InLine | undefined = undefined;
  next: InLine | undefined = undefined;
  record: number | undefined = undefined;
  readonly #queue: ChannelQueue;
  readonly #errand: Errand<Result>;

  constructor(queue: ChannelQueue, errand: Errand<Result>) {
    super();
    this.#queue = queue;
    this.#errand = errand;
  }

  serve(line: WaitLine<InLine>): boolean {
    let result: Result | undefined;
    try {
      result = this.#errand.attempt(this.record);
    } catch (error) {
      line.remove(this);
      this.refuse(error);
      return true;
    }
    if (result === undefined) return false;
    line.remove(this);
    this.grant(result);
    return true;
  }

  announce(): number | undefined {
    return this.#errand.announce();
  }

  protected override leave(cause: "timeout" | "abort"): void {
    this.#queue.leave(this, cause);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return this.#queue.host.timeoutError(timeoutMs);
  }
}
