import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import { Barrier, type BarrierPass, MAX_PARTIES } from "./barrier.ts";
import { BrokenBarrierError } from "./broken_barrier_error.ts";
import { WaitTimeoutError } from "./waiter.ts";
import { settledAfter } from "./testdata/settled_after.ts";

Deno.test("Barrier lets all go on together, each with its place, again and again", async () => {
  const barrier = new Barrier(3);
  for (const generation of [0, 1]) {
    const passes = await Promise.all([barrier.arrive(), barrier.arrive(), barrier.arrive()]);
    assertEquals(passes, [0, 1, 2].map((index) => ({ generation, index })));
    const { grants, waits } = barrier.snapshot().totals;
    assertEquals([grants, waits], [3 * (generation + 1), 2 * (generation + 1)]);
  }
});

Deno.test("Barrier of one party never waits", async () => {
  const barrier = new Barrier(1);
  assertEquals(barrier.tryArrive(), { generation: 0, index: 0 });
  assertEquals(await barrier.arrive(), { generation: 1, index: 0 });
});

Deno.test("Barrier.tryArrive() passes only as the last, and otherwise has not arrived", async () => {
  const barrier = new Barrier(2);
  assertStrictEquals(barrier.tryArrive(), undefined);
  const first = barrier.arrive();
  assertEquals([barrier.arrived, barrier.tryArrive()], [1, { generation: 0, index: 1 }]);
  assertEquals(await first, { generation: 0, index: 0 });
});

Deno.test("Barrier calls its action once a generation, before anybody goes on", async () => {
  const log: string[] = [];
  const barrier = new Barrier(2, {
    action: async (generation) => {
      await nextTurn();
      log.push(`action ${generation}`);
    },
  });
  const party = async () => {
    for (const round of [0, 1]) {
      await barrier.arrive();
      log.push(`party ${round}`);
    }
  };
  await Promise.all([party(), party()]);
  assertEquals(log, ["action 0", "party 0", "party 0", "action 1", "party 1", "party 1"]);
});

for (const how of ["synchronous", "asynchronous"] as const) {
  Deno.test(`Barrier whose ${how} action fails breaks for all, with the cause`, async () => {
    const cause = new Error("no");
    const barrier = new Barrier(2, {
      action: () => {
        if (how === "asynchronous") return Promise.reject(cause);
        throw cause;
      },
    });
    for (
      const error of await Promise.all([barrier.arrive(), barrier.arrive()].map((pass) => assertRejects(() => pass)))
    ) {
      assert(error instanceof BrokenBarrierError);
      assertEquals([error.code, error.why, error.generation, error.cause], ["barrier_broken", "action", 0, cause]);
    }
    assertEquals(barrier.broken, true);
  });
}

Deno.test("Barrier.tryArrive() leaves nobody waiting who arrived in its action", async () => {
  const passes: Promise<BarrierPass>[] = [];
  const barrier: Barrier = new Barrier(1, {
    action: (generation) => {
      if (generation === 0) passes.push(barrier.arrive());
    },
  });
  assertEquals([barrier.tryArrive(), barrier.arrived], [{ generation: 0, index: 0 }, 0]); // else its promise would never settle
  assertEquals(await Promise.all(passes), [{ generation: 1, index: 0 }]);
});

Deno.test("Barrier.tryArrive() throws what a synchronous action's failure makes of it", () => {
  const barrier = new Barrier(1, {
    action: () => {
      throw new Error("no");
    },
  });
  assertThrows(() => barrier.tryArrive(), BrokenBarrierError, "its action failed");
});

/** A barrier of two whose action has begun and ends when it is told to; both parties wait. */
function midAction() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const barrier = new Barrier(2, { name: "phase", action: (generation) => generation === 0 ? promise : undefined });
  const abort = new AbortController(), passes = [barrier.arrive(abort), barrier.arrive()];
  return { barrier, abort, passes, end: resolve, fail: reject };
}

Deno.test("Barrier whose newcomer gives up during the action breaks from the next generation on: the one that has met passes", async () => {
  const { barrier, passes, end } = midAction();
  const newcomer = barrier.arrive({ timeoutMs: 1 }), other = barrier.arrive();
  const full = barrier.arrive();
  assertEquals(
    (await assertRejects(() => newcomer, WaitTimeoutError)).message,
    'Cannot pass the barrier "phase" within 1 ms: its action has not ended; raise timeoutMs, or find out who does not arrive',
  );
  for (const late of [other, full, barrier.arrive()]) {
    const { why, generation } = await assertRejects(() => late, BrokenBarrierError);
    assertEquals([why, generation], ["timeout", 1]);
  }
  assertEquals([barrier.broken, barrier.arrived], [true, 2]);
  end();
  assertEquals((await Promise.all(passes)).map(({ generation }) => generation), [0, 0]);
  assertEquals([barrier.broken, barrier.generation], [true, 1]);
});

