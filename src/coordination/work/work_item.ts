/**
 * What stands in a work queue, and what a caller says about it.
 *
 * @module
 */

import type { RetryHistory } from "../../reliability/retry_plan.ts";
import { NORMAL_LEVEL, priorityLevel, type WaitPriority } from "../priority.ts";
import type { RankedNode } from "../ranked_line.ts";
import type { DueNode } from "./due_heap.ts";
import { foundValue } from "../found_value.ts";
import { requireOptions } from "../require_options.ts";

/** What is said of an item when it is added. */
export interface WorkItemOptions {
  /** How urgent it is; equals are taken in the order in which they became ready. Default `"normal"`. */
  readonly priority?: WaitPriority | undefined;
  /** How long until it can be taken, in milliseconds; finite, at least 0. Default 0. */
  readonly delayMs?: number | undefined;
  /** While an item with the same key is in the queue, waiting or taken, another is not added. A string that is not empty. */
  readonly key?: string | undefined;
}

/** What became of an item that was offered. */
export interface WorkTicket {
  /** The item's number, from 1, never used twice in one queue; of a duplicate, that of the item that was there before. */
  readonly id: number;
  /** Whether an item with the same key was in the queue, so that this one was left out. */
  readonly isDuplicate: boolean;
}

/** An item that was checked, but has no number yet. */
export interface WorkOffer<Data> {
  readonly data: Data;
  readonly level: number;
  readonly delayMs: number;
  readonly key: string | undefined;
}

const PLAIN: WorkItemOptions = {};

/**
 * Checks what was said about an item.
 *
 * @throws {RangeError} If `delayMs` is out of range.
 * @throws {TypeError} If `key` or `priority` is none.
 */
export function workOffer<Data>(data: Data, options: WorkItemOptions = PLAIN): WorkOffer<Data> {
  const { priority, delayMs = 0, key } = requireOptions("add work", options);
  requireDelay("delayMs", delayMs);
  if (key !== undefined && (typeof key !== "string" || key === "")) {
    throw new TypeError(
      `Cannot add work with key ${
        foundValue(key)
      }: expected a string that is not empty; leave it out to add duplicates too`,
    );
  }
  return { data, level: priority === undefined ? NORMAL_LEVEL : priorityLevel(priority), delayMs, key };
}

/**
 * Checks a length of time.
 *
 * @throws {RangeError} If it is negative or not finite.
 */
export function requireDelay(name: string, delayMs: number): void {
  if (delayMs >= 0 && delayMs < Infinity) return;
  throw new RangeError(`Cannot use ${name} ${delayMs}: expected a finite number of milliseconds, at least 0`);
}

/** An item in a queue. It stands in the ready line, or in the heap of what falls due, or nowhere any more. */
export class WorkEntry<Data> implements RankedNode<WorkEntry<Data>>, DueNode {
  previous: WorkEntry<Data> | undefined = undefined;
  next: WorkEntry<Data> | undefined = undefined;
  overtaken = 0;
  place = -1;
  dueAtMs = 0;
  /** `taken`: somebody has it, and it falls due when it comes back. */
  state: "ready" | "delayed" | "taken" | "done" = "delayed";
  /** How often it has been taken. */
  deliveries = 0;
  /** How many of these count as attempts: not those that were released. */
  attempts = 0;
  /** How those of them that failed were retried, once one has. */
  retries: RetryHistory | undefined = undefined;
  /** Who took it last, if that was told. */
  owner: string | undefined = undefined;
  takenAtMs = 0;
  readonly data: Data;
  readonly level: number;
  readonly key: string | undefined;

  /** `order` is its number in the queue. */
  constructor(readonly order: number, { data, level, key }: WorkOffer<Data>) {
    this.data = data;
    this.level = level;
    this.key = key;
  }
}
