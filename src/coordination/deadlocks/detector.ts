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
import { foundValue } from "../found_value.ts";
import { requireOptions } from "../require_options.ts";

/** What to do about deadlocks. */
export interface DeadlockOptions {
  /**
   * Is told of each circle, once: of those that are certain, and of those that are only possible, as {@linkcode DeadlockReport.certain}
   * tells. By default it is written to the console as a warning, unless a waiter is refused.
   */
  readonly onDeadlock?: (report: DeadlockReport) => void;
  /**
   * Whether the wait of a circle that began last ends with a {@linkcode DeadlockError}, so that the others go on; only if the circle is
   * certain. If some of its waits have a time limit, and so are prepared to fail, it is the last of these. Default `"none"`.
   */
  readonly refuse?: "youngest" | "none";
  /**
   * What is assumed of owners. `"tasks"`: each name is of one task, as locks take it too, where it is an error to enter twice; and a wait
   * with a time limit may as well end with a {@linkcode DeadlockError} now as with a time-out later. `"nothing"`: several tasks may share
   * a name, and what has a time limit goes on in its own way; then only a circle of waits without `timeoutMs`, each by an owner whose
   * name {@linkcode uniqueOwner} made, is certain. Default `"tasks"`.
   */
  readonly assume?: "tasks" | "nothing";
  /** Whether the report has the stack where each wait began, at some microseconds for every wait with an owner. Default false. */
  readonly stacks?: boolean;
}

/** A detector that is on, until it is disposed of. */
export interface DeadlockDetector extends Disposable {
  /** How many owners wait. */
  readonly waiting: number;
  /** How many circles were found that are certain. */
  readonly found: number;
  /** How many were found besides that are possible. */
  readonly suspected: number;
  /** Ends it; a second call changes nothing. */
  stop(): void;
}

/**
 * Looks for deadlocks from now on, in this isolate: among all waits and holdings with an `owner`, of every lock, quota, pool
 * and bulkhead.
 *
 * A wait is looked at in the microtask after it has begun, before any timer or message, together with all that began in the same
 * turn: at a few steps for each holder and waiter in their way. While there is no detector, none of this costs anything.
 *
 * **Certain** is a circle each of whose owners is one task that does nothing but wait for one thing. None of them is ever served unless
 * one gives up: it is told as soon as it is closed, and only here is anybody refused. What may come from outside makes no difference: a
 * `signal` or a timer that calls a wait off, a limit or a capacity that is raised.
 *
 * **Possible** is any other circle; it is told, and nobody is refused. An owner with several waits, or who does something meanwhile,
 * may go on by itself; so may whoever waits for an `AgentPool` or a `Bulkhead`, as calls of these need not be awaited, and a state of an
 * agent that waits for a pool, as other states may work meanwhile in the same name.
 *
 * **Names.** By default an owner is taken for one task. If several share a name, one may hold what the other waits for, and still work:
 * requests of one tenant, or branches under `Promise.all`. Where that is so, give each task a name by {@linkcode uniqueOwner}, and say
 * `assume: "nothing"`: then what is certain is so whatever the program does. Either way, what an owner with a plain name holds of a
 * quota, a pool or a bulkhead never keeps it from more of the same, as tenants are usual there.
 *
 * Taken to go on some time, so that a circle through it is not found: what has no owner; waits that began before the detector was on, and
 * what a pool or bulkhead had granted by then; leases that a pool may take back, and those of a `LeaseLock`; primitives that nobody holds,
 * as events, latches, barriers and channels. A pool of resources is looked at by its sums: a wait that only its place in line or the split
 * over nodes holds up is taken to end. Of several circles through the same waits, some are told.
 *
 * @throws {Error} If there is a detector already.
 * @throws {TypeError} If `refuse` or `assume` is none of the words above.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { DeadlockError, detectDeadlocks } from "./mod.ts";
 * import { Mutex } from "../mutex.ts";
 *
 * using detector = detectDeadlocks({ refuse: "youngest" });
 * const accounts = new Mutex({ name: "accounts" }), orders = new Mutex({ name: "orders" });
 * const billing = { owner: "billing" }, shipping = { owner: "shipping" };
 * const first = await accounts.acquire(billing), second = await orders.acquire(shipping);
 *
 * const waits = orders.acquire(billing);
 * await assertRejects(() => accounts.acquire(shipping), DeadlockError, 'waits for the mutex "accounts" and holds the mutex "orders"');
 * assertEquals(detector.found, 1);
 * first.release();
 * second.release(); // shipping gives up, and billing goes on
 * (await waits).release();
 * ```
 */
export function detectDeadlocks(options: DeadlockOptions = {}): DeadlockDetector {
  requireOptions("detect deadlocks", options);
  requireOneOf("refuse", options.refuse, ["youngest", "none"]);
  requireOneOf("assume", options.assume, ["tasks", "nothing"]);
  if (waitWatch.current !== undefined) {
    throw new Error("Cannot detect deadlocks twice: a detector is on already; stop() it first, or use that one");
  }
  const detector = new Detector(options);
  waitWatch.current = detector;
  return detector;
}

function requireOneOf(option: string, found: unknown, words: readonly string[]): void {
  if (found === undefined || words.some((word) => word === found)) return;
  throw new TypeError(
    `Cannot detect deadlocks with ${option} ${foundValue(found)}: expected ${
      words.map((word) => `"${word}"`).join(" or ")
    }`,
  );
}

