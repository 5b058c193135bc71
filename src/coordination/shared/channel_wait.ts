/**
 * Waiting at one end of a shared channel, with the thread or as a promise.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import { type LineNode, WaitLine } from "../wait_line.ts";
import { Waiter, type WaitOptions, type WaitTimeoutError } from "../waiter.ts";
import type { SharedWords } from "./atomic_memory.ts";
import { mayBlock } from "./blocking.ts";
import type { RingEnd } from "./channel_ring.ts";
import { LOOK_MS } from "./lock_line.ts";

/** What somebody waits to do. */
export interface Errand<Result> {
  /** Whether it is worth while to try, while the thread spins. */
  readonly mayTry: () => boolean;
  /** Does it; `undefined` if it cannot be done now. Throws if it can never be done. */
  readonly attempt: () => Result | undefined;
  /** Says that somebody will sleep; answers the value of the word to sleep on, or `undefined` to try again. */
  readonly announce: () => number | undefined;
}

/** Looks before a thread that waits goes to sleep; from one to the next it pauses twice as often, up to the most. */
const LOOKS = 20;
const FIRST_PAUSES = 4;
const MOST_PAUSES = 64;

/** Does an errand as soon as that can be done; the thread spins for a moment, then sleeps. */
export function waitBlocking<Result>(memory: SharedWords, { mayTry, attempt, announce }: Errand<Result>, wait: {
  /** The word to sleep on. */
  readonly at: number;
  readonly timeoutMs: number;
  /** What is waited at, in errors. */
  readonly what: string;
  readonly timeoutError: () => WaitTimeoutError;
}): Result {
  const { at, timeoutMs } = wait, endMs = timeoutMs < Infinity ? performance.now() + timeoutMs : Infinity;
  for (;;) {
    spin(memory, mayTry);
    const result = attempt();
    if (result !== undefined) return result;
    mayBlock(wait.what);
    const sequence = announce();
    if (sequence === undefined) continue;
    const leftMs = endMs < Infinity ? endMs - performance.now() : LOOK_MS;
    if (leftMs <= 0) throw wait.timeoutError();
    memory.wait(at, sequence, Math.min(leftMs, LOOK_MS)); // a notification is lost if its sender dies first
  }
}

/** Lets the other side go on for a while: to do something for each message of its makes both slower. */
function spin(memory: SharedWords, mayTry: () => boolean): void {
  for (let look = 0, pauses = FIRST_PAUSES; look < LOOKS && !mayTry(); look++) {
    for (let i = 0; i < pauses; i++) memory.pause();
    pauses = Math.min(2 * pauses, MOST_PAUSES);
  }
}

/** Somebody in line, whatever the errand answers. */
interface InLine extends LineNode<InLine> {
  /** Whether its signal is aborted, and has not told it yet. */
  readonly isAborted: boolean;
  /** Does the errand, if that can be done now: then it is out of `line`, and has its answer. */
  serve(line: WaitLine<InLine>): boolean;
  /** As the errand's. */
  announce(): number | undefined;
  /** Ends the wait with an error. */
  refuse(error: unknown): void;
  /** Ends the wait of one that {@linkcode isAborted}. */
  refuseAborted(): void;
}

/** The tasks of one thread that wait at one end of a channel, in order of arrival. A timer keeps the program alive meanwhile. */
export class ChannelQueue implements TimerTask {
  readonly #memory: SharedWords;
  readonly #end: RingEnd;
  readonly #line = new WaitLine<InLine>();
  readonly #timeoutError: (timeoutMs: number) => WaitTimeoutError;
  #timer: Timer | undefined = undefined;
  /** Whether a wait is pending on the end's word. It ends with the next wake-up there. */
  #isPending = false;

  /** Nobody waits yet. */
  constructor(memory: SharedWords, end: RingEnd, timeoutError: (timeoutMs: number) => WaitTimeoutError) {
    this.#memory = memory;
    this.#end = end;
    this.#timeoutError = timeoutError;
  }

  /** How many wait. */
  get size(): number {
    return this.#line.size;
  }

  /** Waits behind the others until the errand is done; the options have been checked. */
  stand<Result>(errand: Errand<Result>, options: WaitOptions | undefined): Waiter<Result> {
    const waiter = new ChannelWaiter(this, errand, this.#timeoutError);
    this.#line.insertAfter(this.#line.last, waiter);
    this.#timer ??= timers.schedule(LOOK_MS, this);
    if (this.#line.size === 1) this.#serve();
    waiter.watch(options);
    return waiter;
  }

  /** Takes somebody out of the line. */
  leave(waiter: InLine): void {
    const wasFirst = this.#line.first === waiter;
    this.#line.remove(waiter);
    if (this.#line.size === 0) this.#rest();
    else if (wasFirst) this.#serve(); // the next one may want less room
  }

  /** Called by the timer: a notification is lost if its sender dies before it was sent. */
  fire(): void {
    this.#timer = timers.schedule(LOOK_MS, this);
    this.#serve();
  }

  /** Does what can be done, in order, and sleeps when no more can. */
  #serve(): void {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      if (first.isAborted) {
        this.#line.remove(first);
        first.refuseAborted();
        continue;
      }
      try {
        if (!first.serve(this.#line) && this.#sleep(first)) return;
      } catch (error) {
        this.#line.remove(first);
        first.refuse(error);
      }
    }
    this.#rest();
  }

  /** False if there is something to do after all. */
  #sleep(first: InLine): boolean {
    const sequence = first.announce();
    if (sequence === undefined) return false;
    if (this.#isPending) return true;
    const { async, value } = Atomics.waitAsync(this.#memory.words, this.#end.sequenceAt, sequence);
    if (!async) return false;
    this.#isPending = true;
    value.then(() => {
      this.#isPending = false;
      this.#serve();
    });
    return true;
  }

  #rest(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
    // Nobody waits for it any more, and it cannot be called off: so it is woken, and with it whoever sleeps there, who looks again.
    if (this.#isPending) this.#memory.notify(this.#end.sequenceAt, Infinity);
  }
}

/** A task that waits at one end of a channel. */
class ChannelWaiter<Result> extends Waiter<Result> implements InLine {
  previous: InLine | undefined = undefined;
  next: InLine | undefined = undefined;
  readonly #queue: ChannelQueue;
  readonly #errand: Errand<Result>;
  readonly #timeoutError: (timeoutMs: number) => WaitTimeoutError;

  constructor(queue: ChannelQueue, errand: Errand<Result>, timeoutError: (timeoutMs: number) => WaitTimeoutError) {
    super();
    this.#queue = queue;
    this.#errand = errand;
    this.#timeoutError = timeoutError;
  }

  serve(line: WaitLine<InLine>): boolean {
    const result = this.#errand.attempt();
    if (result === undefined) return false;
    line.remove(this);
    this.grant(result);
    return true;
  }

  announce(): number | undefined {
    return this.#errand.announce();
  }

  protected override leave(): void {
    this.#queue.leave(this);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return this.#timeoutError(timeoutMs);
  }
}
