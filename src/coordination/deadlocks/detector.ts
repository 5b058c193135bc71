/**
 * Finds owners that wait for each other in a circle.
 *
 * @module
 */

import type { Contested, OwnedWait, Share } from "./contested.ts";
import {
  type ContestedShare,
  type DeadlockedOwner,
  DeadlockError,
  type DeadlockReport,
  describeCircle,
} from "./deadlock.ts";
import { type Wait, WaitGraph } from "./wait_graph.ts";
import { type WaitWatch, waitWatch } from "./watch.ts";

/** What to do about deadlocks. */
export interface DeadlockOptions {
  /** Is told of each circle, once. By default it is written to the console as a warning, unless a waiter is refused. */
  readonly onDeadlock?: (report: DeadlockReport) => void;
  /** Whether the wait of the circle that began last ends with a {@linkcode DeadlockError}, so that the others go on. Default `"none"`. */
  readonly refuse?: "youngest" | "none";
  /** Whether the report has the stack where each wait began, at some microseconds for every wait with an owner. Default false. */
  readonly stacks?: boolean;
}

/** A detector that is on, until it is disposed of. */
export interface DeadlockDetector extends Disposable {
  /** How many owners wait. */
  readonly waiting: number;
  /** How many circles were found. */
  readonly found: number;
  /** Ends it; a second call changes nothing. */
  stop(): void;
}

/**
 * Looks for deadlocks from now on, in this isolate: among all waits and holdings with an `owner`, of every lock and pool.
 *
 * A wait is looked at in the microtask after it has begun, before any timer or message, together with all that began in the same
 * turn: at a few steps for each holder and waiter in their way. What has no owner, and primitives that nobody holds (events, latches,
 * barriers, channels), are taken to go on some time; so nobody is accused who could still be served, and a circle through these is not
 * found. While there is no detector, none of this costs anything.
 *
 * An owner is one line of work: while it waits it is taken to do nothing else, so give parallel branches names of their own. But of a
 * pool of resources and of a `Quota` one owner may hold several shares by tasks that know nothing of each other, as the runs of an agent
 * do: so what it holds there never keeps it from more of the same, and only others can close a circle. Tenants who each hold a share
 * and wait for more than is left beside the others' shares still are one.
 *
 * @throws {Error} If there is a detector already.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { DeadlockError, detectDeadlocks } from "./mod.ts";
 * import { Mutex } from "../mutex.ts";
 *
 * using detector = detectDeadlocks({ refuse: "youngest" });
 * const accounts = new Mutex({ name: "accounts" }), orders = new Mutex({ name: "orders" });
 * const first = await accounts.acquire({ owner: "billing" });
 * using _second = await orders.acquire({ owner: "shipping" });
 *
 * const billing = orders.acquire({ owner: "billing" });
 * await assertRejects(() => accounts.acquire({ owner: "shipping" }), DeadlockError, '"shipping" waits for the mutex "accounts"');
 * assertEquals(detector.found, 1);
 * first.release();
 * _second.release(); // shipping gives up, and billing goes on
 * (await billing).release();
 * ```
 */
export function detectDeadlocks(options: DeadlockOptions = {}): DeadlockDetector {
  if (waitWatch.current !== undefined) {
    throw new Error("Cannot detect deadlocks twice: a detector is on already; stop() it first, or use that one");
  }
  const detector = new Detector(options);
  waitWatch.current = detector;
  return detector;
}

class Detector implements DeadlockDetector, WaitWatch {
  readonly #graph = new WaitGraph();
  readonly #options: DeadlockOptions;
  readonly #waits = new Map<OwnedWait, Wait>();
  /** Waits of circles that were reported. */
  readonly #reported = new WeakSet<Wait>();
  /** Whose waits to look at, before the turn ends. */
  readonly #suspects = new Set<string>();
  found = 0;

  constructor(options: DeadlockOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#graph.size;
  }

