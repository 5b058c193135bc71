import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { timers } from "../../reliability/timer_wheel.ts";
import { RESTING_ACCOUNTS } from "./attic.ts";
import {
  describeRefusal,
  type QuotaDecision,
  QuotaError,
  type QuotaGrant,
  type QuotaOverage,
  type QuotaPolicy,
  type QuotaRefusal,
  type QuotaRule,
  Quotas,
} from "./mod.ts";

function granted<Kinds extends string>(answer: QuotaGrant<Kinds> | QuotaRefusal): QuotaGrant<Kinds> {
  if (answer.status === "refused") throw new QuotaError(answer);
  return answer;
}

function refused(answer: QuotaGrant<string> | QuotaDecision): QuotaRefusal {
  assert(answer.status === "refused", "expected a refusal");
  return answer;
}

function hard(limit: number): QuotaPolicy {
  return { type: "hard", limit };
}

/** What a caller that is not type-checked may pass. */
function untyped<Value>(json: string): Value {
  return JSON.parse(json);
}

Deno.test("Quotas.commit() counts on all accounts or on none, and names who refuses", () => {
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: hard(4) },
    { scope: "agent", kind: "cpu", policy: hard(3) },
    { scope: "global", kind: "memoryMb", policy: hard(100) },
  ]);
  const first = granted(quotas.commit({ user: "alice", agent: "crawler" }, { cpu: 2, memoryMb: 50 }));
  assertEquals(refused(quotas.commit({ user: "bob", agent: "crawler" }, { memoryMb: 10, cpu: 2 })), {
    status: "refused",
    scope: "agent",
    key: "crawler",
    kind: "cpu",
    policy: "hard",
    name: undefined,
    used: 2,
    requested: 2,
    limit: 3,
    retryAfterMs: null,
    impossible: false,
  });
  assertEquals(quotas.usage("user", "bob")[0]?.used, 0);
  assertEquals(quotas.usage("global")[0]?.used, 50);
  assertEquals(quotas.usage("agent", "crawler")[0], {
    scope: "agent",
    key: "crawler",
    kind: "cpu",
    name: undefined,
    policy: hard(3),
    used: 2,
    limit: 3,
    available: 1,
    overage: 0,
    tokens: null,
    overages: 0,
    refusals: 1,
  });
  first.release();
  granted(quotas.commit({ user: "bob", agent: "crawler" }, { memoryMb: 100, cpu: 3 })).release();
  assertEquals(quotas.usage("global")[0]?.used, 0);
});

Deno.test("Quotas.check() has no effect", () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: hard(4) }]);
  for (let i = 0; i < 1000; i++) assertEquals(quotas.check({ user: `${i}` }, { cpu: 4 }), { status: "allowed" });
  for (let i = 0; i < 1000; i++) assertEquals(refused(quotas.check({ user: `${i}` }, { cpu: 5 })).impossible, true);
  assertEquals(quotas.snapshot().accounts, 0);
  assertEquals(quotas.snapshot().rules[0]?.refusals, 0);
});

Deno.test("Quotas lets pass what no rule counts: other kinds, and levels that the scope does not name", () => {
  const quotas = new Quotas<"cpu" | "gpu">([{ scope: "user", kind: "cpu", policy: hard(1) }]);
  assertEquals(quotas.check({ user: "alice" }, { gpu: 99 }).status, "allowed");
  assertEquals(quotas.check({ agent: "crawler" }, { cpu: 99 }).status, "allowed");
  assertEquals(quotas.check({ user: undefined }, { cpu: 99 }).status, "allowed");
  granted(quotas.commit({}, { cpu: 99, gpu: 99 })).release();
  // @ts-expect-error: no rule is about a tpu
  assertEquals(quotas.check({ user: "alice" }, { tpu: 99 }).status, "allowed");
});

