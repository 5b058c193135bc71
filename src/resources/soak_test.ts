import { assert, assertEquals } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createRandom, type Random } from "../measure/random.ts";
import { timers } from "../reliability/timer_wheel.ts";
import type { Lease } from "./lease.ts";
import { ResourcePool } from "./pool.ts";
import { Quotas } from "./quotas/mod.ts";

/** How many operations are tried; `POOL_SOAK_OPERATIONS=10000000` takes some minutes. */
const OPERATIONS = Number(Deno.env.get("POOL_SOAK_OPERATIONS") ?? 20_000);

type Kind = "cpu" | "memoryMb" | "gpu";

const CAPACITY: Readonly<Record<Kind, number>> = { cpu: 4.3, memoryMb: 1_024, gpu: 2 };
const USERS = 40;
const MOST_WAITERS = 100;

/** Counts who listens to a signal. */
function countListeners(signal: AbortSignal): () => number {
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, given);
  };
  signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, given);
  };
  return () => listeners;
}

/** Everything that can happen to a pool, in random order. */
class Soak {
  readonly quotas = new Quotas<Kind>([
    { scope: "user", kind: "cpu", policy: { type: "hard", limit: 6 } },
    { scope: "user", kind: "gpu", policy: { type: "burst", limit: 1, peak: 2, burstMs: 50 } },
  ]);
  readonly pool: ResourcePool<Kind> = new ResourcePool({
    nodes: 2,
    capacity: CAPACITY,
    quotas: this.quotas,
    preemption: { graceMs: 1 },
    leaks: { reclaim: true },
  });
  readonly longLived = new AbortController();
  readonly #random: Random;
  readonly #held: Lease<Kind>[] = [];
  /** Those who may be cancelled while they wait. */
  readonly #impatient = new Set<AbortController>();
  #asked = 0;
  #settled = 0;
  dropped = 0;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** One operation. */
  step(): void {
    const dice = this.#random.nextFloat();
    if (dice < 0.4 && this.#asked - this.#settled < MOST_WAITERS) this.#acquire();
    else if (dice < 0.5) this.#keepOrDrop(this.pool.tryAcquire(this.#request(), this.#holder()));
    else if (dice < 0.8) this.#takeOut()?.release();
    else if (dice < 0.9) this.#shrink();
    else this.#abortOne();
  }

  /** Whether all that waited have been told how it ended. */
  get isSettled(): boolean {
    return this.#settled === this.#asked;
  }

  /** Gives everything back that is still known. */
  end(): void {
    for (const controller of this.#impatient) controller.abort();
    this.longLived.abort();
    while (this.#held.length > 0) this.#held.pop()?.release();
  }

  #request() {
    const some = (most: number) =>
      this.#random.nextFloat() < 0.4 ? Math.ceil(1e3 * most * this.#random.nextFloat() ** 2) / 1e3 : 0;
    return { cpu: 1e-6 + some(4.2), memoryMb: some(1_000), gpu: Math.round(some(2)) };
  }

  #holder() {
    const owner = `user ${this.#random.nextInt(USERS)}`;
    return {
      owner,
      scope: { user: owner },
      priority: this.#random.nextInt(4),
      preemptible: this.#random.nextFloat() < 0.7,
    };
  }

  #acquire(): void {
    const controller = new AbortController(), isPatient = this.#random.nextFloat() < 0.5;
    const signal = isPatient ? this.longLived.signal : controller.signal;
    const timeout = this.#random.nextFloat() < 0.5 ? { timeoutMs: 1 + this.#random.nextInt(20) } : {};
    if (!isPatient) this.#impatient.add(controller);
    this.#asked++;
    const settle = () => {
      this.#settled++;
      this.#impatient.delete(controller);
    };
    this.pool.acquire(this.#request(), { ...this.#holder(), signal, ...timeout }).then((lease) => {
      settle();
      this.#keepOrDrop(lease);
    }, settle);
  }

  #keepOrDrop(lease: Lease<Kind> | undefined): void {
    if (lease === undefined) return;
    if (this.#random.nextFloat() < 0.02) {
      this.dropped++;
      return;
    }
    if (this.#random.nextFloat() < 0.5) lease.signal.addEventListener("abort", () => lease.release());
    this.#held.push(lease);
  }

  #takeOut(): Lease<Kind> | undefined {
    const { length } = this.#held;
    if (length === 0) return undefined;
    const at = this.#random.nextInt(length), [lease] = [this.#held[at]];
    this.#held[at] = this.#held[length - 1]!;
    this.#held.pop();
    return lease;
  }

  #shrink(): void {
    const { length } = this.#held, lease = length === 0 ? undefined : this.#held[this.#random.nextInt(length)];
    if (lease === undefined || lease.released) return;
    const { cpu = 0, memoryMb = 0 } = lease.amounts;
    lease.shrink({ cpu: cpu * this.#random.nextFloat(), memoryMb: memoryMb * this.#random.nextFloat() });
  }

  #abortOne(): void {
    for (const controller of this.#impatient) return controller.abort();
  }
}

Deno.test("ResourcePool is full again after many random operations, cancels, timeouts, preemptions and dropped leases, and nothing is left", async () => {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  const seed = Number(Deno.env.get("POOL_SEED") ?? 1), soak = new Soak(seed), { pool } = soak;
  const listeners = countListeners(soak.longLived.signal), full = pool.snapshot();
  for (let i = 1; i <= OPERATIONS; i++) {
    soak.step();
    if (i % 50 === 0) await nextTurn();
    if (i % 10_000 === 0) gc();
  }
  for (let turn = 0; turn < 1_000; turn++) {
    soak.end(); // again, for those who are told only now what they were granted
    soak.quotas.sweep(); // who has had a burst owes for a while
    const { inUse, waiters } = pool.snapshot(), { accounts } = soak.quotas.snapshot();
    if (soak.isSettled && waiters + accounts === 0 && Object.values(inUse).every((amount) => amount === 0)) break;
    gc(); // what was dropped is found some turns later, and not by every collection
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const { available, inUse, nodes, waiters, timeouts, preemptions, leaks, grants } = pool.snapshot();
  const what = `seed ${seed}`;
  assertEquals({ available, inUse, nodes, waiters }, {
    available: full.capacity,
    inUse: { cpu: 0, memoryMb: 0, gpu: 0 },
    nodes: full.nodes,
    waiters: 0,
  }, what);
  assertEquals(soak.quotas.snapshot().accounts, 0, `${what}: accounts`);
  assertEquals([timers.size, listeners()], [0, 0], `${what}: timers and listeners`);
  const { dropped } = soak;
  for (const [name, count] of Object.entries({ grants, timeouts, preemptions, leaks, dropped })) {
    assert(count > 0, `${what} has no ${name}`);
  }
});
