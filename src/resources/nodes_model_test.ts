import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Lease } from "./lease.ts";
import { priority } from "./ordering/mod.ts";
import { bestFit, customPlacement, firstFit, type Placement, worstFit } from "./placement/mod.ts";
import { ResourcePool } from "./pool.ts";

const KINDS = ["cpu", "memoryMb", "gpu"] as const;
type Kind = typeof KINDS[number];
type Amounts = Readonly<Record<Kind, number>>;

/** Nodes of different sizes: some have no GPU, and no node has the most of everything. */
const NODES: readonly Amounts[] = [
  { cpu: 4, memoryMb: 8, gpu: 0 },
  { cpu: 8, memoryMb: 4, gpu: 1 },
  { cpu: 4, memoryMb: 4, gpu: 2 },
  { cpu: 2, memoryMb: 16, gpu: 0 },
];
const AGING_MS = 100;
const PLACEMENTS: readonly Placement[] = [
  firstFit(),
  bestFit(),
  worstFit(),
  customPlacement("last fit", (nodes, request) => nodes.filter((node) => node.fits(request)).at(-1)),
];

interface Request {
  readonly id: number;
  readonly amounts: Amounts;
  readonly rankMs: number;
}

interface Held extends Request {
  readonly lease: Lease<Kind>;
}

function shareKinds(a: Amounts, b: Amounts): boolean {
  return KINDS.some((kind) => a[kind] > 0 && b[kind] > 0);
}

function couldEverFit(amounts: Amounts): boolean {
  return NODES.some((node) => KINDS.every((kind) => amounts[kind] <= node[kind]));
}

function namedOf(amounts: Amounts): { [K in Kind]?: number } {
  return Object.fromEntries(KINDS.filter((kind) => amounts[kind] > 0).map((kind) => [kind, amounts[kind]]));
}

/** A pool of several nodes, and a list of who holds what where and who waits. */
class Watch {
  nowMs = 0;
  readonly pool: ResourcePool<Kind>;
  held: Held[] = [];
  waiting: Request[] = [];
  readonly overtaken = new Map<number, number>();
  readonly aborts = new Map<number, AbortController>();
  #ids = 0;

  constructor(placement: Placement, readonly maxOvertakes: number) {
    this.pool = new ResourcePool({
      nodes: NODES.map((capacity) => ({ capacity })),
      placement,
      ordering: priority({ agingMs: AGING_MS }),
      clock: () => this.nowMs,
      maxOvertakes,
    });
  }

  free(node: number, kind: Kind): number {
    const lent = this.held.filter(({ lease }) => lease.node === node).reduce(
      (sum, { amounts }) => sum + amounts[kind],
      0,
    );
    return (NODES[node]?.[kind] ?? 0) - lent;
  }

  fits(amounts: Amounts): boolean {
    return NODES.some((_, node) =>
      KINDS.every((kind) => amounts[kind] === 0 || amounts[kind] <= this.free(node, kind))
    );
  }

  tryAcquire(amounts: Amounts): void {
    const lease = this.pool.tryAcquire(namedOf(amounts));
    if (lease !== undefined) this.#note({ id: this.#ids++, amounts, rankMs: Infinity }, lease);
    else if (this.waiting.length === 0) assert(!this.fits(amounts), "what is free is lent if nobody waits");
  }

  acquire(amounts: Amounts, level: number): void {
    const request = { id: this.#ids++, amounts, rankMs: this.nowMs - level * AGING_MS };
    const abort = new AbortController();
    this.aborts.set(request.id, abort);
    this.waiting.push(request);
    this.pool.acquire(namedOf(amounts), { priority: level, signal: abort.signal }).then(
      (lease) => this.#note(request, lease),
      () => assert(!this.waiting.includes(request), "nobody is rejected but whoever gave up"),
    );
  }

  abort(n: number): void {
    const [request] = this.waiting.splice(n % (this.waiting.length || 1), 1);
    this.aborts.get(request?.id ?? -1)?.abort();
  }

  release(n: number): void {
    const [held] = this.held.splice(n % (this.held.length || 1), 1);
    held?.lease.release();
  }

  /** What must hold whenever nothing is under way. */
  check(): void {
    const { nodes, inUse, available, waiters } = this.pool.snapshot();
    for (const kind of KINDS) {
      const free = NODES.map((_, node) => this.free(node, kind));
      assert(free.every((units) => units >= 0), `more ${kind} is lent than there is: ${free}`);
      assertEquals(nodes.map((node) => node.available[kind]), free);
      assertEquals(available[kind], free.reduce((sum, units) => sum + units));
      assertEquals(inUse[kind], this.held.reduce((sum, { amounts }) => sum + amounts[kind], 0));
    }
    assertEquals(waiters, this.waiting.length);
    const first = this.waiting.toSorted((a, b) => a.rankMs - b.rankMs || a.id - b.id)[0];
    if (first !== undefined) assert(!this.fits(first.amounts), "whoever ranks first waits only if no node has room");
    const most = Math.max(0, ...this.overtaken.values());
    assert(most <= this.maxOvertakes, `somebody was overtaken ${most} times`);
  }

  #note(request: Request, lease: Lease<Kind>): void {
    this.waiting = this.waiting.filter(({ id }) => id !== request.id);
    for (const other of this.waiting) {
      const isAhead = other.rankMs < request.rankMs || (other.rankMs === request.rankMs && other.id < request.id);
      if (isAhead && shareKinds(other.amounts, request.amounts)) {
        this.overtaken.set(other.id, (this.overtaken.get(other.id) ?? 0) + 1);
      }
    }
    this.held.push({ ...request, lease });
  }
}

const amounts: fc.Arbitrary<Amounts> = fc.record({
  cpu: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }) }),
  memoryMb: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 16 })),
  gpu: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 2 })),
}).filter((some) => KINDS.some((kind) => some[kind] > 0) && couldEverFit(some));

const call = fc.record({
  kind: fc.constantFrom("acquire", "acquire", "acquire", "try", "release", "release", "abort", "pass time"),
  amounts,
  level: fc.constantFrom(0, 1, 1, 2, 3),
  n: fc.nat(999),
});

for (const placement of PLACEMENTS) {
  Deno.test(`ResourcePool of several nodes with ${placement.name} keeps exact books and serves everybody`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 120, size: "max" }),
        fc.constantFrom(0, 1, 3, Infinity),
        async (calls, maxOvertakes) => {
          const watch = new Watch(placement, maxOvertakes);
          for (const { kind, amounts, level, n } of calls) {
            if (kind === "acquire") watch.acquire(amounts, level);
            else if (kind === "try") watch.tryAcquire(amounts);
            else if (kind === "release") watch.release(n);
            else if (kind === "abort") watch.abort(n);
            else watch.nowMs += n % AGING_MS;
            await nextTurn();
            watch.check();
          }
          while (watch.held.length > 0) {
            watch.release(0);
            await nextTurn();
            watch.check();
          }
          assertEquals(watch.waiting, [], "when all is given back, nobody is left");
          const { available, capacity } = watch.pool.snapshot();
          assertEquals(available, capacity);
        },
      ),
      { numRuns: 100 },
    ));
}