Deno.test("Quotas.commit() reads kinds and keys that every object inherits as names like any other", () => {
  const quotas = new Quotas<string>([
    { scope: "user", kind: "constructor", policy: hard(1) },
    { scope: "user", key: "__proto__", kind: "toString", policy: hard(2) },
  ]);
  assertEquals(quotas.check({ user: "a" }, {}).status, "allowed", "nothing is asked for");
  assertEquals(refused(quotas.check({ user: "__proto__" }, { constructor: 2 })).key, "__proto__");
  const grant = granted(quotas.commit({ user: "__proto__" }, { constructor: 1, toString: 2 }));
  assertEquals(quotas.usage("user", "__proto__").map(({ kind, used }) => [kind, used]), [
    ["constructor", 1],
    ["toString", 2],
  ]);
  assertEquals(quotas.usage("user", "constructor").map(({ used }) => used), [0]);
  const request = untyped<Record<string, number>>('{"__proto__": 5, "constructor": 1}');
  granted(quotas.commit({ user: "b" }, request));
  grant.release({ toString: 1 });
  assertEquals(quotas.usage("user", "__proto__").map(({ used }) => used), [1, 1]);
});

Deno.test("Quotas gives somebody's own rules precedence over general ones, apart for what is held and for rates", () => {
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: hard(4) },
    { scope: "user", kind: "cpu", policy: { type: "rate", perSecond: 5 } },
    { scope: "user", key: "alice", kind: "cpu", policy: hard(8) },
    { scope: "user", key: "bob", kind: "cpu", policy: { type: "rate", perSecond: 1 } },
  ], { clock: () => 0 });
  const limits = (user: string) => quotas.usage("user", user).map(({ policy, limit }) => [policy.type, limit]);
  assertEquals(limits("carol"), [["hard", 4], ["rate", 5]]);
  assertEquals(limits("alice"), [["rate", 5], ["hard", 8]]);
  assertEquals(limits("bob"), [["hard", 4], ["rate", 1]]);
  assertEquals(
    refused(quotas.check({ user: "alice" }, { cpu: 6 })).policy,
    "rate",
    "all that are left are to be passed",
  );
  quotas.removeRule({ scope: "user", key: "alice", kind: "cpu", type: "hard" });
  assertEquals(limits("alice"), [["hard", 4], ["rate", 5]]);
});

Deno.test("Quotas allows several rules of one type under different names", () => {
  let nowMs = 0;
  const quotas = new Quotas([
    { scope: "user", kind: "requests", name: "second", policy: { type: "rate", perSecond: 2 } },
    { scope: "user", kind: "requests", name: "minute", policy: { type: "rate", perSecond: 5 / 60, capacity: 5 } },
  ], { clock: () => nowMs });
  granted(quotas.commit({ user: "a" }, { requests: 2 }));
  assertEquals(refused(quotas.check({ user: "a" }, { requests: 2 })).name, "second");
  nowMs = 1000;
  granted(quotas.commit({ user: "a" }, { requests: 2 }));
  nowMs = 2000;
  const refusal = refused(quotas.check({ user: "a" }, { requests: 2 }));
  assertEquals(
    [refusal.name, refusal.retryAfterMs],
    ["minute", 10_000],
    "4 - 2/12 are taken of 5, at one in 12 seconds",
  );
});

Deno.test("Quotas.snapshot() counts as idle whoever holds nothing: who rests, who owes, and not who came again", () => {
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: hard(2) },
    { scope: "agent", kind: "cpu", policy: hard(2) },
    { scope: "agent", kind: "cpu", policy: { type: "rate", perSecond: 2 } },
  ], { clock: () => 0 });
  const take = () => granted(quotas.commit({ user: "a", agent: "b" }, { cpu: 1 }));
  const counts = () => [quotas.snapshot().accounts, quotas.snapshot().idleAccounts];
  const first = take();
  assertEquals(counts(), [2, 0]);
  first.release();
  assertEquals(counts(), [2, 2], "one rests, and one owes a token");
  take();
  assertEquals(counts(), [2, 0]);
});

