/**
 * Waiters and scripts for tests: what happens to a queue, as data.
 *
 * @module
 */

import fc from "fast-check";
import type { Demand } from "../../placement/placement.ts";
import type { Candidate, WaitQueue } from "../ordering.ts";
import type { QueueEntry } from "../queue_entry.ts";
import type { PlainQueue } from "./plain_orderings.ts";

/** What the pool of the tests has, in units. */
export const CAPACITY: readonly number[] = [9, 18, 4];

/** Somebody who waits. */
export class TestWaiter implements Candidate<TestWaiter> {
  entry: QueueEntry<TestWaiter> | undefined = undefined;

  constructor(
    readonly ticket: number,
    readonly owner: string | undefined,
    readonly demand: Demand,
    readonly level = 1,
    readonly arrivedMs = 0,
  ) {}

  /** Not looked at: what a request costs depends on the capacity there is when it is granted. */
  get dominantShare(): number {
    throw new Error("nobody asks");
  }
}

/** A demand for so many units by kind's place. */
export function demandOf(...units: number[]): Demand {
  const places = units.flatMap((amount, place) => amount > 0 ? [place] : []);
  return { length: places.length, places, units: units.filter((amount) => amount > 0) };
}

/** One thing that happens. */
export interface Step {
  readonly kind: "join" | "give up" | "serve first" | "serve any" | "grant directly" | "release" | "resize";
  readonly owner: string | undefined;
  readonly demand: Demand;
  readonly level: number;
  /** How far the clock goes before; it may go back. */
  readonly passMs: number;
  /** Who or what of many is meant. */
  readonly n: number;
}

const owner = fc.constantFrom(undefined, "a", "b", "c", "d", "__proto__");
const demand = fc.tuple(fc.nat(9), fc.nat(18), fc.nat(4)).filter((units) => units.some((amount) => amount > 0))
  .map((units) => demandOf(...units));

/** Anything that can happen; so many joins that queues become long. */
export const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step["kind"]>(
    ...["join", "join", "join", "join", "give up", "serve first", "serve any"] as const,
    ...["grant directly", "release", "resize"] as const,
  ),
  owner,
  demand,
  level: fc.oneof(fc.constantFrom(0, 1, 1, 2, 3), fc.constantFrom(-1e308, -0.5, 1e9, 1e308)),
  passMs: fc.oneof(fc.constantFrom(0, 0, 50, 100, 150), fc.integer({ min: -500, max: 500 })),
  n: fc.nat(999),
});

/** Plays steps on a queue and on an oracle side by side. */
export class Duet {
  readonly waiting: TestWaiter[] = [];
  readonly #held: { owner: string | undefined; demand: Demand }[] = [];
  #nowMs = 0;
  #tickets = 0;

  constructor(
    readonly queue: WaitQueue<TestWaiter>,
    readonly oracle: PlainQueue<TestWaiter>,
    readonly capacity: Float64Array,
  ) {}

  play(step: Step): void {
    this.#nowMs += step.passMs;
    if (step.kind === "join") this.join(step.owner, step.demand, step.level);
    else if (step.kind === "give up") this.#leave(this.waiting[step.n % this.waiting.length]);
    else if (step.kind === "serve first") this.serve(this.oracle.order()[0]);
    else if (step.kind === "serve any") this.serve(this.waiting[step.n % this.waiting.length]);
    else if (step.kind === "grant directly") this.#grant(step.owner, step.demand, step.level);
    else if (step.kind === "release") this.release(step.n % (this.#held.length || 1));
    else this.capacity[step.n % this.capacity.length] = step.n % 20;
  }

  join(owner: string | undefined, demand: Demand, level = 1): TestWaiter {
    const waiter = new TestWaiter(this.#tickets++, owner, demand, level, this.#nowMs);
    this.waiting.push(waiter);
    this.queue.join(waiter);
    this.oracle.join(waiter);
    return waiter;
  }

  /** Serves somebody, if there is one. */
  serve(waiter: TestWaiter | undefined): void {
    if (waiter === undefined) return;
    this.#leave(waiter);
    this.#grant(waiter.owner, waiter.demand, waiter.level);
  }

  /** Gives back what was granted as the `n`-th of all that is held. */
  release(n: number): void {
    const [lease] = this.#held.splice(n, 1);
    if (lease === undefined) return;
    this.queue.released?.(lease.owner, lease.demand);
    this.oracle.released(lease.owner, lease.demand);
  }

  releaseAll(): void {
    while (this.#held.length > 0) this.release(0);
  }

  #leave(waiter: TestWaiter | undefined): void {
    if (waiter === undefined) return;
    this.waiting.splice(this.waiting.indexOf(waiter), 1);
    this.queue.leave(waiter);
    this.oracle.leave(waiter);
  }

  #grant(owner: string | undefined, demand: Demand, level: number): void {
    this.#held.push({ owner, demand });
    this.queue.granted?.(owner, demand, level);
    this.oracle.granted(owner, demand);
  }
}
