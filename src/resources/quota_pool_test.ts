import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WaitTimeoutError } from "../coordination/waiter.ts";
import { timers } from "../reliability/timer_wheel.ts";
import type { Lease } from "./lease.ts";
import { ResourcePool } from "./pool.ts";
import { QuotaError, type QuotaGate, Quotas, type QuotaScope } from "./quotas/mod.ts";
import type { ResourceAmounts } from "./request.ts";

const ALICE = { user: "alice" }, BOB = { user: "bob" };

function setUp(limit: number, capacity = 8) {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "hard", limit } }]);
  const pool = new ResourcePool({ capacity: { cpu: capacity, gpu: 2 }, quotas });
  const granted: string[] = [];
  const acquire = (
    name: string,
    scope: QuotaScope,
    request: ResourceAmounts<"cpu" | "gpu">,
  ): Promise<Lease<"cpu" | "gpu">> => {
    const lease = pool.acquire(request, { scope, owner: name });
    lease.then(() => granted.push(name), () => {});
    return lease;
  };
  return { quotas, pool, granted, acquire, used: (user: string) => quotas.usage("user", user)[0]?.used };
}

function take(pool: ResourcePool<"cpu" | "gpu">, scope: QuotaScope, cpu: number): Lease<"cpu" | "gpu"> {
  const lease = pool.tryAcquire({ cpu }, { scope });
  assert(lease !== undefined);
  return lease;
}

Deno.test("ResourcePool with quotas counts a lease while it is held, and what is left of it after a shrink", async () => {
  const { pool, used } = setUp(4);
  const lease = take(pool, ALICE, 3);
  assertEquals(used("alice"), 3);
  assertStrictEquals(pool.tryAcquire({ cpu: 2 }, { scope: ALICE }), undefined);
  lease.shrink({ cpu: 1 });
  assertEquals(used("alice"), 2);
  const other = await pool.acquire({ cpu: 2 }, { scope: ALICE });
  lease.release();
  lease.release();
  assertEquals(used("alice"), 2);
  await pool.withResources({ cpu: 2, gpu: 1 }, () => assertEquals(used("alice"), 4), { scope: ALICE });
  other[Symbol.dispose]();
  assertEquals(used("alice"), 0);
  assertEquals(pool.snapshot().available, { cpu: 8, gpu: 2 });
});

Deno.test("ResourcePool.acquire() of who is stopped by a quota stands in nobody's way, and is served when the quota has room", async () => {
  const { pool, granted, acquire } = setUp(2, 4);
  const held = take(pool, ALICE, 2);
  const waits = acquire("alice", ALICE, { cpu: 2 });
  assertEquals([pool.snapshot().waiters, pool.snapshot().waitersForQuotas], [1, 1]);
  const bob = take(pool, BOB, 2);
  bob.release();
  (await acquire("bob", BOB, { cpu: 2 })).release();
  held.release();
  const lease = await waits;
  assertEquals(granted, ["bob", "alice"]);
  lease.release();
  assertEquals([pool.snapshot().waiters, timers.size], [0, 0]);
});

Deno.test("ResourcePool.acquire() sets nothing aside for who waits for room and is stopped by a quota as well", async () => {
  const { pool, granted, acquire } = setUp(4, 6);
  const mine = take(pool, ALICE, 2), other = take(pool, BOB, 4);
  const later = acquire("alice", ALICE, { cpu: 4 }); // no room, and no quota
  assertEquals(pool.snapshot().waitersForQuotas, 1);
  other.shrink({ cpu: 1 });
  take(pool, BOB, 1).release(); // though alice came before
  const large = acquire("carol", { user: "carol" }, { cpu: 3 });
  const second = acquire("alice 2", ALICE, { cpu: 1 }); // would be allowed, but not before the first
  assertEquals(pool.snapshot().waitersForQuotas, 2);
  other.release();
  (await large).release();
  await nextTurn();
  assertEquals(granted, ["carol"]);
  mine.release();
  const lease = await later;
  assertEquals(granted, ["carol", "alice"]);
  lease.release();
  (await second).release();
});

