import { assert, assertEquals, assertRejects } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { customPlacement } from "./placement/mod.ts";
import { ResourcePool } from "./pool.ts";
import type { PoolEvent } from "./pool_event.ts";
import type { Lease } from "./lease.ts";

type Kinds = "cpu" | "gpu";
type Amounts = Record<Kinds, number>;

const NODES = [{ name: "large", capacity: { cpu: 8, gpu: 2 } }, { name: "small", capacity: { cpu: 4, gpu: 1 } }];
const amounts = fc.record({ cpu: fc.integer({ min: 1, max: 8 }), gpu: fc.nat(2) });
const which = fc.nat(50);
const level = fc.constantFrom("low", "normal", "high");
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("try" as const), amounts }),
    fc.record({ do: fc.constant("acquire" as const), amounts, level, preemptible: fc.boolean() }),
    fc.record({ do: fc.constant("release" as const), which }),
    fc.record({ do: fc.constant("shrink" as const), which }),
    fc.record({ do: fc.constant("abort" as const), which }),
    fc.record({ do: fc.constant("resize" as const), node: fc.nat(1), cpu: fc.integer({ min: 2, max: 10 }) }),
    fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 20 }) }),
  ),
  { maxLength: 40, size: "max" },
);

/** What somebody knows of a pool who has heard all its events, and nothing else. */
class Listener {
  readonly waiting = new Map<string, { readonly sinceMs: number; readonly amounts: Amounts }>();
  readonly held = new Map<string, { readonly sinceMs: number; readonly node: number; readonly amounts: Amounts }>();
  readonly counts = { grants: 0, refusals: 0, aborts: 0, preemptions: 0 };
  readonly #doomed = new Set<string>();

