import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { Bulkhead } from "./bulkhead.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import { Coalescer } from "./coalescer.ts";
import { fallback } from "./fallback.ts";
import { hedge } from "./hedge.ts";
import type { ExecuteOptions, Policy, PolicyFunction } from "./policy.ts";
import { retry } from "./retry_calls.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { CallTimeoutError, timeout } from "./timeout.ts";
import { timers } from "./timer_wheel.ts";
import { wrap } from "./wrap.ts";

/** A policy of somebody else's. */
function logged(name: string, log: string[]): Policy {
  return {
    async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result> {
      log.push(`${name} in`);
      try {
        return await fn({ signal: options?.signal ?? new AbortController().signal, attempt: 1 });
      } finally {
        log.push(`${name} out`);
      }
    },
  };
}

Deno.test("wrap() puts the first policy outermost, and takes wraps and policies of others", async () => {
  const log: string[] = [];
  const all = wrap(logged("a", log), wrap(logged("b", log), logged("c", log)), logged("d", log));
  assertEquals(await all.execute(() => log.push("called")), 4 + 1);
  assertEquals(log, ["a in", "b in", "c in", "d in", "called", "d out", "c out", "b out", "a out"]);
});

Deno.test("wrap() rejects with what a policy of somebody else's throws, instead of throwing it", async () => {
  const planted = new Error("planted");
  const throwing: Policy = {
    execute() {
      throw planted;
    },
  };
  for (const policy of [wrap(throwing, timeout(10)), wrap(timeout(10), throwing)]) {
    const call = policy.execute(() => 1);
    assertStrictEquals(await call.catch((error) => error), planted);
  }
});

Deno.test("wrap() of nothing calls, and of one is that one", async () => {
  assertEquals(await wrap().execute(() => "called"), "called");
  const reason = new Error("gone");
  assertStrictEquals(await wrap().execute(() => 1, { signal: AbortSignal.abort(reason) }).catch((e) => e), reason);
  const breaker = new CircuitBreaker();
  assertStrictEquals<unknown>(wrap(breaker), breaker);
  // @ts-expect-error: no policy
  assertThrows(() => wrap(breaker, () => {}), TypeError, "wanted policies");
});

Deno.test("wrap() decides by its order whether a breaker judges each try or the last", async () => {
  const trip = { kind: "consecutive", failures: 2 } as const;
  const down = () => Promise.reject(new Error("down"));
  const inside = new CircuitBreaker({ trip }), outside = new CircuitBreaker({ trip });
  await assertRejects(() => wrap(retry({ maxRetries: 1, initialDelayMs: 0 }), inside).execute(down));
  await assertRejects(() => wrap(outside, retry({ maxRetries: 1, initialDelayMs: 0 })).execute(down));
  assertEquals([inside.state, outside.state], ["open", "closed"]);
});

Deno.test("wrap() has an outer timeout judged as a failure by a breaker inside, and a caller's abort not", () =>
  withFakeTime(async (tick) => {
    const breaker = new CircuitBreaker({ trip: { kind: "consecutive", failures: 1 } });
    const work = new ScriptedCalls(), abort = new AbortController();
    const obedient = (context: Parameters<typeof work.fn>[0]) => {
      context.signal.addEventListener("abort", () => work.at(-1).fail(context.signal.reason));
      return work.fn(context);
    };
    const limited = wrap(timeout(10), breaker);
    const aborted = watch(limited.execute(obedient, abort));
    abort.abort(new Error("gone"));
    await settle();
    assertEquals([aborted.outcome !== "pending", breaker.state], [true, "closed"]);
    const late = assertRejects(() => limited.execute(obedient), CallTimeoutError);
    await tick(11);
    await late;
    assertEquals(breaker.state, "open");
  }));

Deno.test("wrap() passes an abort from the outside through every policy, waiting or calling, and leaves nothing behind", async () => {
  const bulkhead = new Bulkhead({ maxConcurrency: 1, maxQueue: 1 }), coalescer = new Coalescer();
  const all = wrap(
    fallback(() => "instead"),
    timeout(60_000),
    retry({ maxRetries: 3 }),
    coalescer.keyed("k"),
    hedge({ delayMs: 60_000 }),
    new CircuitBreaker(),
    bulkhead,
    timeout(60_000, { mode: "aggressive" }),
  );
  const abort = new AbortController(), reason = new Error("gone"), work = new ScriptedCalls();
  const called = watch(all.execute(work.fn, abort));
  await settle();
  const { signal } = work.at(0).context;
  abort.abort(reason);
  await settle();
  assertEquals([signal.aborted, called.outcome, bulkhead.running], [true, { error: reason }, 0]);
  assertStrictEquals(signal.reason, reason);
  const held = bulkhead.execute(work.fn), waits = new AbortController();
  const waiting = watch(all.execute(work.fn, waits));
  await settle();
  assertEquals([bulkhead.waiters, work.list.length], [1, 2]);
  waits.abort(reason);
  await settle();
  assertEquals([waiting.outcome, bulkhead.waiters, coalescer.size, timers.size], [{ error: reason }, 0, 0, 0]);
  work.at(1).succeed(1);
  await held;
});

Deno.test("wrap() takes every listener off the caller's signal, however a call ends", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, args);
  };
  const policies: [Policy, number][] = [
    [timeout(1000), 1],
    [timeout(1000, { mode: "aggressive" }), 1],
    [hedge({ delayMs: 1000 }), 1],
    [new Coalescer(), 1],
    [retry({ maxRetries: 1, initialDelayMs: 1 }), 0],
    [new CircuitBreaker(), 0],
  ];
  for (const [policy, expected] of policies) {
    for (const fails of [false, true]) {
      const work = new ScriptedCalls();
      const run = watch(policy.execute((context) => (void context.signal, work.fn(context)), { signal }));
      await settle();
      assertEquals(listeners, expected, "as many as are needed while it runs");
      if (fails) work.at(0).fail(new Error("down"));
      else work.at(0).succeed(1);
      while (run.outcome === "pending") {
        await settle();
        if (work.list.length > 1) work.at(1).fail(new Error("down"));
      }
      assertEquals(listeners, 0, `${policy.constructor.name} left one`);
    }
  }
});

Deno.test("wrap() rejects with whatever is thrown, even what throws when it is looked at", async () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const thrown of [undefined, null, 0, proxy]) {
    const all = wrap(retry({ maxRetries: 1, initialDelayMs: 0 }), new CircuitBreaker(), timeout(1000));
    const seen: unknown[] = [];
    await all.execute(() => Promise.reject(thrown)).catch((error) => seen.push(error));
    assertEquals([seen.length, Object.is(seen[0], thrown)], [1, true]);
  }
});

Deno.test("fallback() answers instead of failures that it is for, and not after an abort", async () => {
  const down = () => Promise.reject(new Error("down"));
  assertEquals(await fallback((error) => `${error}`).execute(down), "Error: down");
  assertEquals(await fallback(() => 1).execute(() => "fine"), "fine");
  const picky = fallback(() => 1, { when: (error) => error instanceof TypeError });
  await assertRejects(() => picky.execute(down), Error, "down");
  const abort = new AbortController();
  await assertRejects(() => fallback(() => 1).execute(() => (abort.abort(), down()), abort), Error, "down");
  await assertRejects(() => fallback(() => Promise.reject(new TypeError("mine"))).execute(down), TypeError, "mine");
  // @ts-expect-error: a value
  assertThrows(() => fallback("value"), TypeError, "wanted a function");
});
