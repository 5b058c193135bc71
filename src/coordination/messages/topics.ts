/**
 * Messages for whoever wants them.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import type { PrimitiveOptions } from "../primitive.ts";
import { ownWaitOptions, requireNotAborted, type WaitOptions } from "../waiter.ts";
import { type SubscribeOptions, Subscription, type SubscriptionSnapshot } from "./subscription.ts";
import { patternLevels, topicLevels } from "./topic_pattern.ts";
import { requireOptions } from "../require_options.ts";

/** What became of a message. */
export interface PublishReport {
  /** How many subscribers have it in their queue, or have received it. */
  readonly delivered: number;
  /** How many had no room and dropped this message, or ended while it waited for them. */
  readonly dropped: number;
}

/** How topics stand. */
export interface TopicsSnapshot {
  /** What they are. */
  readonly type: "topics";
  /** What people call them. */
  readonly name: string | undefined;
  /** Who is subscribed, in the order in which they did. */
  readonly subscriptions: readonly SubscriptionSnapshot[];
  /** What has happened since they were made, those included that have ended since. */
  readonly totals: {
    /** How many messages were published. */
    readonly published: number;
    /** How many were taken by a subscriber, one counted for each. */
    readonly delivered: number;
    /**
     * How many a subscriber had no room for and dropped, or ended meanwhile; older ones that it dropped for them are
     * counted by its own snapshot.
     */
    readonly dropped: number;
    /** How many did not reach a subscriber, of which its publisher was told by an error. */
    readonly failed: number;
  };
}

/** Thrown to a publisher when all subscribers were served but for some, that had no room in time. */
export class DeliveryError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "delivery_failed";

  /** Words the message; `errors` has a reason for each subscriber that was not served. */
  constructor(topic: string, readonly report: PublishReport, readonly errors: readonly unknown[]) {
    super(
      `Cannot deliver a message of "${topic}" to ${errors.length} of its subscribers: they had no room; ` +
        `publish slower, or let them drop some (${report.delivered} others have it)`,
      { cause: errors[0] },
    );
  }
}

/** Subscribers by the levels of their patterns. */
class Branch<Message> {
  readonly next = new Map<string, Branch<Message>>();
  readonly subscriptions = new Map<Subscription<Message>, number>();
}

/**
 * Topics with hierarchical names, and subscribers to patterns of them: `orders.*.created`, `orders.#`.
 *
 * - **Order.** Each subscriber receives messages in the order in which `publish` was called, whatever the topics,
 *   those that wait for its room
 *   included; under a policy that drops, without those that were dropped. A message is offered to subscribers in the order in
 *   which they subscribed, whatever their patterns.
 * - **Isolation.** Each has a queue and a policy of its own. Everybody who has room gets a message at once: one
 *   that is slow, full or throws holds
 *   up no other, at most a publisher that awaits `publish` to a subscriber that asked for `"wait"`.
 * - **At most once**, and only while subscribed: nothing is kept for later subscribers.
 * - **Cost.** Publishing visits as many branches as patterns can match, at most 2 for each prefix and level, and
 *   not the subscribers to other topics.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Topics } from "./topics.ts";
 *
 * const topics = new Topics<number>();
 * using all = topics.subscribe("orders.#");
 * using latest = topics.subscribe("orders.*.price", { capacity: 1, overflow: "drop_oldest" });
 * await topics.publish("orders.eu.price", 7);
 * assertEquals(await topics.publish("orders.eu.price", 8), { delivered: 2, dropped: 0 });
 * assertEquals([all.size, latest.dropped, latest.tryReceive()], [2, 1, { topic: "orders.eu.price", message: 8 }]);
 * ```
 */
export class Topics<Message> {
  /** What people call them. */
  readonly name: string | undefined;
  readonly #root = new Branch<Message>();
  readonly #subscriptions = new Set<Subscription<Message>>();
  readonly #timing: PrimitiveOptions;
  readonly #totals = { published: 0, delivered: 0, dropped: 0, failed: 0 };
  #lastId = 0;

  /** Nobody has subscribed yet; with `timing: "on"` a snapshot tells how long somebody has waited. */
  constructor(options: PrimitiveOptions = {}) {
    this.name = requireOptions("make topics", options).name;
    this.#timing = options;
  }

