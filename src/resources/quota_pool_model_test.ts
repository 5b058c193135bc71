import { assert, assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import type { Lease } from "./lease.ts";
import { fairShare, fifo, type Ordering, priority } from "./ordering/mod.ts";
import { ResourcePool } from "./pool.ts";
import { type QuotaPolicy, type QuotaRule, Quotas, type QuotaScope } from "./quotas/mod.ts";

type Kind = "cpu" | "calls";
type Amounts = Readonly<Record<Kind, number>>;
const KINDS: readonly Kind[] = ["cpu", "calls"];
const USERS = ["alice", "bob"], AGENTS = ["crawler", "planner"];

const amounts: fc.Arbitrary<Amounts> = fc.record({
  cpu: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 8 })),
  calls: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 8 })),
}).filter(({ cpu, calls }) => cpu + calls > 0);

const scope: fc.Arbitrary<QuotaScope> = fc.record({
  user: fc.constantFrom(undefined, ...USERS),
  agent: fc.constantFrom(undefined, ...AGENTS),
});

const call = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("acquire" as const),
      amounts,
      scope,
      priority: fc.constantFrom(1, 1, 3),
      timeoutMs: fc.constantFrom(undefined, undefined, 500, 5_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("try" as const), amounts, scope }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("release" as const), n: fc.nat(99) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("shrink" as const), n: fc.nat(99), kind: fc.constantFrom(...KINDS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), n: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 100, 1_000, 10_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("limit" as const), n: fc.nat(9), limit: fc.integer({ min: 0, max: 12 }) }),
  },
);
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

const policy: fc.Arbitrary<QuotaPolicy> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("hard" as const), limit: fc.integer({ min: 2, max: 10 }) }) },
  fc.record({
    type: fc.constant("rate" as const),
    perSecond: fc.constantFrom(0.5, 2),
    capacity: fc.constantFrom(4, 8),
  }),
  fc.record({
    type: fc.constant("burst" as const),
    limit: fc.constantFrom(2, 3),
    peak: fc.constantFrom(6, 8),
    burstMs: fc.constantFrom(100, 3_000),
  }),
);
const rules: fc.Arbitrary<QuotaRule<Kind>[]> = fc.uniqueArray(
  fc.record({
    scope: fc.constantFrom("global" as const, "user" as const, "agent" as const),
    kind: fc.constantFrom(...KINDS),
    policy,
  }),
  { selector: ({ scope, kind, policy }) => `${scope} ${kind} ${policy.type}`, minLength: 1, maxLength: 5 },
);

interface Wait {
  readonly amounts: Amounts;
  readonly scope: QuotaScope;
  readonly abort: AbortController;
  lease: Lease<Kind> | undefined;
  isOver: boolean;
}

/** A pool with quotas, and what was asked of it. */
class Game {
  readonly quotas: Quotas<Kind>;
  readonly pool: ResourcePool<Kind>;
  readonly waits: Wait[] = [];
  readonly held = new Map<Lease<Kind>, QuotaScope>();

  constructor(readonly rules: readonly QuotaRule<Kind>[], ordering: Ordering, nodes: number) {
    this.quotas = new Quotas(rules);
    this.pool = new ResourcePool({ capacity: { cpu: 8, calls: 16 }, nodes, ordering, quotas: this.quotas });
  }

