import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Lease } from "../lease.ts";
import { ResourcePool } from "../pool.ts";
import { SWEEP } from "./node_chooser.ts";

type Kind = "cpu" | "gpu";
type Amounts = Readonly<Record<Kind, number>>;

/** A lease as the models see it. */
interface Held {
  readonly id: number;
  readonly node: number;
  readonly level: number;
  readonly preemptible: boolean;
  amounts: Amounts;
}

/** What it takes to describe a pool, and a request that somebody may have. */
interface Scene {
  readonly nodes: readonly Amounts[];
  readonly holders: readonly {
    readonly amounts: Amounts;
    readonly level: number;
    readonly preemptible: boolean;
    readonly fate: "keep" | "release" | "shrink";
  }[];
  readonly request: Amounts;
  readonly level: number;
}

const CAPACITY: Amounts = { cpu: 12, gpu: 6 };

function scenes(
  most: { readonly nodes: number; readonly holders: number; readonly levels: number },
): fc.Arbitrary<Scene> {
  const amounts = fc.record({ cpu: fc.nat(5), gpu: fc.nat(3) }).filter(({ cpu, gpu }) => cpu + gpu > 0);
  const level = fc.nat(most.levels - 1);
  return fc.record({
    nodes: fc.array(fc.constant(CAPACITY), { minLength: 1, maxLength: most.nodes }),
    holders: fc.array(
      fc.record({
        amounts,
        level,
        preemptible: fc.constantFrom(true, true, true, false),
        fate: fc.constantFrom<"keep" | "release" | "shrink">("keep", "keep", "keep", "release", "shrink"),
      }),
      { maxLength: most.holders, size: "max" },
    ),
    request: fc.record({ cpu: fc.nat(12), gpu: fc.nat(6) }).filter(({ cpu, gpu }) => cpu + gpu > 0),
    level: fc.nat(most.levels),
  });
}

/** Plays a scene on a pool; returns who holds what then. Each lease's owner is its id. */
function play({ nodes, holders }: Scene) {
  const pool = new ResourcePool<Kind>({ nodes: nodes.map((capacity) => ({ capacity })) });
  const held: Held[] = [], leases: Lease<Kind>[] = [];
  holders.forEach(({ amounts, level, preemptible }, id) => {
    const lease = pool.tryAcquire(amounts, { owner: String(id), priority: level, preemptible });
    if (lease === undefined) return;
    held.push({ id, node: lease.node, level, preemptible, amounts });
    leases.push(lease);
  });
  const left = held.filter((holder, at) => {
    const lease = leases[at], { fate } = holders[holder.id] ?? { fate: "keep" };
    if (fate === "release") lease?.release();
    if (fate !== "shrink" || holder.amounts.cpu === 0) return fate !== "release";
    lease?.shrink({ cpu: 1 });
    holder.amounts = { ...holder.amounts, cpu: holder.amounts.cpu - 1 };
    return holder.amounts.cpu + holder.amounts.gpu > 0;
  });
  return { pool, held: left };
}

function sum(held: readonly Held[], kind: Kind): number {
  return held.reduce((total, { amounts }) => total + amounts[kind], 0);
}

/** Whether a request fits on a node that some have left. */
function fits({ request, nodes }: Scene, held: readonly Held[], node: number): boolean {
  const capacity = nodes[node] ?? { cpu: 0, gpu: 0 }, there = held.filter((holder) => holder.node === node);
  // Of a kind that is not asked for, there may be too little.
  return (["cpu", "gpu"] as const).every((kind) =>
    request[kind] === 0 || request[kind] <= capacity[kind] - sum(there, kind)
  );
}

/** The most precious first: what is compared, one after another. */
function fromMostPrecious(set: readonly Held[]): Held[] {
  return [...set].sort((a, b) => b.level - a.level || a.id - b.id);
}

/** Whether a set costs less: at the first difference it has the less precious lease, or no more leases. */
function isCheaper(a: readonly Held[], b: readonly Held[]): boolean {
  const [as, bs] = [fromMostPrecious(a), fromMostPrecious(b)];
  for (let at = 0; at < as.length && at < bs.length; at++) {
    const [x, y] = [as[at], bs[at]];
    if (x === undefined || y === undefined || x === y) continue;
    return x.level < y.level || (x.level === y.level && x.id > y.id);
  }
  return as.length < bs.length;
}

/** All sets are tried. */
function bruteForce(scene: Scene, held: readonly Held[]): Held[] | undefined {
  let best: Held[] | undefined;
  for (let node = 0; node < scene.nodes.length; node++) {
    const possible = held.filter((holder) => holder.node === node && holder.preemptible && holder.level < scene.level);
    for (let bits = 0; bits < 2 ** possible.length; bits++) {
      const set = possible.filter((_, at) => (bits >> at) & 1);
      const rest = held.filter((holder) => !set.includes(holder));
      if (fits(scene, rest, node) && (best === undefined || isCheaper(set, best))) best = set;
    }
  }
  return best;
}

function assertPlanIsCheapest(scene: Scene): void {
  const { pool, held } = play(scene), before = pool.snapshot();
  const plan = pool.planPreemption(scene.request, { priority: scene.level }), best = bruteForce(scene, held);
  assertEquals(plan?.victims.map(({ owner }) => Number(owner)), best && fromMostPrecious(best).map(({ id }) => id));
  for (const { owner, amounts, priority } of plan?.victims ?? []) {
    const victim = held.find(({ id }) => String(id) === owner);
    assertEquals([amounts.cpu ?? 0, amounts.gpu ?? 0], [victim?.amounts.cpu, victim?.amounts.gpu]);
    assertEquals([priority, plan?.node], [victim?.level, victim?.node]);
  }
  assertEquals(pool.snapshot(), before, "a plan changes nothing");
}