Deno.test("ResourcePool parks a waiter whose quota is used up while it waits for room", async () => {
  const { pool, quotas, granted, acquire } = setUp(4, 6);
  const full = take(pool, BOB, 4), gpu = pool.tryAcquire({ gpu: 1 });
  const first = acquire("first", ALICE, { cpu: 4 }), second = acquire("second", ALICE, { cpu: 4, gpu: 1 });
  assertEquals(pool.snapshot().waitersForQuotas, 0, "they wait for room only");
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined, "which is kept for them");
  const elsewhere = quotas.commit(ALICE, { cpu: 1 });
  gpu?.release(); // nobody's turn, but the waiters are looked at
  assertEquals([pool.snapshot().waitersForQuotas, granted], [2, []]);
  take(pool, { user: "carol" }, 2).release(); // nothing is kept any more
  full.release();
  take(pool, { user: "carol" }, 4).release();
  assert(elsewhere.status === "granted");
  elsewhere.release();
  (await first).release();
  (await second).release();
  assertEquals(granted, ["first", "second"]);
});

Deno.test("ResourcePool lets nobody who asks the same account for less overtake one who waits for it", async () => {
  const { pool, granted, acquire } = setUp(4, 100);
  let held = [1, 1, 1, 1].map((cpu) => take(pool, ALICE, cpu));
  const large = acquire("large", ALICE, { cpu: 4 });
  for (let i = 0; i < 20; i++) {
    acquire(`small ${i}`, ALICE, { cpu: 1 }).then((lease) => lease.release());
    assertStrictEquals(pool.tryAcquire({ cpu: 1 }, { scope: ALICE }), undefined);
    const [first, ...rest] = held;
    first?.release();
    held = rest;
    await nextTurn();
  }
  assertEquals(granted, ["large"]);
  assertEquals(pool.explain({ cpu: 1 }, { scope: ALICE }).status, "quota");
  (await large).release();
  await nextTurn();
  assertEquals(granted.length, 21);
});

Deno.test("ResourcePool lets nobody overtake who is on the way from a quota to room in the pool", async () => {
  const quotas = new Quotas([{ scope: "user", kind: "calls", policy: { type: "hard", limit: 4 } }]);
  const pool = new ResourcePool({ capacity: { cpu: 4, calls: 100 }, quotas });
  const held = pool.tryAcquire({ calls: 4 }, { scope: ALICE }), busy = pool.tryAcquire({ cpu: 1 }, { scope: BOB });
  let isGranted = false;
  const large = pool.acquire({ cpu: 4, calls: 3 }, { scope: ALICE });
  large.then(() => isGranted = true);
  held?.release();
  assertEquals([pool.snapshot().waiters, pool.snapshot().waitersForQuotas], [1, 0], "it waits for room only");
  assertStrictEquals(pool.tryAcquire({ calls: 2 }, { scope: ALICE }), undefined, "3 of 4 are promised");
  assertEquals(pool.explain({ calls: 2 }, { scope: ALICE }).status, "quota");
  const small = pool.tryAcquire({ calls: 1 }, { scope: ALICE });
  const next = pool.acquire({ calls: 2 }, { scope: ALICE });
  assertEquals(isGranted, false);
  busy?.release();
  const lease = await large;
  small?.release();
  lease.release();
  (await next).release();
  assertEquals([pool.snapshot().waiters, quotas.usage("user", "alice")[0]?.used], [0, 0]);
});

Deno.test("ResourcePool lets those behind go on when who is on the way from a quota to room gives up", async () => {
  const quotas = new Quotas([{ scope: "user", kind: "calls", policy: { type: "hard", limit: 4 } }]);
  const pool = new ResourcePool({ capacity: { cpu: 4, calls: 100 }, quotas }), abort = new AbortController();
  const held = pool.tryAcquire({ calls: 4 }, { scope: ALICE }), busy = pool.tryAcquire({ cpu: 1 }, { scope: BOB });
  const large = pool.acquire({ cpu: 4, calls: 3 }, { scope: ALICE, signal: abort.signal });
  const next = pool.acquire({ calls: 4 }, { scope: ALICE });
  held?.release();
  assertEquals([pool.snapshot().waiters, pool.snapshot().waitersForQuotas], [2, 1]);
  abort.abort();
  await assertRejects(() => large);
  (await next).release();
  busy?.release();
});