Deno.test("Barrier.leave() during the action is about the next generation", async () => {
  const { barrier, passes, end } = midAction();
  barrier.leave("gone");
  end();
  await Promise.all(passes);
  assertEquals((await assertRejects(() => barrier.arrive(), BrokenBarrierError)).generation, 1);
});

Deno.test("Barrier whose party gives up during the action lets nobody pass", async () => {
  const { barrier, abort, passes, end } = midAction(), newcomer = barrier.arrive();
  abort.abort(new Error("enough"));
  end();
  await assertRejects(() => passes[0]!, Error, "enough");
  for (const pass of [passes[1]!, newcomer]) {
    const { why, generation } = await assertRejects(() => pass, BrokenBarrierError);
    assertEquals([why, generation], ["abort", 0]);
  }
});

Deno.test("Barrier whose action fails after a newcomer gave up tells those that had met of the action", async () => {
  const { barrier, passes, fail } = midAction(), newcomer = new AbortController();
  const late = assertRejects(() => barrier.arrive(newcomer));
  newcomer.abort();
  await late;
  fail(new Error("no"));
  for (const pass of passes) assertEquals((await assertRejects(() => pass, BrokenBarrierError)).why, "action");
  assertEquals((await assertRejects(() => barrier.arrive(), BrokenBarrierError)).generation, 0);
});

for (const action of [undefined, () => {}]) {
  Deno.test(`Barrier ${action ? "with" : "without"} an action lets nobody pass with a party whose signal is aborted`, async () => {
    const barrier = new Barrier(3, action && { action }), abort = new AbortController(), reason = new Error("stop");
    let last: Promise<unknown> = Promise.resolve();
    abort.signal.addEventListener("abort", () => last = assertRejects(() => barrier.arrive(), BrokenBarrierError));
    const other = assertRejects(() => barrier.arrive(), BrokenBarrierError), aborted = barrier.arrive(abort);
    abort.abort(reason);
    assertStrictEquals(await assertRejects(() => aborted), reason);
    await Promise.all([last, other]);
  });
}

Deno.test("Barrier.tryArrive() throws if a party whose signal is aborted cannot pass with it", async () => {
  const barrier = new Barrier(2), abort = new AbortController(), tried = Promise.withResolvers<void>();
  abort.signal.addEventListener("abort", () => {
    assertThrows(() => barrier.tryArrive(), BrokenBarrierError, "its signal was aborted");
    tried.resolve();
  });
  const first = assertRejects(() => barrier.arrive(abort), Error, "stop");
  abort.abort(new Error("stop"));
  await Promise.all([first, tried.promise]);
});

Deno.test("Barrier tells every party of an aborted signal the signal's reason", async () => {
  const barrier = new Barrier(3), abort = new AbortController(), reason = new Error("stop");
  const found = Promise.allSettled([barrier.arrive(abort), barrier.arrive(abort)]);
  abort.abort(reason);
  assertEquals(await found, [{ status: "rejected", reason }, { status: "rejected", reason }]);
});

Deno.test("Barrier breaks for all when one is aborted, gives up, or leaves, and stays broken until reset()", async () => {
  const barrier = new Barrier(3, { name: "phase" }), abort = new AbortController(), reason = new Error("enough");
  const aborted = barrier.arrive({ signal: abort.signal }), other = barrier.arrive();
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => aborted), reason);
  const error = await assertRejects(() => other, BrokenBarrierError);
  assertEquals([error.why, error.cause], ["abort", reason]);
  assertEquals(
    error.message,
    'Cannot pass the barrier "phase": in generation 0 a party gave up because its signal was aborted; ' +
      "call reset() when all parties know, then arrive again",
  );
  await assertRejects(() => barrier.arrive(), BrokenBarrierError);
  assertThrows(() => barrier.tryArrive(), BrokenBarrierError);

  barrier.reset();
  const timed = barrier.arrive({ timeoutMs: 1 }), second = barrier.arrive();
  assertEquals(
    (await assertRejects(() => timed, WaitTimeoutError)).message,
    'Cannot pass the barrier "phase" within 1 ms: 2 of 3 have arrived; raise timeoutMs, or find out who does not arrive',
  );
  assertEquals((await assertRejects(() => second, BrokenBarrierError)).why, "timeout");

  barrier.reset();
  barrier.leave("gone");
  const late = await assertRejects(() => barrier.arrive(), BrokenBarrierError);
  assertEquals(
    [late.why, late.cause, late.generation],
    ["leave", "gone", 2],
    "whoever comes after it was left need not wait",
  );
});