Deno.test("Quotas with a soft limit grants beyond it, and reports each time when the grant is over", async () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "soft", limit: 2 } }]);
  const overages: QuotaOverage[] = [], seen: (number | undefined)[] = [];
  const stop = quotas.onOverage((overage) => {
    overages.push(overage);
    seen.push(quotas.usage("user", "a")[0]?.overage);
  });
  const grants = [2, 1, 0.5].map((cpu) => granted(quotas.commit({ user: "a" }, { cpu })));
  assertEquals(overages, [], "whoever asks is not done");
  await Promise.resolve();
  assertEquals(overages, [
    { scope: "user", key: "a", kind: "cpu", name: undefined, used: 3, requested: 1, limit: 2 },
    { scope: "user", key: "a", kind: "cpu", name: undefined, used: 3.5, requested: 0.5, limit: 2 },
  ]);
  assertEquals(seen, [1.5, 1.5]);
  stop();
  granted(quotas.commit({ user: "a" }, { cpu: 1 }));
  await Promise.resolve();
  assertEquals(overages.length, 2);
  assertEquals(quotas.snapshot().rules[0]?.overages, 3);
  for (const grant of grants) grant.release();
  const usage = quotas.usage("user", "a")[0];
  assertEquals([usage?.used, usage?.overage, usage?.overages], [1, 0, 3]);
});

Deno.test("Quotas with a soft limit counts up to 2^53 - 1 units, and refuses what it could not give back exactly", () => {
  const quotas = new Quotas([{ scope: "global", kind: "bytes", policy: { type: "soft", limit: 2 ** 50 } }]);
  const most = granted(quotas.commit({}, { bytes: Number.MAX_SAFE_INTEGER }));
  assertEquals(refused(quotas.commit({}, { bytes: 1 })).policy, "soft");
  assertEquals(refused(quotas.check({}, { bytes: 1e300 })).impossible, true);
  most.release();
  assertEquals(quotas.usage("global")[0]?.used, 0);
});

Deno.test("Quotas with a burst carries the peak for as long as the bucket lasts, and wants back what went beyond", () => {
  let nowMs = 0;
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: { type: "burst", limit: 2, peak: 6, burstMs: 10_000 } },
  ], { clock: () => nowMs });
  const scope = { user: "a" }, tokens = () => quotas.usage("user", "a")[0]?.tokens;
  assertEquals(refused(quotas.check(scope, { cpu: 7 })).impossible, true);
  const base = granted(quotas.commit(scope, { cpu: 2 })), peak = granted(quotas.commit(scope, { cpu: 4 }));
  assertEquals(refused(quotas.check(scope, { cpu: 1 })).limit, 6);
  nowMs = 9_000;
  assertEquals(tokens(), 4, "4 more than the limit drain 40 units held for a second in 10 seconds");
  peak.release();
  granted(quotas.commit(scope, { cpu: 4 })).release({ cpu: 3 }); // there still are tokens
  nowMs = 15_000;
  assertEquals(tokens(), -2, "what is held beyond is owed");
  const refusal = refused(quotas.check(scope, { cpu: 1 }));
  assertEquals([refusal.used, refusal.limit, refusal.retryAfterMs], [3, 2, null], "no refill while so much is held");
  base.release();
  const retryAfterMs = refused(quotas.check(scope, { cpu: 2 })).retryAfterMs ?? NaN;
  assertAlmostEquals(
    retryAfterMs,
    2000.001,
    1e-6,
    "1 of 2 is held, so that 1 flows in a second, and one token has to be there",
  );
  granted(quotas.commit(scope, { cpu: 1 })); // up to the limit is always free
  nowMs = 1e6;
  assertEquals(tokens(), -2, "as long as the limit itself is held, nothing changes");
});

Deno.test("Quotas with a burst allows the peak until the bucket is empty, to the microsecond", () => {
  let nowMs = 0;
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: { type: "burst", limit: 2, peak: 6, burstMs: 10_000 } },
  ], { clock: () => nowMs });
  granted(quotas.commit({ user: "a" }, { cpu: 5.5 }));
  granted(quotas.commit({ user: "a" }, { cpu: 0.5 })).release();
  nowMs = 11_428.571; // 3.5 beyond the limit drain 40 in 80/7 seconds
  assertEquals(quotas.check({ user: "a" }, { cpu: 0.5 }).status, "allowed");
  nowMs = 11_428.572;
  assertEquals(refused(quotas.check({ user: "a" }, { cpu: 0.5 })).limit, 2);
  nowMs = 0;
  const exact = new Quotas([
    { scope: "user", kind: "cpu", policy: { type: "burst", limit: 2, peak: 6, burstMs: 10_000 } },
  ], { clock: () => nowMs });
  granted(exact.commit({ user: "a" }, { cpu: 4 }));
  nowMs = 20_000;
  assertEquals([exact.check({ user: "a" }, { cpu: 1 }).status, exact.usage("user", "a")[0]?.tokens], ["refused", 0]);
});