class Detector implements DeadlockDetector, WaitWatch {
  readonly #graph: WaitGraph;
  readonly #options: DeadlockOptions;
  readonly #waits = new Map<OwnedWait, Wait>();
  /** Waits of circles that were told: as certain, and at all. */
  readonly #toldCertain = new WeakSet<Wait>();
  readonly #told = new WeakSet<Wait>();
  /** Whose waits to look at, before the turn ends. */
  readonly #suspects = new Set<string>();
  found = 0;
  suspected = 0;

  constructor(options: DeadlockOptions) {
    this.#options = options;
    this.#graph = new WaitGraph(options.assume ?? "tasks");
  }

  get waiting(): number {
    return this.#graph.size;
  }

  begins(waiting: OwnedWait, target: Contested): void {
    const wait = { waiting, target, at: this.#options.stacks === true ? stackHere() : undefined, isLoose: false };
    this.#waits.set(waiting, wait);
    this.#graph.add(wait);
    this.#suspect(waiting.owner);
  }

  ends(waiting: OwnedWait): void {
    const wait = this.#waits.get(waiting);
    if (wait === undefined) return; // it began before the detector was on
    this.#waits.delete(waiting);
    this.#graph.delete(wait);
    if (this.#graph.isWaiting(waiting.owner)) this.#suspect(waiting.owner); // what it could still go on with is gone
  }

  holds(owner: string): void {
    if (!this.#graph.isWaiting(owner)) return;
    this.#graph.loosen(owner);
    this.#suspect(owner);
  }

  narrows(target: Contested): void {
    for (const wait of this.#waits.values()) if (wait.target === target) this.#suspect(wait.waiting.owner);
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
      for (const owner of this.#suspects) if (!stuck.has(owner)) this.#suspects.delete(owner);
      const surely = this.#graph.surelyStuckWith(this.#suspects), circle = this.#newCircle(surely, this.#toldCertain);
      if (circle !== undefined) {
        this.#report(circle, surely, true);
        continue;
      }
      const possible = this.#newCircle(stuck, this.#told);
      if (possible === undefined) this.#suspects.clear();
      else this.#report(possible, stuck, false);
    }
  }

  /** A circle with suspects in it, or behind it, that was not told. */
  #newCircle(stuck: ReadonlySet<string>, told: WeakSet<Wait>): readonly Wait[] | undefined {
    const walked = new Set<string>();
    for (const owner of this.#suspects) {
      const circle = stuck.has(owner) ? this.#graph.cycle(owner, stuck, walked) : [];
      if (!circle.every((wait) => told.has(wait))) return circle;
    }
    return undefined;
  }

  #report(circle: readonly Wait[], stuck: ReadonlySet<string>, certain: boolean): void {
    for (const wait of circle) {
      this.#told.add(wait);
      if (certain) this.#toldCertain.add(wait);
    }
    if (certain) this.found++;
    else this.suspected++;
    const victim = certain && this.#options.refuse === "youngest" ? this.#youngest(circle) : undefined;
    const knot = this.#graph.dependedOnBy(circle.map(({ waiting }) => waiting.owner)).filter((owner) =>
      stuck.has(owner)
    );
    const refused = victim?.waiting.owner;
    const report = { certain, circle: circleFrom(victim, circle), stuck: knot, refused };
    victim?.waiting.giveUp(new DeadlockError(report));
    this.#tell(report);
  }

  /** The wait that began last; of those with a time limit, if there are any: nobody else need fail for them. */
  #youngest(circle: readonly Wait[]): Wait | undefined {
    const limited = circle.filter(({ waiting }) => waiting.isLimited),
      waits = new Set(limited.length > 0 ? limited : circle);
    return [...this.#waits.values()].findLast((wait) => waits.has(wait)); // they are in the order in which they began
  }

  #tell(report: DeadlockReport): void {
    const { onDeadlock } = this.#options;
    try {
      if (onDeadlock !== undefined) onDeadlock(report);
      else if (report.refused === undefined) console.warn(warningOf(report));
    } catch (error) {
      queueMicrotask(() => { // nobody's to catch, and no reason to miss another circle
        throw error;
      });
    }
  }
}

function warningOf(report: DeadlockReport): string {
  const circle = describeCircle(report);
  return report.certain ? `Deadlock: ${circle}` : `Possible deadlock: ${circle}; nobody is refused, ` +
    "as not each owner is known to be one task that does nothing but wait for this";
}

/** The circle in words, told from one of its waits on. */
function circleFrom(first: Wait | undefined, circle: readonly Wait[]): DeadlockedOwner[] {
  const start = first === undefined ? 0 : circle.indexOf(first);
  const waits = [...circle.slice(start), ...circle.slice(0, start)],
    targets = new Set(waits.map(({ target }) => target));
  return waits.map(({ waiting: { owner, share }, target, at }) => ({
    owner,
    waitsFor: shareOf(target, share),
    holds: [...targets].flatMap((held) =>
      [...held.holdings()].filter((holding) => holding.owner === owner).map((holding) => shareOf(held, holding.share))
    ),
    at,
  }));
}

function shareOf({ noun, name, key }: Contested, share: Share): ContestedShare {
  return key === undefined ? { noun, name, share } : { noun, name, key, share };
}

function stackHere(): string | undefined {
  return new Error("waits here").stack;
}