Deno.test("Barrier breaks when a party arrives that was aborted before, but not for a wrong option", async () => {
  const barrier = new Barrier(2);
  const first = barrier.arrive();
  await assertRejects(() => barrier.arrive({ timeoutMs: -1 }), RangeError, "timeoutMs -1");
  assertEquals(barrier.broken, false);
  await assertRejects(() => barrier.arrive({ signal: AbortSignal.abort(new Error("before")) }), Error, "before");
  await assertRejects(() => first, BrokenBarrierError);
});

Deno.test("Barrier.reset() sends away whoever waits, and is whole again at once", async () => {
  const barrier = new Barrier(2);
  const first = barrier.arrive();
  barrier.reset();
  assertEquals((await assertRejects(() => first, BrokenBarrierError)).why, "reset");
  const passes = await Promise.all([barrier.arrive(), barrier.arrive()]);
  assertEquals(passes.map(({ generation }) => generation), [1, 1]);
});

Deno.test("Barrier that its own action resets lets nobody pass", async () => {
  const barrier: Barrier = new Barrier(1, { action: () => barrier.reset() });
  assertEquals((await assertRejects(() => barrier.arrive(), BrokenBarrierError)).why, "reset");
  assertEquals([barrier.broken, barrier.generation], [false, 1]);
});

Deno.test("Barrier.withBarrier() answers what fn does once all have arrived, and breaks if fn fails", async () => {
  const barrier = new Barrier(2);
  assertEquals(await Promise.all([barrier.withBarrier(() => 1), barrier.withBarrier(() => Promise.resolve(2))]), [
    1,
    2,
  ]);
  const failure = new Error("failed"), waits = barrier.arrive();
  assertStrictEquals(await assertRejects(() => barrier.withBarrier(() => Promise.reject(failure))), failure);
  assertStrictEquals((await assertRejects(() => waits, BrokenBarrierError)).cause, failure);
});

Deno.test("Barrier refuses parties out of range, and an action that is none", () => {
  for (const parties of [0, -1, 1.5, NaN, Infinity, MAX_PARTIES + 1, 1e9]) {
    assertThrows(
      () => new Barrier(parties),
      RangeError,
      `parties ${parties}: expected an integer from 1 to ${MAX_PARTIES}`,
    );
  }
  assertThrows(() => Reflect.construct(Barrier, [1, { action: 5 }]), TypeError, "action 5");
});

Deno.test("Barrier.snapshot() tells who waits, and for how long", async () => {
  let nowMs = 5;
  const barrier = new Barrier(2, { name: "phase", timing: "on", clock: () => nowMs });
  const first = barrier.arrive({ owner: "ann" });
  nowMs = 12;
  const { waiters, ...rest } = barrier.snapshot();
  assertEquals(waiters, [{ owner: "ann", priority: "normal", wants: 1, waitedMs: 7 }]);
  assertEquals(rest, {
    type: "barrier",
    name: "phase",
    holders: [],
    totals: { grants: 0, waits: 0, timeouts: 0, aborts: 0, longestWaitMs: 0 },
    parties: 2,
    arrived: 1,
    generation: 0,
    broken: false,
  });
  barrier.tryArrive();
  await first;
  assertEquals(barrier.snapshot().totals, { grants: 2, waits: 1, timeouts: 0, aborts: 0, longestWaitMs: 7 });
});

Deno.test("Barrier keeps no timer after 10,000 parties that broke it", async () => {
  const barrier = new Barrier(20_000), abort = new AbortController();
  const passes = Array.from({ length: 10_000 }, () => barrier.arrive({ signal: abort.signal, timeoutMs: 60_000 }));
  const outcomes = await settledAfter(passes, () => abort.abort());
  assert(outcomes.every(({ status }) => status === "rejected"));
  assertEquals([barrier.arrived, timers.size], [0, 0]);
});