Deno.test("Quotas with a rate grants what the bucket holds, and a release gives nothing back", () => {
  let nowMs = 0;
  const quotas = new Quotas([
    { scope: "user", kind: "requests", policy: { type: "rate", perSecond: 1 / 60 } },
  ], { clock: () => nowMs });
  granted(quotas.commit({ user: "a" }, { requests: 1 })).release();
  const refusal = refused(quotas.check({ user: "a" }, { requests: 1 }));
  assertEquals([refusal.used, refusal.limit, refusal.retryAfterMs, refusal.impossible], [1, 1, 60_000, false]);
  assertEquals(refused(quotas.check({ user: "b" }, { requests: 2 })).impossible, true);
  nowMs = 59_999.999;
  assertEquals(quotas.check({ user: "a" }, { requests: 1 }).status, "refused");
  nowMs = 60_000;
  assertEquals(quotas.check({ user: "a" }, { requests: 1 }).status, "allowed", "one a minute is exactly that");
});

Deno.test("Quotas counts a year of a rate without drift, however often it is looked at", () => {
  let nowMs = 0;
  const quotas = new Quotas([
    { scope: "global", kind: "requests", policy: { type: "rate", perSecond: 1000 / 86_400, capacity: 1000 } },
  ], { clock: () => nowMs });
  granted(quotas.commit({}, { requests: 1000 }));
  for (let day = 1; day <= 365; day++) {
    for (let look = 0; look < 1000; look++) {
      nowMs = (day - 1) * 86_400_000 + look * 86_399.123;
      quotas.check({}, { requests: 1 });
    }
    nowMs = day * 86_400_000 - 0.001;
    assertEquals(quotas.check({}, { requests: 1000 }).status, "refused", `day ${day}`);
    nowMs = day * 86_400_000;
    granted(quotas.commit({}, { requests: 1000 }));
  }
});

Deno.test("Quotas lives through no time twice when its clock goes back, and loses none", () => {
  let nowMs = 100_000;
  const quotas = new Quotas([
    { scope: "user", kind: "requests", policy: { type: "rate", perSecond: 1, capacity: 10 } },
  ], { clock: () => nowMs });
  const scope = { user: "a" }, tokens = () => quotas.usage("user", "a")[0]?.tokens;
  granted(quotas.commit(scope, { requests: 10 }));
  nowMs = 103_000;
  assertEquals(tokens(), 3);
  nowMs = 0;
  assertEquals(tokens(), 3);
  assertEquals(refused(quotas.check(scope, { requests: 4 })).retryAfterMs, 104_000, "by the clock as it goes now");
  nowMs = 103_000;
  assertEquals(tokens(), 3, "forth and back is no time");
  nowMs = 104_000;
  assertEquals(tokens(), 4);
  for (nowMs of [NaN, Infinity, -Infinity, 1e300]) assertEquals(tokens(), 4, `${nowMs} is no time`);
});

Deno.test("QuotaGrant.release() gives back once, in parts, and never more than was taken", () => {
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: hard(9) },
    { scope: "global", kind: "cpu", policy: hard(9) },
    { scope: "user", kind: "memoryMb", policy: hard(9) },
  ]);
  const scope = { user: "a" };
  granted(quotas.commit(scope, { cpu: 1 }));
  const grant = granted(quotas.commit(scope, { cpu: 0.3, memoryMb: 5 }));
  const used = () => [...quotas.usage("user", "a"), ...quotas.usage("global")].map(({ used }) => used);
  grant.release({ cpu: 0.1 });
  assertEquals(used(), [1.2, 5, 1.2]);
  grant.release({ cpu: 100, memoryMb: 2 });
  assertEquals(used(), [1, 3, 1]);
  assertThrows(() => grant.release({ memoryMb: 1, cpu: -1 }), RangeError, "Cannot count -1 of cpu");
  assertEquals(used(), [1, 3, 1], "read whole before anything changes");
  grant.release();
  grant.release();
  grant.release({ memoryMb: 1 });
  assertEquals(used(), [1, 0, 1]);
});

