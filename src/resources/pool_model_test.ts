import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Lease } from "./lease.ts";
import { priority } from "./ordering/mod.ts";
import { ResourcePool } from "./pool.ts";

const KINDS = ["cpu", "memoryMb", "gpu"] as const;
type Kind = typeof KINDS[number];
/** Amounts in tenths, so that the model can add without error. */
type Tenths = Readonly<Record<Kind, number>>;

const CAPACITY: Tenths = { cpu: 40, memoryMb: 25, gpu: 10 };
const AGING_MS = 100;

interface Request {
  readonly id: number;
  readonly tenths: Tenths;
  readonly level: number;
  readonly atMs: number;
}

function wants(tenths: Tenths): Kind[] {
  return KINDS.filter((kind) => tenths[kind] > 0);
}

function shareKinds(a: Tenths, b: Tenths): boolean {
  return KINDS.some((kind) => a[kind] > 0 && b[kind] > 0);
}

function sameKinds(a: Tenths, b: Tenths): boolean {
  return wants(a).join() === wants(b).join();
}

function rankMs({ atMs, level }: Request): number {
  return atMs - level * AGING_MS;
}

/** The rule of the pool, said with arrays and integers: no promise in it, nothing remembered that can be counted anew. */
class ModelPool {
  readonly granted: number[] = [];
  /** How often each was overtaken, by its number. */
  readonly overtaken = new Map<number, number>();
  held: Request[] = [];
  line: Request[] = [];

  constructor(readonly maxOvertakes: number) {}

  free(kind: Kind): number {
    return CAPACITY[kind] - this.held.reduce((sum, { tenths }) => sum + tenths[kind], 0);
  }

  request(request: Request): void {
    if (this.couldTake(request.tenths)) return this.take(request);
    this.line.push(request);
    this.#serve();
  }

  couldTake(tenths: Tenths): boolean {
    const firsts = this.firsts();
    return !firsts.some((first) => sameKinds(first.tenths, tenths)) && this.#fits(tenths, firsts) &&
      this.#isOpen(tenths, this.line);
  }

  /** Grants at once what could be taken. */
  take(request: Request): void {
    this.#grant(request, this.line);
  }

  release(id: number): void {
    this.held = this.held.filter((request) => request.id !== id);
    this.#serve();
  }

  forget(id: number): void {
    this.line = this.line.filter((request) => request.id !== id);
    this.#serve();
  }

  /** Whoever is first among those who wait for the same kinds, by rank. */
  firsts(): Request[] {
    return this.line.filter((request, place) =>
      !this.line.slice(0, place).some((ahead) => sameKinds(ahead.tenths, request.tenths))
    );
  }

  #fits(tenths: Tenths, ahead: readonly Request[]): boolean {
    return wants(tenths).every((kind) =>
      ahead.reduce((sum, request) => sum + request.tenths[kind], tenths[kind]) <= this.free(kind)
    );
  }

  /** Whether nobody of those ahead has been overtaken too often who needs one of the same kinds. */
  #isOpen(tenths: Tenths, ahead: readonly Request[]): boolean {
    return !ahead.some((other) => shareKinds(other.tenths, tenths) && this.#times(other) >= this.maxOvertakes);
  }

  #times({ id }: Request): number {
    return this.overtaken.get(id) ?? 0;
  }

  #grant(request: Request, ahead: readonly Request[]): void {
    for (const other of ahead) {
      if (shareKinds(other.tenths, request.tenths)) this.overtaken.set(other.id, this.#times(other) + 1);
    }
    this.held.push(request);
    this.granted.push(request.id);
  }

  /** Grants the first that fits beside the firsts ahead of it, and starts again. */
  #serve(): void {
    this.line.sort((a, b) => rankMs(a) - rankMs(b) || a.id - b.id);
    const firsts = this.firsts();
    const next = firsts.find((first, place) =>
      this.#fits(first.tenths, firsts.slice(0, place)) &&
      this.#isOpen(first.tenths, this.line.slice(0, this.line.indexOf(first)))
    );
    if (next === undefined) return;
    const ahead = this.line.slice(0, this.line.indexOf(next));
    this.line = this.line.filter((request) => request !== next);
    this.#grant(next, ahead);
    this.#serve();
  }
}

const tenths: fc.Arbitrary<Tenths> = fc.record({
  cpu: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
  memoryMb: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 25 })),
  gpu: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 10 })),
}).filter((amounts) => wants(amounts).length > 0);

interface Call {
  readonly kind: "acquire" | "try" | "release" | "abort" | "pass time";
  readonly tenths: Tenths;
  readonly level: number;
  /** Which lease or request is meant, or how much time passes. */
  readonly n: number;
  /** Whether the next call comes before anybody hears of this one. */
  readonly sameTurn: boolean;
}

const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.constantFrom("acquire", "acquire", "acquire", "try", "release", "release", "abort", "pass time"),
  tenths,
  level: fc.constantFrom(0, 1, 1, 2, 3),
  n: fc.nat(999),
  sameTurn: fc.boolean(),
});
const script = fc.array(call, { maxLength: 100, size: "max" });

function inWholes(amounts: Tenths): { [K in Kind]?: number } {
  return Object.fromEntries(wants(amounts).map((kind) => [kind, amounts[kind] / 10]));
}

/** Runs a script on a pool and on the model side by side. */
class Duet {
  nowMs = 0;
  readonly pool: ResourcePool<Kind>;
  readonly model: ModelPool;
  readonly granted: number[] = [];
  readonly leases = new Map<number, Lease<Kind>>();
  readonly requests: Request[] = [];
  readonly #aborts: AbortController[] = [];