  hear(event: PoolEvent<Kinds>): void {
    const { type, atMs, owner = "" } = event, asked = { cpu: 0, gpu: 0, ...event.amounts };
    const waiter = this.waiting.get(owner), holding = this.held.get(owner);
    switch (type) {
      case "queued":
        return void this.waiting.set(owner, { sinceMs: atMs, amounts: asked });
      case "granted":
        this.counts.grants++;
        if (waiter !== undefined) assertEquals(asked, waiter.amounts);
        assertEquals(event.waitedMs, waiter === undefined ? 0 : atMs - waiter.sinceMs);
        this.waiting.delete(owner);
        return void this.held.set(owner, { sinceMs: atMs, node: event.node, amounts: asked });
      case "refused":
        assert(waiter === undefined && holding === undefined);
        return void this.counts.refusals++;
      case "cancelled":
      case "outgrown":
        assertEquals([asked, event.waitedMs], [waiter?.amounts, atMs - waiter!.sinceMs]);
        this.counts[type === "cancelled" ? "aborts" : "refusals"]++;
        return void this.waiting.delete(owner);
      case "preempted":
        assertEquals([asked, event.node], [holding?.amounts, holding?.node]);
        assert(this.waiting.has(event.neededBy.owner ?? ""), "somebody who waits needs it");
        this.counts.preemptions++;
        return void this.#doomed.add(owner);
      case "released":
      case "reclaimed":
        assertEquals([event.node, event.heldMs], [holding?.node, atMs - holding!.sinceMs]);
        if (type === "reclaimed") assert(event.reason === "preempted" && this.#doomed.has(owner));
        if (type === "released" && event.partial) {
          for (const kind of ["cpu", "gpu"] as const) holding!.amounts[kind] -= asked[kind];
          return;
        }
        assertEquals(asked, holding?.amounts);
        return void this.held.delete(owner);
      case "resized":
        return;
      default:
        throw new Error(`Nothing of that kind has happened: ${type}`);
    }
  }

  inUseOn(node: number): Amounts {
    const held = [...this.held.values()].filter((holding) => holding.node === node);
    const sum = (kind: Kinds) => held.reduce((total, { amounts }) => total + amounts[kind], 0);
    return { cpu: sum("cpu"), gpu: sum("gpu") };
  }
}

/** Whether it is about who else is there: what no node has is refused by an error alone. */
function fitsOn(pool: ResourcePool<Kinds>, { cpu, gpu }: Amounts): boolean {
  return pool.snapshot().nodes.some(({ capacity }) => capacity.cpu >= cpu && capacity.gpu >= gpu);
}

Deno.test("ResourcePool.events(): who has heard them all knows who waits and who holds what, where, since when", async () => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      let nowMs = 0, asked = 0;
      const pool = new ResourcePool<Kinds>({ nodes: NODES, preemption: { graceMs: 0 }, clock: () => nowMs });
      const end = new AbortController(), events = pool.events({ signal: end.signal }), listener = new Listener();
      const leases: Lease<Kinds>[] = [], aborts: AbortController[] = [], waits: Promise<unknown>[] = [];
      const keep = (lease: Lease<Kinds> | undefined) => lease !== undefined && leases.push(lease);
      const ticks = new Set([0]);
      for (const step of steps) {
        if ("amounts" in step && !fitsOn(pool, step.amounts)) continue;
        if (step.do === "wait") ticks.add(nowMs += step.ms);
        else if (step.do === "try") keep(pool.tryAcquire(step.amounts, `${asked++}`));
        else if (step.do === "acquire") {
          const abort = new AbortController(), { level: priority, preemptible } = step;
          const options = { priority, preemptible, owner: `${asked++}`, signal: abort.signal };
          aborts.push(abort);
          waits.push(pool.acquire(step.amounts, options).then(keep, () => {}));
        } else if (step.do === "release") leases.splice(step.which % (leases.length + 1), 1)[0]?.release();
        else if (step.do === "shrink") {
          const lease = leases[step.which % (leases.length + 1)];
          if (lease !== undefined && !lease.released && (lease.amounts.cpu ?? 0) > 1) lease.shrink({ cpu: 1 });
        } else if (step.do === "abort") aborts[step.which % (aborts.length + 1)]?.abort();
        else pool.resize({ cpu: step.cpu }, step.node);
        await nextTurn();
      }
      const snapshot = pool.snapshot();
      end.abort();
      for await (const event of events) {
        assert(ticks.has(event.atMs));
        listener.hear(event);
        kinds.add(event.type);
      }
      assertEquals(events.dropped, 0);
      assertEquals(snapshot.nodes.map(({ inUse }) => inUse), [listener.inUseOn(0), listener.inUseOn(1)]);
      const { waiters, grants, refusals, aborts: aborted, preemptions } = snapshot;
      assertEquals(waiters, listener.waiting.size);
      assertEquals({ grants, refusals, aborts: aborted, preemptions }, listener.counts);
      aborts.forEach((abort) => abort.abort());
      leases.forEach((lease) => lease.release());
      await Promise.all(waits);
    }),
    { numRuns: 200 },
  );
  const { size } = kinds;
  assertEquals(size, 9, `All that can happen has happened: ${[...kinds]}`);
});

Deno.test("ResourcePool.events() tells of a wait that ends because the placement fails, and how long it was", async () => {
  let nowMs = 5, isBroken = false;
  const placement = customPlacement("mine", ([node], { cpu = 0 }) => {
    if (isBroken) throw new Error("planted");
    return node!.free.cpu! >= cpu ? node : undefined;
  });
  const pool = new ResourcePool({ capacity: { cpu: 2 }, placement, clock: () => nowMs });
  const held = await pool.acquire({ cpu: 2 }), end = new AbortController();
  const events = pool.events({ signal: end.signal });
  const failed = assertRejects(() => pool.acquire({ cpu: 1 }, { owner: "a" }), Error, "planted");
  nowMs = 12;
  isBroken = true;
  held.release();
  await failed;
  end.abort();
  const told: PoolEvent<"cpu">[] = [];
  for await (const event of events) told.push(event);
  assertEquals(told.map(({ type }) => type), ["queued", "released", "failed"]);
  assertEquals(told[2], { type: "failed", atMs: 7, owner: "a", amounts: { cpu: 1 }, waitedMs: 7 });
  assertEquals([pool.snapshot().refusals, pool.snapshot().waiters], [1, 0]);
});
