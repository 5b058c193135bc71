import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { timers } from "../reliability/timer_wheel.ts";
import { Quota } from "./quota.ts";
import { QuotaExceededError } from "./quota_shortage.ts";
import { WaitTimeoutError } from "./waiter.ts";

Deno.test("Quota grants within the limit in all and each owner's own", () => {
  const quota = new Quota(10, { ownerLimit: 4, ownerLimits: { bob: 8 } });
  const ann = quota.tryAcquire(4, "ann"), bob = quota.tryAcquire(5, "bob");
  assert(ann !== undefined && bob !== undefined);
  assertStrictEquals(quota.tryAcquire(1, "ann"), undefined);
  assertEquals(quota.shortage(1, "ann"), { reason: "owner limit", requested: 1, used: 4, limit: 4, owner: "ann" });
  assertEquals(quota.shortage(2, "bob"), { reason: "limit", requested: 2, used: 9, limit: 10, owner: "bob" });
  assertStrictEquals(quota.shortage(1), undefined);
  assertEquals([quota.used, quota.usedBy("ann"), quota.limitOf("bob"), quota.limitOf("eve")], [9, 4, 8, 4]);
  ann.release();
  ann.release();
  bob[Symbol.dispose]();
  assertEquals(quota.used, 0);
});

Deno.test("Quota.acquire() waits in order, but holds up nobody for one whose owner is at its limit", async () => {
  const quota = new Quota(10, { ownerLimit: 4 }), order: string[] = [];
  const held = quota.tryAcquire(4, "ann");
  const waits = [
    quota.acquire(1, { owner: "ann" }).then((share) => (order.push("ann"), share)),
    quota.acquire(4, { owner: "bob" }).then((share) => (order.push("bob"), share)),
  ];
  const [, bob] = [waits[0], await waits[1]];
  assertEquals(order, ["bob"]);
  const large = quota.acquire(10).then((share) => (order.push("large"), share));
  assertStrictEquals(quota.tryAcquire(1), undefined, "a small request does not overtake a large one");
  assertEquals(quota.shortage(1)?.reason, "waiters");
  held?.release();
  (await waits[0])?.release();
  bob?.release();
  (await large).release();
  assertEquals([order, quota.used], [["bob", "ann", "large"], 0]);
});

Deno.test("Quota.acquire() behind somebody of the same owner holds up nobody else", async () => {
  const quota = new Quota(10, { ownerLimit: 4 });
  const held = quota.tryAcquire(2, "ann");
  const large = quota.acquire(4, { owner: "ann" }), small = quota.acquire(1, { owner: "ann" });
  assertStrictEquals(quota.tryAcquire(1, "ann"), undefined, "its own wait ahead");
  assertEquals(quota.shortage(1, "ann")?.reason, "waiters");
  assert(quota.tryAcquire(1, "bob") !== undefined);
  held?.release();
  (await large).release();
  (await small).release();
});

Deno.test("Quota.acquire() that gives up lets those behind move up", async () => {
  const quota = new Quota(3, { name: "calls" }), abort = new AbortController();
  const held = quota.tryAcquire(2);
  const large = quota.acquire(3, { signal: abort.signal, timeoutMs: 60_000 }), small = quota.acquire(1);
  abort.abort();
  await assertRejects(() => large);
  (await small).release();
  assertEquals(
    (await assertRejects(() => quota.acquire(2, { timeoutMs: 1 }), WaitTimeoutError)).message,
    'Cannot acquire 2 of the quota "calls" within 1 ms: 2 of 3 are used; raise timeoutMs, or hold it for a shorter time',
  );
  held?.release();
  assertEquals([quota.used, quota.waiters, timers.size], [0, 0, 0]);
});

Deno.test("Quota.acquire() of more than a limit is refused at once, telling what is used and the limit", async () => {
  const quota = new Quota(5, { ownerLimit: 2, name: "calls" });
  const error = await assertRejects(() => quota.acquire(3, { owner: "ann" }), QuotaExceededError);
  assertEquals(error.code, "quota_exceeded");
  assertEquals(error.shortage, { reason: "owner limit", requested: 3, used: 0, limit: 2, owner: "ann" });
  assertEquals(
    error.message,
    'Cannot acquire 3 of the quota "calls": owner "ann" uses 0 of its 2; ask for less, or raise the limit',
  );
  await assertRejects(() => quota.acquire(6), QuotaExceededError, "0 of 5 are used");
  assertEquals(quota.snapshot().owners, [], "an owner with nothing is not remembered");
});

Deno.test("Quota.setLimit() serves whom a higher limit helps, and refuses whom a lower one leaves without hope", async () => {
  const quota = new Quota(2);
  const held = quota.tryAcquire(2), waits = quota.acquire(2);
  quota.setLimit(4);
  const second = await waits, third = quota.acquire(3);
  quota.setLimit(1);
  await assertRejects(() => third, QuotaExceededError, "4 of 1 are used");
  assertEquals([quota.used, quota.limit], [4, 1], "what is held stays held");
  held?.release();
  assertStrictEquals(quota.tryAcquire(1), undefined);
  second.release();
  assert(quota.tryAcquire(1) !== undefined);
});