Deno.test("ResourcePool lets those behind go on when who is on the way to room is stopped by another account", async () => {
  const quotas = new Quotas([
    { scope: "user", kind: "calls", policy: { type: "hard", limit: 4 } },
    { scope: "agent", kind: "calls", policy: { type: "hard", limit: 4 } },
  ]);
  const pool = new ResourcePool({ capacity: { cpu: 4, calls: 100 }, quotas }),
    both = { user: "alice", agent: "crawler" };
  const held = pool.tryAcquire({ calls: 4 }, { scope: ALICE });
  const [busy, other] = [1, 1].map((cpu) => pool.tryAcquire({ cpu }, { scope: BOB }));
  const large = pool.acquire({ cpu: 4, calls: 3 }, { scope: both });
  const next = pool.acquire({ calls: 4 }, { scope: ALICE });
  held?.release();
  assertEquals(pool.snapshot().waitersForQuotas, 1, "the large one waits for room, and the next for what is left of 4");
  const elsewhere = quotas.commit({ agent: "crawler" }, { calls: 2 });
  other?.release();
  (await next).release();
  busy?.release();
  assertEquals(pool.snapshot().waitersForQuotas, 1);
  if (elsewhere.status === "granted") elsewhere.release();
  (await large).release();
});

Deno.test("ResourcePool lets time do for those behind who is on the way to room", async () => {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    const quotas = new Quotas([{ scope: "user", kind: "calls", policy: { type: "rate", perSecond: 1, capacity: 10 } }]);
    const pool = new ResourcePool({ capacity: { cpu: 4, calls: 100 }, quotas });
    pool.tryAcquire({ calls: 10 }, { scope: ALICE });
    const busy = pool.tryAcquire({ cpu: 1 }, { scope: BOB });
    const granted: string[] = [];
    pool.acquire({ cpu: 4, calls: 2 }, { scope: ALICE }).then(() => granted.push("large"));
    pool.acquire({ calls: 3 }, { scope: ALICE }).then(() => granted.push("next"));
    await clock.tickAsync(4_999);
    assertEquals([granted, pool.snapshot().waitersForQuotas], [[], 1], "2 of the tokens are promised");
    await clock.tickAsync(1);
    assertEquals([granted, pool.snapshot().waitersForQuotas], [["next"], 0]);
    busy?.release();
    await clock.tickAsync(0);
    assertEquals(granted, ["next", "large"]);
  } finally {
    clock.uninstall();
  }
});

Deno.test("ResourcePool lets who came first go first at an account, though it was stopped there later", async () => {
  const { pool, quotas, granted, acquire } = setUp(4, 6);
  const full = take(pool, BOB, 4);
  const first = acquire("first", ALICE, { cpu: 4 });
  const elsewhere = quotas.commit(ALICE, { cpu: 1 });
  const second = acquire("second", ALICE, { cpu: 4 });
  assertEquals(pool.snapshot().waitersForQuotas, 1, "the first waits for room");
  full.shrink({ cpu: 1 });
  assertEquals(pool.snapshot().waitersForQuotas, 2);
  full.release();
  if (elsewhere.status === "granted") elsewhere.release();
  (await first).release();
  assertEquals(granted, ["first"]);
  (await second).release();
});

Deno.test("ResourcePool lets nobody overtake who waits for the account of all together", async () => {
  const quotas = new Quotas([{ scope: "global", kind: "cpu", policy: { type: "hard", limit: 4 } }]);
  const pool = new ResourcePool({ capacity: { cpu: 100, gpu: 1 }, quotas });
  const held = [take(pool, BOB, 2), take(pool, BOB, 2)];
  const large = pool.acquire({ cpu: 4 }, { scope: ALICE });
  held[0]?.release();
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }, { scope: BOB }), undefined);
  assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined);
  assert(pool.tryAcquire({ gpu: 1 }) !== undefined, "which nobody counts");
  held[1]?.release();
  (await large).release();
  assertEquals(pool.snapshot().waiters, 0);
});

Deno.test("ResourcePool keeps one timer for an account, however often it is looked at, and none for nobody", async () => {
  const quotas = new Quotas<"cpu" | "gpu">([{
    scope: "user",
    kind: "cpu",
    policy: { type: "rate", perSecond: 0.001, capacity: 2 },
  }]);
  const pool = new ResourcePool({ capacity: { cpu: 100, gpu: 1 }, quotas }), abort = new AbortController();
  take(pool, ALICE, 2);
  const waits = [1, 2].map((cpu) => pool.acquire({ cpu }, { scope: ALICE, signal: abort.signal }));
  for (let i = 0; i < 3; i++) {
    quotas.setRule({ scope: "agent", kind: "gpu", policy: { type: "hard", limit: i } });
    assertEquals(timers.size, 1);
  }
  abort.abort();
  await Promise.allSettled(waits);
  assertEquals([timers.size, pool.snapshot().waiters], [0, 0]);
});