Deno.test("Quotas ends at exactly 0 after 100,000 grants of fractions", () => {
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: hard(1000) },
    { scope: "global", kind: "cpu", policy: { type: "soft", limit: 100 } },
  ]);
  const held: QuotaGrant<"cpu">[] = [];
  let seed = 1;
  for (let i = 0; i < 100_000; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    const grant = quotas.commit({ user: `${seed % 7}` }, { cpu: (seed % 1000) / 997 });
    if (grant.status === "refused") continue;
    if (i % 3 === 0) grant.release({ cpu: 0.1 });
    held.push(grant);
    if (held.length > 500) held.splice(seed % 500, 1)[0]?.release();
  }
  for (const grant of held) grant.release();
  assertEquals(quotas.usage("global")[0]?.used, 0);
  for (let user = 0; user < 7; user++) assertEquals(quotas.usage("user", `${user}`)[0]?.used, 0);
});

Deno.test("Quotas.setLimit() revokes nothing when lowered, and tells when raised", () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: hard(4) }]);
  const freed: unknown[] = [];
  const stop = quotas.onFreed((account) => freed.push(account?.key));
  const grant = granted(quotas.commit({ user: "a" }, { cpu: 4 }));
  quotas.setLimit({ scope: "user", kind: "cpu", type: "hard" }, 1);
  assertEquals(quotas.usage("user", "a")[0]?.overage, 3);
  assertEquals(refused(quotas.check({ user: "a" }, { cpu: 1 })).limit, 1);
  grant.release({ cpu: 3 });
  assertEquals(quotas.check({ user: "a" }, { cpu: 1 }).status, "refused");
  grant.release();
  quotas.setLimit({ scope: "user", kind: "cpu", type: "hard" }, 10);
  assertEquals(freed, [undefined, "a", "a", undefined]);
  assertEquals(quotas.check({ user: "a" }, { cpu: 10 }).status, "allowed");
  grant.release();
  assertEquals(freed.length, 4, "a second release frees nothing");
  stop();
  granted(quotas.commit({ user: "a" }, { cpu: 1 })).release();
  assertEquals(freed.length, 4);
  assertThrows(
    () => quotas.setLimit({ scope: "user", kind: "cpu", key: "bob", type: "hard" }, 1),
    TypeError,
    'Cannot change the hard quota of user "bob" for cpu: there is no such rule; add it with setRule',
  );
  assertThrows(() => quotas.setLimit({ scope: "user", kind: "cpu", type: "hard" }, NaN), RangeError, "with limit NaN");
  assertEquals(quotas.check({ user: "a" }, { cpu: 10 }).status, "allowed", "what was refused has changed nothing");
});

Deno.test("Quotas.setRule() counts a rate from what was taken under the old one", () => {
  let nowMs = 0;
  const quotas = new Quotas<"requests">([], { clock: () => nowMs });
  quotas.setRule({ scope: "user", kind: "requests", policy: { type: "rate", perSecond: 1, capacity: 10 } });
  granted(quotas.commit({ user: "a" }, { requests: 8 }));
  nowMs = 2000;
  quotas.setRule({ scope: "user", kind: "requests", policy: { type: "rate", perSecond: 3, capacity: 20 } });
  assertEquals(quotas.usage("user", "a")[0]?.tokens, 14);
  nowMs = 3000;
  quotas.setRule({ scope: "user", key: "a", kind: "requests", policy: { type: "rate", perSecond: 1, capacity: 2 } });
  const usage = quotas.usage("user", "a")[0];
  assertEquals([usage?.tokens, usage?.overage], [-1, 1], "3 of them have not come back yet");
  quotas.setLimit({ scope: "user", key: "a", kind: "requests", type: "rate" }, 2);
  nowMs = 4000;
  assertEquals(quotas.usage("user", "a")[0]?.tokens, 1);
});

