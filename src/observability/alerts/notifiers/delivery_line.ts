/**
 * What waits to be delivered.
 *
 * @module
 */

import type { WaitOptions } from "../../../coordination/waiter.ts";
import type { DeadLetterQueue } from "../../../reliability/dead_letter_queue.ts";
import type { Policy } from "../../../reliability/policy.ts";
import { requireNumber } from "../../../reliability/require_number.ts";
import type { BackoffOptions } from "../../../reliability/retry.ts";
import { retry } from "../../../reliability/retry_calls.ts";
import { timeout } from "../../../reliability/timeout.ts";
import { wrap } from "../../../reliability/wrap.ts";
import { waitWithin } from "../../wait_within.ts";
import { ReceiverError } from "./receiver_error.ts";

/** What was not delivered. */
export interface UndeliveredItem<Item> {
  /** What. */
  readonly item: Item;
  /** There was no room for it, or it has failed for good, or the notifier was disposed of. */
  readonly reason: "full" | "failed" | "stopped";
  /** What it has failed with last. */
  readonly error: unknown;
}

/** How hard a notifier tries. */
export interface DeliverySettings<Item> {
  /** How much may wait to be delivered; for more, the oldest gives way and is counted. An integer of at least 1. Default 1,000. */
  readonly maxQueue?: number;
  /** How long one try may take, in milliseconds; above 0. Default 10,000. */
  readonly timeoutMs?: number;
  /**
   * How a try that failed is repeated. What a receiver refuses for good, by 4xx, is not. Default: 5 retries, after about 1, 2, 4, 8
   * and 16 seconds, or as `retry-after` says.
   */
  readonly retry?: BackoffOptions;
  /** Where what was not delivered is kept. By default it is lost, and counted. */
  readonly deadLetters?: DeadLetterQueue<Item>;
  /** Told of what was not delivered; what it throws is ignored. */
  readonly onUndelivered?: (undelivered: UndeliveredItem<Item>) => void;
}

/** How deliveries stand. */
export interface DeliverySnapshot {
  /** How many wait, those under way included. */
  readonly queued: number;
  /** How many were delivered. */
  readonly delivered: number;
  /** How many were replaced by news of the same alert before they were sent. */
  readonly replaced: number;
  /** How many were given up after their last try. */
  readonly failed: number;
  /** How many gave way because too many waited, or were left at the end. */
  readonly dropped: number;
  /** How many tries have failed. */
  readonly failedTries: number;
}

/** What is delivered, and how. */
export interface DeliveryMethod<Item> {
  /** The source of its dead letters. */
  readonly name: string;
  /** How many go together. */
  readonly maxBatch: number;
  /** What is replaced by a newer one, as long as it waits; by default nothing. */
  readonly keyOf?: (item: Item) => string;
  /** Delivers them. */
  readonly deliver: (items: readonly Item[], signal: AbortSignal) => Promise<void>;
}

/** A bounded line, delivered one batch after another, so in order; `add` never waits and never throws. */
export class DeliveryLine<Item> implements Disposable {
  readonly #method: DeliveryMethod<Item>;
  readonly #settings: DeliverySettings<Item>;
  readonly #maxQueue: number;
  readonly #policy: Policy;
  readonly #waiting = new Map<string, Item>();
  readonly #stop = new AbortController();
  #work: Promise<void> | undefined = undefined;
  #underWay = 0;
  #lastKey = 0;
  #counts = { delivered: 0, replaced: 0, failed: 0, dropped: 0, failedTries: 0 };

  /**
   * Makes an empty one.
   *
   * @throws {RangeError} If a setting is out of range.
   */
  constructor(method: DeliveryMethod<Item>, settings: DeliverySettings<Item>) {
    const { maxQueue = 1_000, timeoutMs = 10_000, retry: backoff = { maxRetries: 5, initialDelayMs: 1_000 } } =
      settings;
    this.#maxQueue = requireNumber(`maxQueue of notifier "${method.name}"`, maxQueue, "count");
    this.#method = method;
    this.#settings = settings;
    const isFinal = (error: unknown) => error instanceof ReceiverError && error.isFinal;
    this.#policy = wrap(
      retry({ ...backoff, rules: [{ matches: isFinal, maxRetries: 0 }] }),
      timeout(timeoutMs, { mode: "aggressive", name: `notifier "${method.name}"` }),
    );
  }

  /** Puts one in line. */
  add(item: Item): void {
    if (this.#stop.signal.aborted) return this.#drop(item, "stopped");
    const key = this.#method.keyOf?.(item) ?? String(++this.#lastKey);
    if (this.#waiting.has(key)) this.#counts.replaced++;
    else if (this.#waiting.size >= this.#maxQueue) this.#dropOldest();
    this.#waiting.set(key, item);
    this.#work ??= this.#deliverAll();
  }

  /** Waits until nothing waits any more. */
  async flush(options: WaitOptions = {}): Promise<void> {
    await waitWithin(this.#work ?? Promise.resolve(), `deliveries of notifier "${this.#method.name}"`, options);
  }

  /** How it stands. */
  snapshot(): DeliverySnapshot {
    return { queued: this.#waiting.size + this.#underWay, ...this.#counts };
  }

  /** Calls off what is under way, and drops what waits. */
  [Symbol.dispose](): void {
    this.#stop.abort(new Error(`notifier "${this.#method.name}" was disposed of`));
    for (const [key, item] of this.#waiting) {
      this.#waiting.delete(key);
      this.#drop(item, "stopped");
    }
  }

  async #deliverAll(): Promise<void> {
    await Promise.resolve(); // what is told in one turn goes together
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, this.#method.maxBatch);
      for (const [key] of batch) this.#waiting.delete(key);
      this.#underWay = batch.length;
      await this.#deliver(batch.map(([, item]) => item));
      this.#underWay = 0;
    }
    this.#work = undefined;
  }

  async #deliver(items: readonly Item[]): Promise<void> {
    let tries = 0;
    try {
      await this.#policy.execute(async ({ signal }) => {
        if (tries++ > 0) this.#counts.failedTries++;
        await this.#method.deliver(items, signal);
      }, { signal: this.#stop.signal });
      this.#counts.delivered += items.length;
    } catch (error) {
      this.#counts.failedTries++;
      const isStopped = this.#stop.signal.aborted;
      if (isStopped) this.#counts.dropped += items.length;
      else this.#counts.failed += items.length;
      for (const item of items) {
        this.#bury({ item, reason: isStopped ? "stopped" : "failed", error }, Math.max(1, tries));
      }
    }
  }

  #dropOldest(): void {
    for (const [key, item] of this.#waiting) {
      this.#waiting.delete(key);
      return this.#drop(item, "full");
    }
  }

  #drop(item: Item, reason: "full" | "stopped"): void {
    this.#counts.dropped++;
    const why = reason === "full" ? `more than ${this.#maxQueue} were waiting` : "it was disposed of";
    this.#bury({ item, reason, error: new Error(`Cannot deliver by notifier "${this.#method.name}": ${why}`) }, 1);
  }

  #bury(undelivered: UndeliveredItem<Item>, attempts: number): void {
    const { item, error } = undelivered;
    this.#settings.deadLetters?.add({ source: this.#method.name, payload: item, error, attempts });
    try {
      this.#settings.onUndelivered?.(undelivered);
    } catch {
      // whoever listens does no harm to what is delivered
    }
  }
}