  play(call: Call): void {
    switch (call.do) {
      case "acquire": {
        const { amounts, scope, priority, timeoutMs } = call, abort = new AbortController();
        const wait: Wait = { amounts, scope, abort, lease: undefined, isOver: false };
        this.waits.push(wait);
        const options = { scope, priority, signal: abort.signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
        this.pool.acquire(amounts, { ...options, owner: scope.user }).then((lease) => {
          wait.lease = lease;
          this.held.set(lease, scope);
        }).catch(() => {}).finally(() => wait.isOver = true);
        return;
      }
      case "try": {
        const why = this.pool.explain(call.amounts, { scope: call.scope });
        if (why.status === "quota" && why.refusal.impossible) return;
        const lease = this.pool.tryAcquire(call.amounts, { scope: call.scope });
        assertEquals(why.status === "available", lease !== undefined, `explain said ${JSON.stringify(why)}`);
        if (lease !== undefined) this.held.set(lease, call.scope);
        return;
      }
      case "release":
        return this.release([...this.held.keys()][call.n % (this.held.size || 1)]);
      case "shrink": {
        const lease = [...this.held.keys()][call.n % (this.held.size || 1)];
        if (lease !== undefined && (lease.amounts[call.kind] ?? 0) >= 1) lease.shrink({ [call.kind]: 1 });
        if (lease?.released) this.held.delete(lease);
        return;
      }
      case "abort":
        return this.waits[call.n % (this.waits.length || 1)]?.abort.abort();
      case "limit": {
        const rule = this.rules[call.n % this.rules.length];
        if (rule?.policy.type === "hard") this.quotas.setLimit({ ...rule, type: "hard" }, call.limit);
        return;
      }
      case "wait":
        return; // the clock is the caller's
    }
  }

  release(lease: Lease<Kind> | undefined): void {
    if (lease === undefined) return;
    this.held.delete(lease);
    lease.release();
  }

  /** The books of pool and quotas add up to what is held, and whoever waits has a reason. */
  check(): void {
    const { inUse, capacity, waiters, nodes } = this.pool.snapshot();
    const waiting = this.waits.filter(({ isOver }) => !isOver);
    assertEquals(waiters, waiting.length);
    for (const kind of KINDS) {
      const sum = (belongs: (scope: QuotaScope) => boolean) =>
        [...this.held].reduce((sum, [lease, scope]) => sum + (belongs(scope) ? lease.amounts[kind] ?? 0 : 0), 0);
      assertEquals(inUse[kind], sum(() => true));
      assert(inUse[kind] <= capacity[kind]);
      const isHeld = (scope: string) =>
        this.rules.some((rule) => rule.scope === scope && rule.kind === kind && rule.policy.type !== "rate");
      const used = (scope: "user" | "agent", key: string) =>
        this.quotas.usage(scope, key).find((usage) => usage.kind === kind && usage.policy.type !== "rate")?.used;
      for (const user of USERS) {
        if (isHeld("user")) {
          assertEquals(
            used("user", user),
            sum((scope) => scope.user === user),
          );
        }
      }
      for (const agent of AGENTS) {
        if (isHeld("agent")) assertEquals(used("agent", agent), sum((scope) => scope.agent === agent));
      }
    }
    for (const wait of waiting) {
      const others = waiting.filter((other) => other !== wait && this.#meet(other, wait));
      if (others.length > 0) continue;
      const hasRoom = nodes.some(({ available }) => KINDS.every((kind) => available[kind] >= wait.amounts[kind]));
      const isAllowed = this.quotas.check(wait.scope, wait.amounts).status === "allowed";
      assert(!hasRoom || !isAllowed, `${JSON.stringify(wait.amounts)} waits in vain`);
    }
  }

  /** Whether two may have to wait for each other: by a kind, which also is what accounts have in common. */
  #meet(a: Wait, b: Wait): boolean {
    return KINDS.some((kind) => a.amounts[kind] > 0 && b.amounts[kind] > 0);
  }
}

Deno.test("ResourcePool with quotas keeps both books, and lets nobody wait in vain or be lost", () =>
  fc.assert(
    fc.asyncProperty(
      rules,
      fc.constantFrom(fifo(), priority({ agingMs: 1_000 }), fairShare()),
      fc.integer({ min: 1, max: 3 }),
      fc.array(call, { maxLength: 60, size: "max" }),
      async (rules, ordering, nodes, script) => {
        const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
        try {
          const game = new Game(rules, ordering, nodes);
          for (const call of script) {
            game.play(call);
            await clock.tickAsync(call.do === "wait" ? call.ms : 0);
            game.check();
          }
          // What is impossible under lowered limits was refused; all others are served as leases come back and time passes.
          for (let round = 0; game.pool.snapshot().waiters > 0; round++) {
            assert(round <= script.length, `${game.pool.snapshot().waiters} wait for ever`);
            for (const lease of [...game.held.keys()]) game.release(lease);
            await clock.tickAsync(60_000);
            game.check();
          }
          for (const lease of [...game.held.keys()]) game.release(lease);
          await clock.tickAsync(600_000);
          assertEquals(game.pool.snapshot().available, game.pool.snapshot().capacity);
          game.quotas.sweep();
          assertEquals([game.quotas.snapshot().accounts, timers.size], [0, 0]);
          await clock.tickAsync(1);
          assertEquals(clock.countTimers(), 0);
        } finally {
          clock.uninstall();
        }
      },
    ),
    { numRuns: 300 },
  ));

/** Users with hard limits and room for all: first come, first served for each of them. */
class FirstComeQuotas {
  readonly granted: number[] = [];
  readonly refused: number[] = [];
  readonly held: { id: number; user: string; cpu: number }[] = [];
  line: { id: number; user: string; cpu: number }[] = [];
  limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  used(user: string): number {
    return this.held.reduce((sum, lease) => sum + (lease.user === user ? lease.cpu : 0), 0);
  }