Deno.test("Quotas' listeners may ask for more, and throw, without harm to the books", async () => {
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: hard(2) },
    { scope: "global", kind: "cpu", policy: { type: "soft", limit: 2 } },
  ]);
  const uncaught: unknown[] = [], taken: QuotaGrant<"cpu">[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.push(event.error);
  };
  addEventListener("error", listener);
  quotas.onFreed(() => {
    throw "planted";
  });
  quotas.onFreed(() => {
    const answer = quotas.commit({ user: "a" }, { cpu: 2 });
    if (answer.status === "granted") taken.push(answer);
  });
  granted(quotas.commit({ user: "a" }, { cpu: 2 })).release();
  await new Promise((resolve) => setTimeout(resolve, 0));
  removeEventListener("error", listener);
  assertEquals(taken.length, 1);
  assertEquals(uncaught, ["planted", "planted"], "once for each account");
  assertEquals([quotas.usage("user", "a")[0]?.used, quotas.usage("global")[0]?.used], [2, 2]);
});

Deno.test("Quotas forgets 200,000 who hold something as soon as they hold nothing", () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: hard(1) }]);
  const grants = Array.from({ length: 200_000 }, (_, i) => granted(quotas.commit({ user: `${i}` }, { cpu: 1 })));
  assertEquals(quotas.snapshot().accounts, 200_000);
  for (const grant of grants) grant.release();
  assertEquals(quotas.snapshot().accounts, RESTING_ACCOUNTS);
  quotas.sweep();
  assertEquals(quotas.snapshot().accounts, 0);
  granted(quotas.commit({ user: "7" }, { cpu: 1 })).release();
  assertEquals(timers.size, 0, "no timer where nothing is owed");
});

Deno.test("Quotas forgets 100,000 who owed something while others come", () => {
  let nowMs = 0;
  const quotas = new Quotas([
    { scope: "user", kind: "requests", policy: { type: "rate", perSecond: 1000, capacity: 1000 } },
  ], { clock: () => nowMs });
  let most = 0;
  for (let i = 0; i < 100_000; i++) {
    nowMs += 0.04; // in a second, in which a bucket of 1,000 fills, 25,000 come
    granted(quotas.commit({ user: `${i}` }, { requests: 1000 }));
    if (i % 9973 === 0) most = Math.max(most, quotas.snapshot().accounts);
  }
  assert(most < 62_500, `${most} accounts at a time, of whom 25,000 owe something`);
  nowMs += 1000;
  quotas.sweep();
  assertEquals(quotas.snapshot().accounts, 0);
  assertEquals(timers.size, 0);
});

Deno.test("Quotas forgets 250,000 who owed something though nobody comes again", () => {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    const quotas = new Quotas([{ scope: "user", kind: "requests", policy: { type: "rate", perSecond: 0.1 } }]);
    for (let i = 0; i < 250_000; i++) granted(quotas.commit({ user: `${i}` }, { requests: 1 }));
    assertEquals([quotas.snapshot().accounts, timers.size], [250_000, 1]);
    clock.tick(25_000);
    assert(quotas.snapshot().accounts <= RESTING_ACCOUNTS * 2, `${quotas.snapshot().accounts} accounts`);
    assertEquals(timers.size, 0, "a few may stay, and cost no timer");
    quotas.sweep();
    assertEquals(quotas.snapshot().accounts, 0);
    clock.tick(1);
    assertEquals(clock.countTimers(), 0);
  } finally {
    clock.uninstall();
  }
});

