import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { CapacityError } from "../errors.ts";
import type { Lease } from "../lease.ts";
import { fairShare, fifo, type Ordering, priority } from "../ordering/mod.ts";
import { ResourcePool } from "../pool.ts";
import type { PoolEvent } from "../pool_event.ts";
import { PreemptedError } from "./preempted_error.ts";

type Kind = "cpu" | "gpu";
type Amounts = Readonly<Record<Kind, number>>;

const CAPACITY: Amounts = { cpu: 6, gpu: 3 };
const GRACE_MS = 100;
const MAX_PREEMPTIONS = 2;

interface Call {
  readonly kind: "acquire" | "try" | "release" | "shrink" | "abort" | "tick" | "resize";
  readonly amounts: Amounts;
  readonly level: number;
  readonly preemptible: boolean;
  /** Whether it tells how often it was preempted; else the pool counts by owner. */
  readonly tells: boolean;
  /** What a holder does when it is told: gives back at once, or lets it be taken. */
  readonly obeys: boolean;
  readonly n: number;
}

const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.constantFrom<Call["kind"]>(
    ...[
      "acquire",
      "acquire",
      "acquire",
      "acquire",
      "try",
      "try",
      "release",
      "shrink",
      "abort",
      "tick",
      "resize",
    ] as const,
  ),
  amounts: fc.record({ cpu: fc.nat(6), gpu: fc.oneof(fc.constant(0), fc.nat(3)) })
    .filter(({ cpu, gpu }) => cpu + gpu > 0),
  level: fc.nat(4),
  preemptible: fc.constantFrom(true, true, false),
  tells: fc.boolean(),
  obeys: fc.boolean(),
  n: fc.nat(999),
});

interface Script {
  readonly nodes: number;
  readonly ordering: Ordering;
  readonly calls: readonly Call[];
}

const script: fc.Arbitrary<Script> = fc.record({
  nodes: fc.constantFrom(1, 1, 2, 3),
  ordering: fc.constantFrom(fifo(), priority({ agingMs: 50 }), fairShare()),
  calls: fc.array(call, { maxLength: 120, size: "max" }),
});

/** Work: a request that is made again whenever its lease is preempted. */
interface Work {
  readonly id: number;
  readonly call: Call;
  readonly abort: AbortController;
  preemptions: number;
  lease: Lease<Kind> | undefined;
  state: "waiting" | "holding" | "over";
}

/** Runs a script, and checks after each call what must always hold. */
class Play {
  readonly pool: ResourcePool<Kind>;
  readonly works: Work[] = [];
  readonly #clock: ReturnType<typeof FakeTimers.install>;
  readonly #events: AsyncIterableIterator<PoolEvent<Kind>>;
  readonly #told: PoolEvent<Kind>[] = [];
  readonly #resizes: boolean;
  #seen = 0;
  #seenLeases = 0;
  /** All that were ever granted, and when those are over that have to go. */
  readonly #leases: Lease<Kind>[] = [];
  readonly #going = new Map<Lease<Kind>, number>();
  readonly #perNode: number[];

  constructor({ nodes, ordering }: Script, clock: ReturnType<typeof FakeTimers.install>, resizes: boolean) {
    this.#clock = clock;
    this.#resizes = resizes;
    this.#perNode = Array(nodes).fill(CAPACITY.cpu);
    this.pool = new ResourcePool({
      nodes,
      capacity: CAPACITY,
      ordering,
      preemption: { graceMs: GRACE_MS, maxPreemptions: MAX_PREEMPTIONS },
    });
    this.#events = this.pool.events({ capacity: 100_000 });
    void this.#read();
  }