Deno.test("ResourcePool.planPreemption() finds what trying all sets finds", () =>
  fc.assert(fc.property(scenes({ nodes: 3, holders: 18, levels: 4 }), assertPlanIsCheapest), { numRuns: 1_000 }));

Deno.test("ResourcePool.planPreemption() finds it also among more priorities than there are tables", () =>
  fc.assert(fc.property(scenes({ nodes: 3, holders: 24, levels: 60 }), assertPlanIsCheapest), { numRuns: 500 }));

/** What is asked for, where there are many leases. */
const MOST: Amounts = { cpu: 1_200, gpu: 200 };

/** From the most precious on, each is spared without whom the rest is enough. */
function greedy(scene: Scene, held: readonly Held[], node: number): number[] | undefined {
  let set = fromMostPrecious(
    held.filter((holder) => holder.node === node && holder.preemptible && holder.level < scene.level),
  );
  const isEnough = (taken: readonly Held[]) => fits(scene, held.filter((holder) => !taken.includes(holder)), node);
  if (!isEnough(set)) return undefined;
  for (const holder of [...set]) {
    const without = set.filter((other) => other !== holder);
    if (isEnough(without)) set = without;
  }
  return set.map(({ id }) => id);
}

Deno.test("ResourcePool.planPreemption() finds the cheapest of many leases on one node", () => {
  const amounts = fc.record({ cpu: fc.integer({ min: 1, max: 5 }), gpu: fc.nat(1) });
  const holder = fc.record({
    amounts,
    level: fc.nat(3),
    preemptible: fc.constantFrom(true, true, false),
    fate: fc.constantFrom<"keep" | "release" | "shrink">("keep", "release", "shrink"),
  });
  fc.assert(
    fc.property(
      fc.array(holder, { minLength: 1_000, maxLength: 1_500, size: "max" }),
      fc.record({ cpu: fc.nat(MOST.cpu), gpu: fc.nat(MOST.gpu) })
        .filter(({ cpu, gpu }) => cpu + gpu > 0),
      (holders, request) => {
        const { pool, held } = play({ nodes: [{ cpu: 1e6, gpu: 1e6 }], holders, request, level: 4 });
        // Nothing is free: as large as what is held.
        const nodes = [{ cpu: Math.max(MOST.cpu, sum(held, "cpu")), gpu: Math.max(MOST.gpu, sum(held, "gpu")) }];
        const scene: Scene = { nodes, holders, request, level: 3 };
        pool.resize(nodes[0] ?? {});
        const plan = pool.planPreemption(request, { priority: 3 });
        assertEquals(plan?.victims.map(({ owner }) => Number(owner)), greedy(scene, held, 0));
      },
    ),
    { numRuns: 15 },
  );
});

Deno.test("ResourcePool.planPreemption() over many nodes never takes a higher priority than it has to", () => {
  const nodes = 200, perNode = 8;
  fc.assert(
    fc.property(
      fc.array(fc.nat(2), { minLength: nodes * perNode, maxLength: nodes * perNode, size: "max" }),
      fc.integer({ min: 2, max: perNode }),
      (levels, cpu) => {
        const capacity = { cpu: perNode };
        const pool = new ResourcePool({ nodes, capacity });
        // One on each node, and again: the youngest leases are on many nodes, so that a sweep of them does not end soon.
        const held: Held[] = levels.map((level, id) => ({
          id,
          node: -1,
          level,
          preemptible: true,
          amounts: { cpu: 1, gpu: 0 },
        }));
        for (const holder of held) {
          const { id, level } = holder;
          const lease = pool.tryAcquire({ cpu: 1 }, { owner: String(id), priority: level, preemptible: true });
          assert(lease !== undefined);
          Object.assign(holder, { node: lease.node });
        }
        const scene = { nodes: Array.from({ length: nodes }, () => ({ cpu: perNode, gpu: 0 })), holders: [] };
        const plan = pool.planPreemption({ cpu }, { priority: 3 });
        assert(plan !== undefined);
        const ids = plan.victims.map(({ owner }) => Number(owner));
        assertEquals(ids, greedy({ ...scene, request: { cpu, gpu: 0 }, level: 3 }, held, plan.node));
        const least = Math.min(...Array.from({ length: nodes }, (_, node) => {
          const there = held.filter((holder) => holder.node === node).map(({ level }) => level).sort();
          return there[cpu - 1] ?? Infinity;
        }));
        assertEquals(plan.victims[0]?.priority, least);
      },
    ),
    { numRuns: 20 },
  );
});

Deno.test("ResourcePool.planPreemption() compares nodes also where the youngest leases are spread over many", () => {
  const nodes = 400;
  assert(nodes > SWEEP);
  let turn = 0;
  const pool = new ResourcePool({
    nodes,
    capacity: { cpu: 2 },
    placement: {
      name: "in turn",
      open: ({ free }) => ({
        find: () => {
          for (let tries = 0; tries < nodes; tries++) if ((free[turn++ % nodes] ?? 0) > 0) return (turn - 1) % nodes;
          return -1;
        },
        update: () => {},
      }),
    },
  });
  for (let id = 0; id < 2 * nodes; id++) {
    pool.tryAcquire({ cpu: 1 }, { owner: String(id), priority: 0, preemptible: true });
  }
  // Every node has two. The first round is the same for all, but the best nodes are those that were served last in it.
  const plan = pool.planPreemption({ cpu: 2 });
  assertEquals(plan?.victims.map(({ owner }) => Number(owner)), [nodes - 1, 2 * nodes - 1]);
});