Deno.test("ResourcePool serves who waits for a quota when the limit is raised, and refuses whom it can never allow any more", async () => {
  const { pool, quotas, acquire, granted } = setUp(4, 8);
  take(pool, ALICE, 4);
  const first = acquire("first", ALICE, { cpu: 3 }), second = acquire("second", ALICE, { cpu: 1 });
  quotas.setLimit({ scope: "user", kind: "cpu", type: "hard" }, 2);
  const error = await assertRejects(() => first, QuotaError, "allows 2 cpu, of which 4 are held; ask for less");
  assertEquals(error.refusal.impossible, true);
  quotas.setLimit({ scope: "user", kind: "cpu", type: "hard" }, 5);
  await second;
  assertEquals(granted, ["second"]);
  assertEquals(pool.snapshot().refusals, 1);
});

Deno.test("ResourcePool refuses at once what a quota can never allow, also when it would have to wait for room", async () => {
  const { pool } = setUp(4, 8);
  await assertRejects(() => pool.acquire({ cpu: 5 }, { scope: ALICE }), QuotaError, "ask for less");
  assertThrows(() => pool.tryAcquire({ cpu: 5 }, { scope: ALICE }), QuotaError, "ask for less");
  take(pool, BOB, 4);
  take(pool, ALICE, 4);
  await assertRejects(() => pool.acquire({ cpu: 5 }, { scope: ALICE }), QuotaError, "ask for less");
  const waits = pool.acquire({ cpu: 1 }, { scope: ALICE, timeoutMs: 1 }); // somebody waits for the account
  await assertRejects(() => pool.acquire({ cpu: 5 }, { scope: ALICE }), QuotaError, "ask for less");
  await assertRejects(() => waits, WaitTimeoutError);
  assertEquals(pool.snapshot().waiters, 0);
});

Deno.test("ResourcePool.acquire() with onQuota refuse rejects with the refusal and does not wait for a quota", async () => {
  const { pool } = setUp(4);
  take(pool, ALICE, 4);
  const error = await assertRejects(
    () => pool.acquire({ cpu: 1 }, { scope: ALICE, onQuota: "refuse" }),
    QuotaError,
    'Cannot acquire 1 cpu: the hard quota of user "alice" allows 4 cpu, of which 4 are held; wait for a release',
  );
  assertEquals([error.refusal.scope, error.refusal.used], ["user", 4]);
  assertEquals(pool.snapshot().waiters, 0);
});

Deno.test("ResourcePool tries a rate again when the refusal says so, with one timer an account", async () => {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "rate", perSecond: 1, capacity: 2 } }]);
    const pool = new ResourcePool({ capacity: { cpu: 100 }, quotas }), grantedMs: number[] = [];
    const start = performance.now();
    for (let i = 0; i < 6; i++) {
      pool.acquire({ cpu: 1 }, { scope: ALICE }).then((lease) => {
        grantedMs.push(performance.now() - start);
        lease.release();
      });
    }
    assertEquals([pool.snapshot().waitersForQuotas, timers.size], [4, 1]);
    for (let second = 0; second < 5; second++) await clock.tickAsync(1000);
    assertEquals(grantedMs, [0, 0, 1000, 2000, 3000, 4000]);
    assertEquals([pool.snapshot().waiters, timers.size], [0, 0]);
    await clock.tickAsync(1);
    assertEquals(clock.countTimers(), 0);
  } finally {
    clock.uninstall();
  }
});