Deno.test("Quotas refuses rules that make no sense, and says what is wrong with them", () => {
  const rule = (policy: unknown, more: object = {}) => () =>
    new Quotas([untyped<QuotaRule<string>>(JSON.stringify({ scope: "user", kind: "cpu", policy, ...more }))]);
  for (const limit of [NaN, -1, Infinity, -Infinity, 2 ** 53]) {
    assertThrows(
      () => new Quotas([{ scope: "user", kind: "cpu", policy: hard(limit) }]),
      RangeError,
      `Cannot set the hard quota of user for cpu with limit ${limit}: expected a number from 0 to 2^53 - 1; ` +
        "leave the rule out to allow any amount",
    );
    assertThrows(
      () => new Quotas([{ scope: "user", kind: "cpu", policy: { type: "rate", perSecond: limit } }]),
      RangeError,
    );
  }
  assertThrows(rule({ type: "hard", limit: "4" }), TypeError, "got string; pass a number");
  assertThrows(rule({ type: "hard" }), TypeError, "got undefined; pass a number");
  assertThrows(rule({ type: "harsh", limit: 4 }), TypeError, 'expected the type "hard", "soft", "burst" or "rate"');
  assertThrows(rule(null), TypeError, "with policy null");
  assertThrows(rule({ type: "rate", perSecond: 0 }), RangeError, "expected a number above 0");
  assertThrows(rule({ type: "rate", perSecond: 1e-12 }), RangeError, "expected a rate from");
  assertThrows(rule({ type: "rate", perSecond: 6e15, capacity: 1 }), RangeError, "expected a rate from");
  assertThrows(rule({ type: "rate", perSecond: 1, capacity: 0 }), RangeError, "with capacity 0");
  assertThrows(rule({ type: "rate", perSecond: 1, capacity: 1e-9 }), RangeError, "less than can be counted");
  assertThrows(rule({ type: "burst", limit: 4, peak: 4, burstMs: 1 }), RangeError, "expected more than the limit of 4");
  assertThrows(rule({ type: "burst", limit: 4, peak: 5, burstMs: 1e-9 }), RangeError, "use another burstMs");
  assertThrows(rule(hard(1), { scope: "tenant" }), TypeError, 'with scope "tenant": expected one of "global", "pool"');
  assertThrows(rule(hard(1), { kind: "" }), TypeError, 'for kind ""');
  assertThrows(
    () => new Quotas([{ scope: "user", kind: "__proto__", policy: hard(1) }]),
    TypeError,
    'kind "__proto__"',
  );
  assertThrows(rule(hard(1), { key: 7 }), TypeError, "with key 7: expected a string");
  assertThrows(rule(hard(1), { scope: "global", key: "a" }), TypeError, "expected none, for all share it");
  assertThrows(
    () =>
      new Quotas([{ scope: "user", kind: "cpu", policy: hard(1) }, { scope: "user", kind: "cpu", policy: hard(2) }]),
    TypeError,
    "Cannot set the hard quota of user for cpu twice: expected one rule; give them names if all of them are to be passed",
  );
  const quotas = new Quotas<string>([{ scope: "user", kind: "cpu", policy: hard(1) }]);
  assertThrows(
    () => quotas.setRule({ scope: "user", kind: "cpu", policy: hard(1e12) }),
    RangeError,
    "1000000000000 is more than can be counted in steps of 0.000001",
  );
  assertThrows(
    () => quotas.setRule({ scope: "user", kind: "new", policy: { type: "rate", perSecond: 1e-12 } }),
    RangeError,
  );
  assertEquals(quotas.snapshot().rules.length, 1, "nothing was set");
});

Deno.test("Quotas keeps no account of whom no rule concerns", () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", key: "alice", policy: hard(1) }]);
  granted(quotas.commit({ user: "bob" }, { cpu: 2 }));
  assertEquals(quotas.snapshot().accounts, 0);
  granted(quotas.commit({ user: "alice" }, { cpu: 1 }));
  assertEquals(quotas.snapshot().accounts, 1);
});

Deno.test("Quotas takes figures up to the bounds that it names, and none beyond", () => {
  const isTaken = (policy: QuotaPolicy) => {
    try {
      new Quotas([{ scope: "user", kind: "cpu", policy }]);
      return true;
    } catch (error) {
      assertInstanceOf(error, RangeError);
      return false;
    }
  };
  assertEquals([0, -1e-9, 2 ** 53 - 1, 2 ** 53].map((limit) => isTaken(hard(limit))), [true, false, true, false]);
  const rates = [2 ** -26, 2 ** -27, 2 ** 52, 2 ** 52 + 1];
  assertEquals(
    rates.map((perSecond) => isTaken({ type: "rate", perSecond, capacity: 1 })),
    [true, false, true, false],
    "in steps of a millionth",
  );
  const bursts = [0.001, 0.000_9, 9e12, 9.1e12];
  assertEquals(
    bursts.map((burstMs) => isTaken({ type: "burst", limit: 1, peak: 2, burstMs })),
    [true, false, true, false],
    "a millionth for a second, and 2^53 - 1 of them",
  );
  assertEquals([1, 1.5].map((peak) => isTaken({ type: "burst", limit: 1, peak, burstMs: 1000 })), [false, true]);
});