Deno.test("Quota.setOwnerLimit() changes one owner's limit, and takes it back", async () => {
  const quota = new Quota(9, { ownerLimit: 1 });
  const held = quota.tryAcquire(1, "ann");
  const waits = quota.acquire(1, { owner: "ann" });
  quota.setOwnerLimit("ann", 2);
  (await waits).release();
  quota.setOwnerLimit("ann", undefined);
  assertStrictEquals(quota.tryAcquire(1, "ann"), undefined);
  held?.release();
  assertEquals(quota.snapshot().owners, []);
});

Deno.test("Quota.withQuota() gives back whether fn returns or throws", async () => {
  const quota = new Quota(2);
  assertEquals([await quota.withQuota(2, () => quota.used), quota.used], [2, 0]);
  await assertRejects(() => quota.withQuota(1, () => Promise.reject(new Error("no"))), Error, "no");
  assertEquals(quota.used, 0);
});

Deno.test("Quota refuses limits, amounts and owners that are none", async () => {
  for (const limit of [-1, 0.5, NaN, Infinity]) {
    assertThrows(() => new Quota(limit), RangeError, `limit ${limit}: expected an integer from 0 to`);
    assertThrows(() => new Quota(1, { ownerLimit: limit }), RangeError, `ownerLimit ${limit}`);
    assertThrows(() => new Quota(1, { ownerLimits: { ann: limit } }), RangeError, `limit ${limit}`);
    assertThrows(() => new Quota(1).setLimit(limit), RangeError, `limit ${limit}`);
  }
  const quota = new Quota(5);
  for (const amount of [0, -1, 0.5, NaN]) {
    assertThrows(() => quota.tryAcquire(amount), RangeError, `amount ${amount}`);
    await assertRejects(() => quota.acquire(amount), RangeError, `amount ${amount}`);
  }
  assertThrows(() => quota.tryAcquire(1, ""), TypeError, 'owner ""');
  await assertRejects(() => quota.acquire(1, { owner: "" }), TypeError, 'owner ""');
  assertEquals(quota.used, 0);
});

Deno.test("Quota.snapshot() tells each share, who waits for how much, and each owner's use", async () => {
  let nowMs = 0;
  const quota = new Quota(4, { ownerLimit: 3, timing: "on", clock: () => nowMs });
  const held = quota.tryAcquire(3, "ann");
  nowMs = 4;
  const waits = quota.acquire(2, { owner: "bob", priority: "high" });
  nowMs = 9;
  assertEquals(quota.snapshot(), {
    type: "quota",
    name: undefined,
    holders: [{ owner: "ann", holds: 3, ageMs: 9 }],
    waiters: [{ owner: "bob", priority: "high", wants: 2, waitedMs: 5 }],
    totals: { grants: 1, waits: 0, timeouts: 0, aborts: 0, longestWaitMs: 0 },
    used: 3,
    limit: 4,
    owners: [{ owner: "ann", used: 3, limit: 3 }, { owner: "bob", used: 0, limit: 3 }],
  });
  held?.release();
  (await waits).release();
  assertEquals(quota.snapshot().totals, { grants: 2, waits: 1, timeouts: 0, aborts: 0, longestWaitMs: 5 });
});

Deno.test("Quota looks at few waiters of an owner at its limit when one of them gives up or is served", async () => {
  const quota = new Quota(10, { ownerLimit: 1 }), many = 1_000;
  let looks = 0;
  const signals = Array.from({ length: many }, () => {
    const { signal } = new AbortController();
    return Object.defineProperty(signal, "aborted", { get: () => (looks++, false) });
  });
  const held = quota.tryAcquire(1, "ann");
  const waits = signals.map((signal) => quota.acquire(1, { owner: "ann", signal }).then((share) => share.release()));
  looks = 0;
  for (const signal of signals.slice(many / 2)) signal.dispatchEvent(new Event("abort"));
  held?.release();
  await Promise.allSettled(waits);
  assertEquals([quota.waiters, quota.used], [0, 0]);
  assert(looks <= 5 * many, `looked ${looks} times at who waits`);
});

Deno.test("Quota serves the owners by the place of their first waiter, wherever the urgent go ahead", async () => {
  const quota = new Quota(2, { ownerLimit: 1 }), order: string[] = [];
  const held = quota.tryAcquire(2);
  const waits = (["ann", "ann", "bob", "bob", "ann", "bob"] as const).map((owner, at) => {
    const priority = at >= 4 ? "high" : "normal";
    return quota.acquire(1, { owner, priority }).then((share) => (order.push(`${owner} ${at}`), share.release()));
  });
  held?.release();
  await Promise.all(waits);
  assertEquals(order, ["ann 4", "bob 5", "ann 0", "bob 2", "ann 1", "bob 3"]);
});