  constructor(maxOvertakes = Infinity) {
    this.pool = new ResourcePool({
      capacity: all((kind) => CAPACITY[kind] / 10),
      ordering: priority({ agingMs: AGING_MS }),
      clock: () => this.nowMs,
      maxOvertakes,
    });
    this.model = new ModelPool(maxOvertakes);
  }

  play({ kind, tenths, level, n }: Call): void {
    if (kind === "pass time") {
      this.nowMs += n % AGING_MS;
    } else if (kind === "acquire") {
      const abort = new AbortController(), request = this.#newRequest(tenths, level, abort);
      this.#note(request, this.pool.acquire(inWholes(tenths), { priority: level, signal: abort.signal }));
      this.model.request(request);
    } else if (kind === "try") {
      const possible = this.model.couldTake(tenths), lease = this.pool.tryAcquire(inWholes(tenths));
      assertEquals(lease !== undefined, possible, "a try takes only what nobody in line wants");
      if (lease === undefined) return;
      const request = this.#newRequest(tenths, -1e9, new AbortController());
      this.#note(request, Promise.resolve(lease));
      this.model.take(request);
    } else if (kind === "release") { // of any lease ever granted: many have been given back long ago
      const [id, lease] = [...this.leases][n % (this.leases.size || 1)] ?? [-1, undefined];
      lease?.release();
      this.model.release(id);
    } else { // perhaps of a request that was granted long ago: then nothing may change
      const id = n % (this.#aborts.length || 1);
      this.#aborts[id]?.abort();
      this.model.forget(id);
    }
  }

  compare(): void {
    const { available, inUse, waiters, grants } = this.pool.snapshot();
    assertEquals(
      { available, inUse, waiters, grants },
      {
        available: all((kind) => this.model.free(kind) / 10),
        inUse: all((kind) => (CAPACITY[kind] - this.model.free(kind)) / 10),
        waiters: this.model.line.length,
        grants: this.model.granted.length,
      },
    );
  }

  /** Gives everything back, over and over, until nobody is left. */
  async drain(): Promise<void> {
    for (let left = this.requests.length; this.model.held.length > 0; left--) {
      assert(left > 0, "each pass serves somebody");
      for (const { id } of [...this.model.held]) {
        this.leases.get(id)?.release();
        this.model.release(id);
      }
      await nextTurn();
      this.compare();
    }
  }

  #note({ id }: Request, granted: Promise<Lease<Kind>>): void {
    granted.then((lease) => {
      this.granted.push(id);
      this.leases.set(id, lease);
    }, () => {});
  }

  #newRequest(tenths: Tenths, level: number, abort: AbortController): Request {
    const request = { id: this.#aborts.push(abort) - 1, tenths, level, atMs: this.nowMs };
    this.requests.push(request);
    return request;
  }
}

function all(amount: (kind: Kind) => number): Record<Kind, number> {
  return { cpu: amount("cpu"), memoryMb: amount("memoryMb"), gpu: amount("gpu") };
}

Deno.test("ResourcePool grants what the plain model grants, whatever the order of calls", () =>
  fc.assert(
    fc.asyncProperty(script, fc.constantFrom(0, 1, 2, 5, Infinity), async (calls, maxOvertakes) => {
      const duet = new Duet(maxOvertakes);
      for (const call of calls) {
        duet.play(call);
        duet.compare();
        if (call.sameTurn) continue;
        await nextTurn();
        assertEquals(duet.granted, duet.model.granted);
      }
      await nextTurn();
      await duet.drain();
      assertEquals(duet.granted, duet.model.granted);
      const { available, capacity, waiters } = duet.pool.snapshot();
      assertEquals([available, waiters], [capacity, 0], "everything came back, and everybody was served");
      const most = Math.max(0, ...duet.model.overtaken.values());
      assert(most <= maxOvertakes, `somebody was overtaken ${most} times, and at most ${maxOvertakes} were allowed`);
    }),
    { numRuns: 200 },
  ));

/** Whether `a` goes before `b`: it is d levels higher and came less than d times the aging later. */
function goesBefore(a: Request, b: Request): boolean {
  const leadMs = (a.level - b.level) * AGING_MS - (a.atMs - b.atMs);
  return leadMs > 0 || (leadMs === 0 && a.id < b.id);
}

Deno.test("ResourcePool lets nobody be overtaken in its line, nor the first of a line be delayed, by a lower rank", () =>
  fc.assert(
    fc.asyncProperty(script, async (calls) => {
      const duet = new Duet();
      let seen = 0;
      for (const call of calls) {
        duet.play(call);
        await nextTurn();
        // What was promised is checked against what happened; the model is asked only who gave up.
        const waiting = duet.requests.filter((request) =>
          !duet.leases.has(request.id) && duet.model.line.includes(request)
        );
        assertEquals(waiting.length, duet.pool.snapshot().waiters);
        for (const id of duet.granted.slice(seen)) {
          const winner = duet.requests[id];
          if (winner === undefined) continue;
          for (const other of waiting) {
            if (goesBefore(winner, other)) continue;
            assert(!sameKinds(winner.tenths, other.tenths), `${id} overtook ${other.id} in its line`);
            if (waiting.some((ahead) => sameKinds(ahead.tenths, other.tenths) && goesBefore(ahead, other))) continue;
            for (const kind of wants(winner.tenths)) {
              const left = Math.round(duet.pool.available(kind) * 10);
              assert(left >= other.tenths[kind], `${id} took ${kind} that ${other.id} waits for`);
            }
          }
        }
        seen = duet.granted.length;
      }
      await duet.drain();
    }),
    { numRuns: 200 },
  ));