  begins(waiting: OwnedWait, target: Contested): void {
    const wait = { waiting, target, at: this.#options.stacks === true ? stackHere() : undefined };
    this.#waits.set(waiting, wait);
    this.#graph.add(wait);
    this.#suspect(waiting.owner);
  }

  ends(waiting: OwnedWait): void {
    const wait = this.#waits.get(waiting);
    if (wait === undefined) return; // it began before the detector was on
    this.#waits.delete(waiting);
    this.#graph.delete(wait);
  }

  holds(owner: string): void {
    if (this.#graph.isWaiting(owner)) this.#suspect(owner);
  }

  stop(): void {
    if (waitWatch.current === this) waitWatch.current = undefined;
    this.#suspects.clear();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  /** Looks at an owner's waits when whoever called the primitive has come to an end with it. */
  #suspect(owner: string): void {
    if (this.#suspects.size === 0) queueMicrotask(() => this.#investigate());
    this.#suspects.add(owner);
  }

  /** Looks at all suspects together, and again after each circle, as whoever was told of it may have changed anything. */
  #investigate(): void {
    while (this.#suspects.size > 0) {
      const stuck = this.#graph.stuckWith(this.#suspects);
      const circle = this.#newCircle(stuck);
      if (circle !== undefined) this.#report(circle, stuck);
    }
  }

  /** The next circle that was not reported; those who wait in no such circle are suspects no longer. */
  #newCircle(stuck: ReadonlySet<string>): readonly Wait[] | undefined {
    const walked = new Set<string>();
    for (const owner of this.#suspects) {
      const circle = stuck.has(owner) ? this.#graph.cycle(owner, stuck, walked) : [];
      if (!circle.every((wait) => this.#reported.has(wait))) return circle;
      this.#suspects.delete(owner);
    }
    return undefined;
  }

  #report(circle: readonly Wait[], stuck: ReadonlySet<string>): void {
    for (const wait of circle) this.#reported.add(wait);
    this.found++;
    const victim = this.#options.refuse === "youngest" ? this.#youngest(circle) : undefined;
    const knot = this.#graph.dependedOnBy(circle.map(({ waiting }) => waiting.owner)).filter((owner) =>
      stuck.has(owner)
    );
    const report = reportOf(from(victim, circle), knot, victim?.waiting.owner);
    if (victim !== undefined) {
      for (const { waiting } of circle) this.#suspects.add(waiting.owner); // there may be another circle among the rest
      victim.waiting.giveUp(new DeadlockError(report));
    }
    this.#tell(report);
  }

  #youngest(circle: readonly Wait[]): Wait | undefined {
    const waits = new Set(circle);
    return [...this.#waits.values()].findLast((wait) => waits.has(wait)); // they are in the order in which they began
  }

  #tell(report: DeadlockReport): void {
    const { onDeadlock } = this.#options;
    try {
      if (onDeadlock !== undefined) onDeadlock(report);
      else if (report.refused === undefined) console.warn(`Deadlock: ${describeCircle(report)}`);
    } catch (error) {
      queueMicrotask(() => { // nobody's to catch, and no reason to miss another circle
        throw error;
      });
    }
  }
}

/** The circle, told from one of its waits on. */
function from(first: Wait | undefined, circle: readonly Wait[]): readonly Wait[] {
  const at = first === undefined ? 0 : circle.indexOf(first);
  return [...circle.slice(at), ...circle.slice(0, at)];
}

function reportOf(circle: readonly Wait[], stuck: readonly string[], refused: string | undefined): DeadlockReport {
  const targets = new Set(circle.map(({ target }) => target));
  return {
    circle: circle.map(({ waiting: { owner, share }, target, at }): DeadlockedOwner => ({
      owner,
      waitsFor: shareOf(target, share),
      holds: [...targets].flatMap((held) =>
        [...held.holdings()].filter((holding) => holding.owner === owner).map((holding) => shareOf(held, holding.share))
      ),
      at,
    })),
    stuck,
    refused,
  };
}

function shareOf({ noun, name, key }: Contested, share: Share): ContestedShare {
  return key === undefined ? { noun, name, share } : { noun, name, key, share };
}

function stackHere(): string | undefined {
  return new Error("waits here").stack;
}