Deno.test("Quotas refuses amounts and names that are none", () => {
  const quotas = new Quotas<string>([{ scope: "user", kind: "cpu", policy: hard(1) }]);
  for (const cpu of [NaN, -1, Infinity]) {
    assertThrows(() => quotas.check({ user: "a" }, { cpu }), RangeError, `Cannot count ${cpu} of cpu`);
    assertThrows(() => quotas.commit({ user: "a" }, { tpu: cpu }), RangeError, `Cannot count ${cpu} of tpu`);
  }
  assertThrows(() => quotas.check({}, untyped('{ "cpu": "1" }')), TypeError, "got string; pass a number");
  assertThrows(
    () => quotas.commit(untyped('{ "user": 7 }'), { cpu: 1 }),
    TypeError,
    "Cannot count cpu for user 7: expected a name, got number; pass a string",
  );
});

Deno.test("Quotas counts whatever is above 0 as something, and 0 as nothing", () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: hard(0.000_002) }]);
  granted(quotas.commit({ user: "a" }, { cpu: 0 }));
  granted(quotas.commit({ user: "a" }, { cpu: 1e-300 }));
  granted(quotas.commit({ user: "a" }, { cpu: 0.000_001 }));
  assertEquals(quotas.check({ user: "a" }, { cpu: 1e-300 }).status, "refused");
});

Deno.test("QuotaError says who refused and what to do, and has the refusal", () => {
  let nowMs = 0;
  const quotas = new Quotas([
    { scope: "user", kind: "cpu", policy: hard(2) },
    { scope: "global", kind: "requests", name: "burst", policy: { type: "rate", perSecond: 2 } },
  ], { clock: () => nowMs });
  granted(quotas.commit({ user: "alice" }, { cpu: 2, requests: 1 }));
  nowMs = 100;
  const refusal = refused(quotas.check({ user: "alice" }, { cpu: 1 })), error = new QuotaError(refusal);
  assertInstanceOf(error, Error);
  assertStrictEquals(error.refusal, refusal);
  assertEquals([error.name, error.code], ["QuotaError", "quota_exceeded"]);
  assertEquals(
    error.message,
    'Cannot acquire 1 cpu: the hard quota of user "alice" allows 2 cpu, of which 2 are held; wait for a release, or raise the limit',
  );
  assertEquals(
    describeRefusal(refused(quotas.check({}, { requests: 2 }))),
    'the rate quota "burst" of global allows 2 requests, of which 0.8 are taken; try again in 400 ms, or raise the limit',
  );
  assertEquals(
    describeRefusal(refused(quotas.check({}, { requests: 3 }))),
    'the rate quota "burst" of global allows 2 requests, of which 0.8 are taken; ask for less, or raise the limit',
  );
});

Deno.test("Quotas.for() follows changes of the rules, and accounts that were forgotten", () => {
  const quotas = new Quotas<"cpu" | "gpu">([{ scope: "user", kind: "cpu", policy: hard(4) }]);
  const name = { user: "a" }, bound = quotas.for(name);
  name.user = "b";
  const grant = granted(bound.commit({ cpu: 3 }));
  assertEquals(quotas.usage("user", "a")[0]?.used, 3, "the scope was read when it was bound");
  grant.release();
  quotas.sweep();
  granted(quotas.commit({ user: "a" }, { cpu: 4 })); // on another account object than the one that was found before
  assertEquals(refused(bound.check({ cpu: 1 })).used, 4);
  quotas.setRule({ scope: "global", kind: "gpu", policy: hard(0) });
  quotas.setRule({ scope: "user", kind: "cpu", key: "a", policy: hard(6) });
  assertEquals(bound.check({ cpu: 2 }).status, "allowed");
  assertEquals(refused(bound.commit({ cpu: 2, gpu: 1 })).scope, "global");
});