  /** How many subscriptions there are. */
  get subscribers(): number {
    return this.#subscriptions.size;
  }

  /**
   * Subscribes from now on.
   *
   * @throws {TypeError} If the pattern or `overflow` is none.
   * @throws {RangeError} If `capacity` is out of range.
   */
  subscribe(pattern: string, options: SubscribeOptions<Message> = {}): Subscription<Message> {
    const levels = patternLevels(pattern);
    const subscription = new Subscription<Message>(
      pattern,
      options,
      (ended) => this.#remove(levels, ended),
      this.#timing,
    );
    let branch = this.#root;
    for (const level of levels) {
      let next = branch.next.get(level);
      if (next === undefined) branch.next.set(level, next = new Branch());
      branch = next;
    }
    branch.subscriptions.set(subscription, ++this.#lastId);
    this.#subscriptions.add(subscription);
    if (options.signal?.aborted) subscription[Symbol.dispose]();
    return subscription;
  }

  /**
   * Publishes a message: everybody who has room gets it before this returns; then it waits for those who asked for that.
   *
   * @throws {DeliveryError} If some had no room in time, or asked for an error; all others have been served.
   * @throws {TypeError} If the topic is none.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, if it was aborted before.
   */
  async publish(topic: string, message: Message, options: WaitOptions = {}): Promise<PublishReport> {
    const own = ownWaitOptions(options);
    requireNotAborted(own.signal);
    const matching = this.#match(topic);
    this.#totals.published++;
    const answers = matching.map((subscription) => subscription.offer({ topic, message }, own));
    const waiting = answers.filter((answer) => answer instanceof Promise);
    if (waiting.length === 0) return this.#count(reportOf(answers.map((answer) => answer === true)), 0);
    const settled = await Promise.allSettled(answers);
    const errors = settled.flatMap((answer) => answer.status === "rejected" ? [answer.reason] : []);
    const taken = settled.flatMap((answer) => answer.status === "fulfilled" ? [answer.value] : []);
    const report = this.#count(reportOf(taken), errors.length);
    if (errors.length > 0) throw new DeliveryError(topic, report, errors);
    return report;
  }

  /** How they stand; walks along all subscriptions and those who wait for them. */
  snapshot(): TopicsSnapshot {
    const subscriptions = [...this.#subscriptions].map((subscription) => subscription.snapshot());
    return { type: "topics", name: this.name, subscriptions, totals: { ...this.#totals } };
  }

  #count(report: PublishReport, failed: number): PublishReport {
    this.#totals.delivered += report.delivered;
    this.#totals.dropped += report.dropped;
    this.#totals.failed += failed;
    return report;
  }

  /** Who would get a message, in the order in which they subscribed. */
  #match(topic: string): Subscription<Message>[] {
    const found: [Subscription<Message>, number][] = [];
    let branches = [this.#root];
    const collect = (branch: Branch<Message> | undefined) => {
      for (const entry of branch?.subscriptions ?? []) found.push(entry); // one by one: they may be too many for arguments
    };
    for (const level of topicLevels(topic)) {
      const further: Branch<Message>[] = [];
      for (const { next } of branches) {
        collect(next.get("#"));
        for (const branch of [next.get(level), next.get("*")]) if (branch !== undefined) further.push(branch);
      }
      branches = further;
    }
    for (const branch of branches) {
      collect(branch);
      collect(branch.next.get("#"));
    }
    return found.sort(([, one], [, other]) => one - other).map(([subscription]) => subscription);
  }

  #remove(levels: readonly string[], subscription: Subscription<Message>): void {
    const path = [this.#root];
    for (const level of levels) {
      const next = path.at(-1)?.next.get(level);
      if (next === undefined) return;
      path.push(next);
    }
    path.at(-1)?.subscriptions.delete(subscription);
    this.#subscriptions.delete(subscription);
    for (let depth = levels.length; depth > 0; depth--) { // what nobody subscribes to any more vanishes
      const branch = path[depth]!;
      if (branch.subscriptions.size > 0 || branch.next.size > 0) return;
      path[depth - 1]!.next.delete(levels[depth - 1]!);
    }
  }
}

function reportOf(taken: readonly boolean[]): PublishReport {
  const delivered = taken.filter((isTaken) => isTaken).length;
  return { delivered, dropped: taken.length - delivered };
}