Deno.test("ResourcePool loses nothing when who waits for a quota gives up, and lets the next go on", async () => {
  const { pool, granted, acquire, used } = setUp(4, 8);
  const held = take(pool, ALICE, 2), abort = new AbortController();
  const first = pool.acquire({ cpu: 4 }, { scope: ALICE, signal: abort.signal });
  const second = acquire("second", ALICE, { cpu: 2 });
  const reason = new Error("planted");
  abort.abort(reason);
  assertStrictEquals(await first.catch((error) => error), reason);
  const lease = await second;
  assertEquals([granted, used("alice")], [["second"], 4]);
  const late = await assertRejects(
    () => pool.acquire({ cpu: 1 }, { scope: ALICE, timeoutMs: 1 }),
    WaitTimeoutError,
    'a quota stops it: the hard quota of user "alice" allows 4 cpu, of which 4 are held',
  );
  assertInstanceOf(late, WaitTimeoutError);
  lease.release();
  held.release();
  assertEquals([used("alice"), pool.snapshot().waiters, pool.snapshot().timeouts, pool.snapshot().aborts], [
    0,
    0,
    1,
    1,
  ]);
});

Deno.test("ResourcePool.resize() refuses who waits for a quota and could not be served by any node any more", async () => {
  const { pool, acquire } = setUp(4, 8);
  const held = take(pool, ALICE, 4),
    first = acquire("first", ALICE, { cpu: 4 }),
    second = acquire("second", ALICE, { cpu: 2 });
  pool.resize({ cpu: 3 });
  await assertRejects(() => first, "CapacityError");
  held.release();
  (await second).release();
});

Deno.test("Quotas shared by two pools wake who waits in either, and are listened to only while somebody waits", async () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "hard", limit: 4 } }]);
  let listeners = 0;
  const gate: QuotaGate<"cpu"> = {
    check: (scope, amounts) => quotas.check(scope, amounts),
    checkAccount: (account, amount) => quotas.checkAccount(account, amount),
    commit: (scope, amounts) => quotas.commit(scope, amounts),
    onFreed(listener) {
      listeners++;
      const stop = quotas.onFreed(listener);
      return () => {
        listeners--;
        stop();
      };
    },
  };
  const [a, b] = [
    new ResourcePool({ capacity: { cpu: 8 }, quotas: gate }),
    new ResourcePool({ capacity: { cpu: 8 }, quotas: gate }),
  ];
  const held = a.tryAcquire({ cpu: 4 }, { scope: ALICE });
  const waits = b.acquire({ cpu: 3 }, { scope: ALICE });
  assertEquals(listeners, 1);
  held?.release();
  const lease = await waits;
  assertEquals(listeners, 0);
  assertEquals(a.explain({ cpu: 2 }, { scope: ALICE }).status, "quota");
  lease.release();
});

Deno.test("ResourcePool lets a waiter whom two accounts stop wait for one and then for the other", async () => {
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: { type: "hard", limit: 4 } },
    { scope: "agent", kind: "cpu", policy: { type: "hard", limit: 4 } },
  ]);
  const pool = new ResourcePool({ capacity: { cpu: 100, gpu: 1 }, quotas });
  const byUser = take(pool, { user: "alice" }, 4), byAgent = take(pool, { agent: "crawler" }, 4);
  let isGranted = false;
  const both = pool.acquire({ cpu: 2 }, { scope: { user: "alice", agent: "crawler" } });
  both.then(() => isGranted = true);
  const behind = pool.acquire({ cpu: 1 }, { scope: { user: "alice" } });
  byUser.release();
  (await behind).release(); // not held up by one who waits for another account
  assertEquals([isGranted, pool.snapshot().waitersForQuotas], [false, 1]);
  byAgent.release();
  (await both).release();
  assertEquals(pool.snapshot().waiters, 0);
});

Deno.test("ResourcePool.explain() says what would stop a request, without effect", () => {
  const { pool, used } = setUp(4, 6);
  assertEquals(pool.explain({ cpu: 4 }, { scope: ALICE }), { status: "available", node: 0 });
  assertEquals(used("alice"), 0);
  take(pool, ALICE, 4);
  const quota = pool.explain({ cpu: 1 }, { scope: ALICE });
  assert(quota.status === "quota");
  assertEquals([quota.refusal.key, quota.refusal.used, quota.refusal.requested], ["alice", 4, 1]);
  assertEquals(pool.explain({ cpu: 3, gpu: 1 }, { scope: BOB }), {
    status: "occupied",
    amounts: [{ kind: "cpu", requested: 3, free: 2 }, { kind: "gpu", requested: 1, free: 2 }],
  });
  assertThrows(() => pool.explain({ cpu: 7 }), "CapacityError");
});
