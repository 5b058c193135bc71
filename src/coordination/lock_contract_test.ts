import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { timers } from "../reliability/timer_wheel.ts";
import type { LockGuard, LockOptions } from "./lock_options.ts";
import { MOST_OVERTAKES } from "./ranked_line.ts";
import { ReentryError } from "./reentry_error.ts";
import { type Exclusive, LOCK_KINDS } from "./testdata/lock_kinds.ts";
import type { WaitPriority } from "./priority.ts";
import { WaitTimeoutError } from "./waiter.ts";
import { settledAfter } from "./testdata/settled_after.ts";

/** Somebody must get it now. */
function take(lock: Exclusive, owner?: string): LockGuard {
  const guard = lock.tryAcquire(owner === undefined ? undefined : { owner });
  assert(guard !== undefined);
  return guard;
}

/** How many hold it. */
function held(lock: Exclusive): number {
  return lock.snapshot().holders.length;
}

/** How many wait. */
function waiting(lock: Exclusive): number {
  return lock.snapshot().waiters.length;
}

for (const { kind, make } of LOCK_KINDS) {
  Deno.test(`${kind} is handed over in order of arrival, in the turn of the release`, async () => {
    const lock = make(), served: number[] = [];
    const first = take(lock);
    const rest = [0, 1, 2, 3].map((id) => lock.withLock(() => void served.push(id)));
    first.release();
    assertEquals(lock.tryAcquire(), undefined, "it already belongs to the one who waited");
    assertEquals([held(lock), waiting(lock)], [1, 3]);
    await Promise.all(rest);
    assertEquals([served, held(lock)], [[0, 1, 2, 3], 0]);
  });

  Deno.test(`${kind} serves the urgent first, and passes nobody more often than the bound`, async () => {
    const lock = make(), served: string[] = [];
    const first = take(lock);
    const ask = (name: string, priority: WaitPriority) => lock.withLock(() => void served.push(name), { priority });
    const asked = [ask("low", "low"), ask("normal", "normal"), ask("critical", "critical"), ask("high", 2)];
    assertEquals(lock.snapshot().waiters.map(({ priority }) => priority), ["critical", "high", "normal", "low"]);
    for (let i = 0; i < MOST_OVERTAKES; i++) asked.push(ask("late", 9));
    first.release();
    await Promise.all(asked);
    assertEquals(served.indexOf("low"), MOST_OVERTAKES, "with the three that went ahead before it");
    assertEquals(served.slice(0, 2), ["late", "late"]);
  });

  Deno.test(`${kind} lets go of an aborted waiter at once, in any state of the hand-over`, async () => {
    const lock = make(), abort = new AbortController(), reason = new Error("enough");
    const first = take(lock);
    const gone = lock.acquire({ signal: abort.signal, timeoutMs: 1e6 });
    const late = new AbortController();
    const next = lock.acquire({ signal: late.signal });
    abort.abort(reason);
    assertEquals(waiting(lock), 1);
    assertStrictEquals(await assertRejects(() => gone), reason);
    first.release();
    late.abort(); // too late: it has been granted in this turn
    (await next).release();
    assertStrictEquals(await assertRejects(() => lock.acquire({ signal: abort.signal })), reason);
    assertEquals([held(lock), waiting(lock), timers.size], [0, 0, 0]);
    const { grants, waits, aborts, timeouts } = lock.snapshot().totals;
    assertEquals({ grants, waits, aborts, timeouts }, { grants: 2, waits: 1, aborts: 1, timeouts: 0 });
  });

  Deno.test(`${kind} tells who gave up after timeoutMs what it waited for`, async () => {
    const lock = make({ name: "orders" }), first = take(lock), ahead = lock.acquire();
    const error = await assertRejects(
      () => lock.acquire({ timeoutMs: 1 }),
      WaitTimeoutError,
      '"orders" within 1 ms: it ',
    );
    assert(error.message.includes("and 1 wait ahead; "), error.message);
    assertEquals([error.code, waiting(lock), lock.snapshot().totals.timeouts], ["wait_timeout", 1, 1]);
    first.release();
    (await ahead).release();
  });

  Deno.test(`${kind} changes nothing for a guard that is released twice or late`, async () => {
    const lock = make(), first = take(lock);
    const [second, third] = [lock.acquire(), lock.acquire()];
    first.release();
    first.release();
    first[Symbol.dispose]();
    assertEquals([held(lock), waiting(lock)], [1, 1]);
    (await second).release();
    first.release();
    assertEquals(held(lock), 1);
    {
      using _guard = await third;
    }
    assertEquals(held(lock), 0);
  });

  Deno.test(`${kind} is released when a section throws or rejects, and passes on what it returns`, async () => {
    const lock = make(), failure = new Error("no");
    const fail = () => {
      throw failure;
    };
    assertStrictEquals(await assertRejects(() => lock.withLock(fail)), failure);
    assertStrictEquals(await assertRejects(() => lock.withLock(() => Promise.reject(failure))), failure);
    assertEquals([await lock.withLock(() => 7), held(lock)], [7, 0]);
  });

  Deno.test(`${kind} refuses re-entry by its owner, and by nobody else`, async () => {
    const lock = make(), guard = take(lock, "a");
    assertThrows(() => lock.tryAcquire({ owner: "a" }), ReentryError, 'for owner "a"');
    const error = await assertRejects(() => lock.acquire({ owner: "a" }), ReentryError);
    assertEquals([error.code, error.owner, guard.owner], ["reentry", "a", "a"]);
    const other = lock.acquire({ owner: "b" });
    assertEquals(lock.snapshot().waiters.map(({ owner }) => owner), ["b"]);
    guard.release();
    await other.then((guard) => guard.release());
    take(lock, "a").release();
  });

  Deno.test(`${kind} checks what it is asked for although it is free, and takes nothing then`, async () => {
    const lock = make();
    for (const timeoutMs of [-1, NaN, Infinity]) {
      await assertRejects(() => lock.acquire({ timeoutMs }), RangeError, `timeoutMs ${timeoutMs}`);
    }
    await assertRejects(() => lock.acquire({ owner: "" }), TypeError, 'owner ""');
    await assertRejects(() => lock.acquire({ priority: NaN }), TypeError, "priority NaN");
    assertThrows(() => lock.tryAcquire({ owner: "" }), TypeError, 'owner ""');
    assertEquals([held(lock), lock.snapshot().totals.grants], [0, 0]);
  });

  Deno.test(`${kind} cannot be made with options that make no sense`, () => {
    const wrong: readonly [Record<string, unknown>, string][] = [
      [{ name: "" }, 'name ""'],
      [{ timing: true }, "timing true"],
      [{ clock: 5 }, "clock 5"],
      [{ reentry: "yes" }, 'reentry "yes"'],
      [{ barging: 1 }, "barging 1"],
    ];
    for (const [options, message] of wrong) assertThrows(() => make(options as LockOptions), TypeError, message);
  });

  Deno.test(`${kind} tells who holds, who waits and for how long`, async () => {
    let nowMs = 1_000;
    const lock = make({ name: "n", timing: "on", clock: () => nowMs }), guard = take(lock, "a");
    nowMs += 10;
    const waits = [lock.acquire({ owner: "b" }), lock.acquire({ priority: "low" })];
    nowMs += 5;
    const { name, holders, waiters } = lock.snapshot();
    assertEquals([name, holders.map(({ owner, ageMs }) => ({ owner, ageMs }))], ["n", [{ owner: "a", ageMs: 15 }]]);
    assertEquals(waiters.map(({ owner, priority, waitedMs }) => ({ owner, priority, waitedMs })), [
      { owner: "b", priority: "normal", waitedMs: 5 },
      { owner: undefined, priority: "low", waitedMs: 5 },
    ]);
    assertEquals(guard.ageMs, 15);
    guard.release();
    assertEquals(guard.ageMs, undefined);
    for (const wait of waits) {
      nowMs += 100;
      (await wait).release();
    }
    assertEquals(lock.snapshot().totals, { grants: 3, waits: 2, timeouts: 0, aborts: 0, longestWaitMs: 105 });
  });

  Deno.test(`${kind} that lets barge in stays free for the turn, but the first in line is passed a bounded number of times`, async () => {
    const lock = make({ barging: true }), served: number[] = [];
    const first = take(lock);
    const waits = [0, 1].map((id) => lock.withLock(() => void served.push(id)));
    first.release();
    let passes = 0;
    for (let guard = lock.tryAcquire(); guard !== undefined; guard = lock.tryAcquire()) {
      passes++;
      assertEquals(served, []);
      guard.release();
    }
    assertEquals([passes, held(lock), waiting(lock)], [MOST_OVERTAKES, 1, 1]);
    await Promise.all(waits);
    assertEquals([served, held(lock), waiting(lock)], [[0, 1], 0, 0]);
  });

  Deno.test(`${kind} that lets barge in loses no wake-up when waiters come and go meanwhile`, async () => {
    const lock = make({ barging: true }), abort = new AbortController();
    const first = take(lock);
    const gone = assertRejects(() => lock.acquire({ signal: abort.signal }));
    first.release();
    abort.abort();
    await gone;
    assertEquals([held(lock), waiting(lock)], [0, 0]);
    const second = take(lock), wait = lock.acquire();
    second.release();
    take(lock).release();
    (await wait).release();
    assertEquals([held(lock), waiting(lock)], [0, 0]);
  });

  Deno.test(`${kind} keeps no waiter or timer after 10,000 aborted waits`, async () => {
    const lock = make(), abort = new AbortController(), holder = take(lock);
    const waits = Array.from({ length: 10_000 }, () => lock.acquire({ signal: abort.signal, timeoutMs: 60_000 }));
    const outcomes = await settledAfter(waits, () => abort.abort());
    assert(outcomes.every(({ status }) => status === "rejected"));
    holder.release();
    assertEquals([held(lock), waiting(lock), timers.size], [0, 0, 0]);
  });
}

for (const { kind, make } of LOCK_KINDS.filter(({ kind }) => !kind.startsWith("Semaphore"))) {
  Deno.test(`${kind} with reentry "allow" is held until each guard is released, in any order`, async () => {
    const lock = make({ reentry: "allow" }), outer = take(lock, "a");
    const other = lock.acquire({ owner: "b" });
    const inner = await lock.acquire({ owner: "a" }), innermost = take(lock, "a");
    outer.release();
    outer.release();
    innermost.release();
    assertEquals([waiting(lock), lock.snapshot().holders[0]?.owner], [1, "a"]);
    inner.release();
    assertEquals(lock.snapshot().holders[0]?.owner, "b");
    (await other).release();
  });
}
