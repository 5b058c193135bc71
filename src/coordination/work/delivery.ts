/**
 * An item of a work queue in the hands of whoever took it.
 *
 * @module
 */

import { RetryHistory } from "../../reliability/retry_plan.ts";
import { requireDelay, type WorkEntry } from "./work_item.ts";

/** What a delivery needs of its queue. */
export interface DeliveryDesk<Data> {
  /** How long it may be held when it is extended without saying for how long, in milliseconds. */
  readonly visibilityMs: number;
  /** Takes the item out for good. */
  finish(entry: WorkEntry<Data>): void;
  /** Puts the item back, to be taken again after a while. */
  putBack(entry: WorkEntry<Data>, delayMs: number): void;
  /** Gives the holder so much more time from now on. */
  extend(entry: WorkEntry<Data>, visibilityMs: number): void;
}

/** How a delivery's item was retried so far: kept with the item, whoever has it next. For work processors. */
export let historyOf: <Data>(delivery: Delivery<Data>) => RetryHistory;

/**
 * One taking of an item. Its holder ends it once: with {@linkcode ack} if the work is done, else with {@linkcode
 * giveBack}, or with {@linkcode release} if that was no attempt; whoever does none of this
 * loses it after the queue's `visibilityMs`, and somebody else takes it. All methods are O(log n).
 */
export class Delivery<Data> implements Disposable {
  /** The item's number in its queue. */
  readonly id: number;
  /** What was added. */
  readonly data: Data;
  /** The key it was added with. */
  readonly key: string | undefined;
  /** How urgent it is, as a number: low 0, normal 1, high 2, critical 3. */
  readonly priority: number;
  /** Which attempt at the item this is, from 1: how often it has been taken, but for those who released it. */
  readonly attempt: number;
  static {
    historyOf = (delivery) => {
      const entry = delivery.#held();
      return entry === undefined ? new RetryHistory() : entry.retries ??= new RetryHistory();
    };
  }

  readonly #desk: DeliveryDesk<Data>;
  readonly #taking: number; // tells it from others with the same attempt
  #entry: WorkEntry<Data> | undefined;

  /** Made by the queue, which has counted it. */
  constructor(desk: DeliveryDesk<Data>, entry: WorkEntry<Data>) {
    this.id = entry.order;
    this.data = entry.data;
    this.key = entry.key;
    this.priority = entry.level;
    this.attempt = entry.attempts;
    this.#taking = entry.deliveries;
    this.#desk = desk;
    this.#entry = entry;
  }

  /** Whether it is still its holder's: not ended, and not taken by somebody else since. */
  get isHeld(): boolean {
    return this.#held() !== undefined;
  }

  /**
   * Says that the work is done: the item leaves the queue for good.
   *
   * Counts even after `visibilityMs`, as long as nobody else has taken the item: then nobody need do it twice.
   *
   * @returns Whether it counted; if not, somebody else has the item, or the delivery had ended.
   */
  ack(): boolean {
    const entry = this.#entry;
    this.#entry = undefined;
    if (entry === undefined || entry.state === "done" || entry.deliveries !== this.#taking) return false;
    this.#desk.finish(entry);
    return true;
  }

  /**
   * Puts the item back, behind its equals.
   *
   * @param delayMs How long until it can be taken again, in milliseconds; finite, at least 0.
   * @returns Whether it was still this holder's to give.
   * @throws {RangeError} If `delayMs` is out of range.
   */
  giveBack(delayMs = 0): boolean {
    requireDelay("delayMs", delayMs);
    const entry = this.#held();
    this.#entry = undefined;
    if (entry === undefined) return false;
    this.#desk.putBack(entry, delayMs);
    return true;
  }

  /**
   * Puts the item back, behind its equals, as if it had not been taken: the attempt does not count. For holders that end
   * before they are done through no fault of the item.
   *
   * @returns Whether it was still this holder's to give.
   */
  release(): boolean {
    const entry = this.#held();
    this.#entry = undefined;
    if (entry === undefined) return false;
    entry.attempts--; // before somebody else can take it
    this.#desk.putBack(entry, 0);
    return true;
  }

  /**
   * Asks for more time.
   *
   * @param visibilityMs How long from now on, in milliseconds; finite, at least 0. Default: the queue's.
   * @returns Whether it was still this holder's.
   * @throws {RangeError} If `visibilityMs` is out of range.
   */
  extend(visibilityMs?: number): boolean {
    if (visibilityMs !== undefined) requireDelay("visibilityMs", visibilityMs);
    const entry = this.#held();
    if (entry === undefined) return false;
    this.#desk.extend(entry, visibilityMs ?? this.#desk.visibilityMs);
    return true;
  }

  /** Gives the item back, unless the delivery has ended. */
  [Symbol.dispose](): void {
    this.giveBack();
  }

  #held(): WorkEntry<Data> | undefined {
    const entry = this.#entry;
    return entry !== undefined && entry.state === "taken" && entry.deliveries === this.#taking ? entry : undefined;
  }
}