  request(id: number, user: string, cpu: number): void {
    if (cpu > this.limit) this.refused.push(id);
    else this.line.push({ id, user, cpu });
    this.serve();
  }

  serve(): void {
    for (const user of USERS) {
      for (let first = this.first(user); first !== undefined; first = this.first(user)) {
        if (first.cpu <= this.limit && this.used(user) + first.cpu > this.limit) break;
        this.forget(first.id);
        if (first.cpu > this.limit) this.refused.push(first.id);
        else {
          this.held.push(first);
          this.granted.push(first.id);
        }
      }
    }
  }

  first(user: string) {
    return this.line.find((waiter) => waiter.user === user);
  }

  forget(id: number): void {
    this.line = this.line.filter((waiter) => waiter.id !== id);
  }

  release(id: number): void {
    const place = this.held.findIndex((lease) => lease.id === id);
    if (place >= 0) this.held.splice(place, 1);
    this.serve();
  }
}

Deno.test("ResourcePool serves those who wait for one account first come, first served, as plain lists would", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      fc.array(
        fc.record({
          do: fc.constantFrom("acquire", "acquire", "acquire", "release", "release", "abort", "limit"),
          user: fc.constantFrom(...USERS),
          cpu: fc.integer({ min: 1, max: 8 }),
          n: fc.nat(99),
        }),
        { maxLength: 80, size: "max" },
      ),
      async (limit, script) => {
        const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "hard", limit } }]);
        const pool = new ResourcePool({ capacity: { cpu: 1_000 }, quotas, ordering: fifo() });
        const model = new FirstComeQuotas(limit);
        const leases = new Map<number, Lease<"cpu">>(), aborts: AbortController[] = [];
        const granted: number[] = [], refused: number[] = [];
        for (const { do: what, user, cpu, n } of script) {
          if (what === "acquire") {
            const abort = new AbortController(), id = aborts.push(abort) - 1;
            pool.acquire({ cpu }, { scope: { user }, signal: abort.signal }).then((lease) => {
              granted.push(id);
              leases.set(id, lease);
            }, (error) => {
              if (error.code === "quota_exceeded") refused.push(id);
            });
            model.request(id, user, cpu);
          } else if (what === "release") {
            const [id, lease] = [...leases][n % (leases.size || 1)] ?? [-1];
            lease?.release();
            model.release(id);
          } else if (what === "abort") {
            aborts[n % (aborts.length || 1)]?.abort();
            model.forget(n % (aborts.length || 1));
            model.serve();
          } else {
            quotas.setLimit({ scope: "user", kind: "cpu", type: "hard" }, cpu);
            model.limit = cpu;
            model.serve();
          }
          await nextTurn();
          const byNumber = (a: number, b: number) => a - b;
          assertEquals([...granted].sort(byNumber), [...model.granted].sort(byNumber));
          assertEquals([...refused].sort(byNumber), [...model.refused].sort(byNumber));
          for (const each of USERS) {
            const isHis = (id: number) => script.filter(({ do: what }) => what === "acquire")[id]?.user === each;
            assertEquals(granted.filter(isHis), model.granted.filter(isHis), "in the same order");
          }
          assertEquals(pool.snapshot().waiters, model.line.length);
        }
      },
    ),
    { numRuns: 300 },
  ));