  async play(call: Call): Promise<void> {
    const { kind, n, amounts } = call;
    const holding = this.works.filter(({ state }) => state === "holding"), chosen = holding[n % (holding.length || 1)];
    if (kind === "acquire") this.#ask(this.#newWork(call));
    else if (kind === "try") this.#try(call);
    else if (kind === "release") this.#release(chosen);
    else if (kind === "shrink") this.#shrink(chosen);
    else if (kind === "abort") this.works[n % (this.works.length || 1)]?.abort.abort();
    else if (kind === "tick") this.#clock.tick(n % (2 * GRACE_MS));
    else if (this.#resizes) this.#resize(n % this.#perNode.length, 2 + amounts.cpu % 5);
    await nextTurn();
    await nextTurn();
    this.check();
  }

  /** The books, the graces, the order of priorities and the bounds. */
  check(): void {
    const { nodes, inUse, available, capacity } = this.pool.snapshot();
    for (const kind of ["cpu", "gpu"] as const) {
      nodes.forEach((node, number) => {
        const there = this.#leases.filter((lease) => !lease.released && lease.node === number);
        const held = there.reduce((sum, { amounts }) => sum + (amounts[kind] ?? 0), 0);
        assertEquals(node.inUse[kind], held, `what leases hold of ${kind}`);
        assertEquals(node.available[kind], Math.max(0, node.capacity[kind] - held));
        const isOverdrawn = held > node.capacity[kind];
        assert(this.#resizes || !isOverdrawn);
        const isNew = (lease: Lease<Kind>) =>
          (lease.amounts[kind] ?? 0) > 0 && this.#leases.indexOf(lease) >= this.#seenLeases;
        assert(!isOverdrawn || !there.some(isNew), "what is too small grants nothing");
      });
      if (!this.#resizes) assertEquals(inUse[kind] + available[kind], capacity[kind]);
    }
    this.#seenLeases = this.#leases.length;
    for (const [lease, atMs] of this.#going) {
      if (performance.now() > atMs) assert(lease.released, "a grace has an end");
    }
    this.#checkEvents();
  }

  /** Lets everybody have its turn. */
  async drain(): Promise<void> {
    for (let left = 4 * this.works.length + 4; this.works.some(({ state }) => state !== "over"); left--) {
      assert(left > 0, "somebody waits for ever");
      for (const work of this.works) if (work.state === "holding") this.#release(work);
      this.#clock.tick(GRACE_MS);
      await nextTurn();
      await nextTurn();
      this.check();
    }
    this.#clock.tick(GRACE_MS); // for those whose work is over, but who do not obey
    await this.#events.return?.();
    const { waiters, inUse } = this.pool.snapshot();
    assertEquals({ waiters, inUse, timers: timers.size }, { waiters: 0, inUse: { cpu: 0, gpu: 0 }, timers: 0 });
  }

  #newWork(call: Call): Work {
    const work: Work = {
      id: this.works.length,
      call,
      abort: new AbortController(),
      preemptions: 0,
      lease: undefined,
      state: "waiting",
    };
    this.works.push(work);
    return work;
  }

  #options({ id, call: { level, preemptible, tells }, preemptions }: Work) {
    return { owner: String(id), priority: level, preemptible, ...(tells ? { preemptions } : {}) };
  }

  #ask(work: Work): void {
    work.state = "waiting";
    this.pool.acquire(work.call.amounts, { ...this.#options(work), signal: work.abort.signal }).then(
      (lease) => this.#hold(work, lease),
      () => work.state = "over",
    );
  }

  #try(call: Call): void {
    const work = this.#newWork(call);
    try {
      const lease = this.pool.tryAcquire(call.amounts, this.#options(work));
      if (lease === undefined) work.state = "over";
      else this.#hold(work, lease);
    } catch (error) {
      assertInstanceOf(error, CapacityError);
      assert(this.#resizes);
      work.state = "over";
    }
  }

  #hold(work: Work, lease: Lease<Kind>): void {
    work.lease = lease;
    work.state = "holding";
    this.#leases.push(lease);
    const told = () => {
      assert(lease.signal.reason instanceof PreemptedError);
      work.preemptions = lease.signal.reason.preemptions;
      this.#going.set(lease, performance.now() + GRACE_MS);
      if (work.call.obeys) lease.release();
      this.#ask(work);
    };
    if (lease.signal.aborted) told();
    else lease.signal.addEventListener("abort", told);
  }

  #release(work: Work | undefined): void {
    work?.lease?.release();
    if (work !== undefined) work.state = "over";
  }

  #shrink(work: Work | undefined): void {
    const { lease } = work ?? {};
    if (lease === undefined || (lease.amounts.cpu ?? 0) === 0) return;
    lease.shrink({ cpu: 1 });
    if (lease.released && work !== undefined) work.state = "over";
  }

  #resize(node: number, cpu: number): void {
    this.#perNode[node] = cpu;
    this.pool.resize({ cpu }, node);
  }

  async #read(): Promise<void> {
    for await (const event of this.#events) this.#told.push(event);
  }

  #checkEvents(): void {
    const news = this.#told.slice(this.#seen);
    this.#seen = this.#told.length;
    for (const event of news) {
      if (event.type !== "preempted") continue;
      const victim = this.works[Number(event.owner)], preemptor = this.works[Number(event.neededBy.owner)];
      assert(victim !== undefined && preemptor !== undefined);
      assert(victim.call.level < preemptor.call.level, "nobody is preempted by an equal, so no two preempt each other");
      assert(victim.call.preemptible);
      assert(victim.preemptions <= MAX_PREEMPTIONS, "the same work is preempted a bounded number of times");
    }
    if (!this.#resizes) this.#checkPreemptors();
  }

  /** Each is served, or has given up, when the grace of those is over who had to go for it; and it preempts at one time only. */
  #checkPreemptors(): void {
    const since = new Map<string, number>();
    for (const event of this.#told) {
      const owner = String(event.owner);
      if (event.type === "preempted") {
        const before = since.get(String(event.neededBy.owner));
        assert(before === undefined || before === event.atMs, "the same need preempts twice");
        since.set(String(event.neededBy.owner), event.atMs);
      } else if (event.type === "granted" || event.type === "cancelled") {
        since.delete(owner);
      }
    }
    for (const [owner, atMs] of since) {
      assert(performance.now() - atMs <= GRACE_MS, `"${owner}" is not served though the grace is over`);
    }
  }
}

function plays(resizes: boolean): Promise<void> {
  return fc.assert(
    fc.asyncProperty(script, async (script) => {
      const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
      try {
        const play = new Play(script, clock, resizes);
        for (const call of script.calls) await play.play(call);
        await play.drain();
      } finally {
        clock.tick(10 * GRACE_MS); // what has failed leaves no timer to the next
        clock.uninstall();
      }
    }),
    { numRuns: 250 },
  );
}

Deno.test("ResourcePool with preemption keeps exact books, serves every preemptor within the grace, and lets nobody wait for ever", () =>
  plays(false));

Deno.test("ResourcePool with preemption keeps exact books also while its nodes change", () => plays(true));
