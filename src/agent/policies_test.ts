import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Bulkhead } from "../reliability/bulkhead.ts";
import { BulkheadFullError } from "../reliability/bulkhead_full_error.ts";
import { CircuitBreaker } from "../reliability/circuit_breaker.ts";
import { CircuitOpenError } from "../reliability/circuit_open_error.ts";
import { Coalescer } from "../reliability/coalescer.ts";
import { DeadLetterQueue, workOf } from "../reliability/dead_letter_queue.ts";
import { fallback } from "../reliability/fallback.ts";
import { hedge } from "../reliability/hedge.ts";
import { RetryBudget } from "../reliability/retry_budget.ts";
import { retry } from "../reliability/retry_calls.ts";
import { settle, withFakeTime } from "../reliability/testdata/fake_time.ts";
import { timers } from "../reliability/timer_wheel.ts";
import { wrap } from "../reliability/wrap.ts";
import { ResourcePool } from "../resources/mod.ts";
import { Agent } from "./agent.ts";
import { StateFailedError, StepEndedError } from "./run_error.ts";
import type { StateOptions } from "./state.ts";

const never = () => new Promise<void>(() => {});
const trip = { kind: "consecutive", failures: 2 } as const;

Deno.test("A state's circuit breaker fails attempts at once while those before it kept failing, over all runs", async () => {
  let calls = 0;
  const agent = new Agent("careful").state("call", { circuitBreaker: { trip } }, () => {
    calls++;
    throw new Error("down");
  });
  for (let i = 0; i < 4; i++) {
    const { status, error } = await agent.run();
    assertEquals(status, "failed");
    assertInstanceOf(error, StateFailedError);
    assertEquals(error.cause instanceof CircuitOpenError, i >= 2);
    if (i === 3) assert(error.message.includes('the circuit "call" is open'));
  }
  assertEquals(calls, 2);
});

Deno.test("A state's function may return any thenable, with policies as without", async () => {
  const thenable = (then: (resolve: () => void) => void) => ({ then } as unknown as PromiseLike<void>);
  for (const options of [{}, { circuitBreaker: {} }, { bulkhead: { maxConcurrency: 1 } }, { policy: wrap() }]) {
    const lazy = new Agent("lazy").state("s", options, () => thenable((resolve) => queueMicrotask(resolve)));
    assertEquals((await lazy.run()).status, "completed");
    const broken = new Agent("broken").state("s", options, () =>
      thenable(() => {
        throw new Error("then throws");
      }));
    const { status, error } = await broken.run();
    assertEquals([status, String(error?.cause)], ["failed", "Error: then throws"]);
  }
});

Deno.test("A state's retries go through its breaker, and share it with other states that are given it", async () => {
  const breaker = new CircuitBreaker({ trip });
  const retry = { maxRetries: 3, initialDelayMs: 0, maxDelayMs: 1000 }; // no waiting for the circuit
  const options: StateOptions = { circuitBreaker: breaker, retry };
  let tries = 0;
  const flaky = new Agent("flaky").state("a", options, (ctx) => {
    if (++tries < 2) throw new Error("down");
    ctx.output("attempt", ctx.attempt);
  });
  const result = await flaky.run();
  assertEquals([result.status, result.outputs.attempt, breaker.state], ["completed", 2, "closed"]);
  const agent = new Agent("two").state("b", options, () => {
    throw new Error("down");
  });
  const failed = await agent.run();
  assertEquals([failed.status, failed.deadLetters[0]?.attempts, breaker.state], ["failed", 3, "open"]);
  assertEquals([(await flaky.run()).status, tries], ["failed", 2]);
});

Deno.test("A state's retry waits until its circuit lets calls through again", () =>
  withFakeTime(async (tick) => {
    let calls = 0;
    const run = new Agent("patient").state("a", {
      circuitBreaker: { trip: { kind: "consecutive", failures: 1 }, openMs: 500 },
      retry: { maxRetries: 2, initialDelayMs: 0 },
    }, () => {
      if (++calls === 1) throw new Error("down");
    }).run();
    await settle();
    await tick(499);
    assertEquals(calls, 1);
    await tick(2);
    assertEquals([(await run).status, calls, (await run).states.a?.attempts], ["completed", 2, 3]);
  }));

Deno.test("A state's breaker counts a timeout, though the function never ends, and does not count a cancelled run", () =>
  withFakeTime(async (tick) => {
    const breaker = new CircuitBreaker({ trip: { kind: "consecutive", failures: 1 } });
    const bulkhead = new Bulkhead({ maxConcurrency: 1 });
    const abort = new AbortController();
    const slow = new Agent("slow").state("a", { circuitBreaker: breaker, bulkhead, timeoutMs: 10 }, never);
    const cancelled = slow.run({ signal: abort.signal });
    await settle();
    assertEquals(bulkhead.running, 1);
    abort.abort();
    assertEquals((await cancelled).status, "cancelled");
    await settle();
    assertEquals([breaker.state, bulkhead.running], ["closed", 0]);
    const late = slow.run();
    await tick(11);
    assertEquals((await late).status, "failed");
    assertEquals([breaker.state, bulkhead.running, timers.size], ["open", 0, 0]);
  }));

Deno.test("A state's bulkhead limits its attempts over all runs, lets some wait, and refuses the rest", async () => {
  let running = 0, most = 0;
  const agent = new Agent("narrow").state("a", { bulkhead: { maxConcurrency: 2, maxQueue: 3 } }, async () => {
    most = Math.max(most, ++running);
    await settle();
    running--;
  });
  const results = await Promise.all(Array.from({ length: 7 }, () => agent.run()));
  assertEquals(results.map(({ status }) => status), [...Array(5).fill("completed"), "failed", "failed"]);
  assertInstanceOf(results[6]?.error?.cause, BulkheadFullError);
  assertEquals(most, 2);
});

Deno.test("A run that is cancelled while a state waits for its bulkhead leaves the queue", async () => {
  const bulkhead = new Bulkhead({ maxConcurrency: 1, maxQueue: 5 }), abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = bulkhead.execute(() => promise);
  const run = new Agent("waits").state("a", { bulkhead }, () => {}).run({ signal: abort.signal });
  await settle();
  assertEquals(bulkhead.waiters, 1);
  abort.abort();
  assertEquals([(await run).status, bulkhead.waiters], ["cancelled", 0]);
  resolve();
  await held;
});

Deno.test("A state's fallback runs in its stead when it has failed for good, and routes and writes like it", async () => {
  const log: string[] = [];
  const agent = new Agent<{ price: string; draft: number }>("shop")
    .state("price", {
      goto: ["report", "apologise"],
      retry: { maxRetries: 1, initialDelayMs: 0 },
      fallback(error, ctx) {
        log.push(`fallback ${ctx.attempt}: ${error}`, `draft ${ctx.has("draft")}`);
        ctx.set("price", "unknown");
        return "apologise";
      },
    }, (ctx) => {
      log.push(`try ${ctx.attempt}`);
      ctx.set("draft", 1);
      throw new Error("down");
    })
    .state("report", () => void log.push("report"))
    .state("apologise", (ctx) => void log.push(`price ${ctx.get("price")}`));
  const { status, deadLetters } = await agent.run();
  assertEquals([status, deadLetters.length], ["completed", 0]);
  assertEquals(log, ["try 1", "try 2", "fallback 3: Error: down", "draft false", "price unknown"]);
});

Deno.test("A state's fallback also stands in for timeouts and open circuits; if it fails, that is the state's error", () =>
  withFakeTime(async (tick) => {
    const seen: unknown[] = [];
    const note = (error: unknown) => void seen.push(error instanceof Error ? error.name : error);
    const slow = new Agent("slow").state("a", { timeoutMs: 10, fallback: note }, never).run();
    await tick(11);
    assertEquals((await slow).status, "completed");
    const breaker = new CircuitBreaker();
    breaker.isolate();
    const open = await new Agent("open").state("a", { circuitBreaker: breaker, fallback: note }, never).run();
    assertEquals([open.status, seen], ["completed", ["StateTimeoutError", "CircuitOpenError"]]);
    let fallbacks = 0;
    const broken = await new Agent("broken").state("a", {
      retry: { maxRetries: 1, initialDelayMs: 0 },
      fallback: () => {
        fallbacks++;
        throw new Error("worse");
      },
    }, () => Promise.reject(new Error("bad"))).run();
    assertEquals([broken.status, fallbacks, broken.deadLetters[0]?.attempts], ["failed", 1, 3]);
    assertEquals(String(broken.error?.cause), "Error: worse");
  }));

Deno.test("A state's fallback is not retried, and stands in when the budget refuses a retry, as when the error asks for too long", async () => {
  const log: string[] = [];
  const agent = new Agent<{ retryAfterMs: number }>("refused").state("a", {
    retry: { maxRetries: 3, initialDelayMs: 0, maxDelayMs: 10, budget: { reserve: 1 } },
    fallback: (error, { attempt }) => {
      log.push(`fallback ${attempt}`);
      throw error;
    },
  }, (ctx) => {
    log.push(`try ${ctx.attempt}`);
    throw Object.assign(new Error("down"), { retryAfterMs: ctx.getOr("retryAfterMs", 0) });
  });
  const long = await agent.run({ variables: { retryAfterMs: 11 } });
  assertEquals([long.status, log.splice(0)], ["failed", ["try 1", "fallback 2"]]);
  const once = await agent.run();
  assertEquals([once.status, log.splice(0)], ["failed", ["try 1", "try 2", "fallback 3"]]);
  const none = await agent.run();
  assertEquals([none.status, log], ["failed", ["try 1", "fallback 2"]], "all runs share the budget");
});

Deno.test("A state's fallback earns its budget nothing, for it calls something else", async () => {
  const budget = new RetryBudget({ reserve: 2, retriesPerSuccess: 1 });
  const agent = new Agent("elsewhere").state("a", {
    retry: { maxRetries: 1, initialDelayMs: 0, budget },
    fallback: () => {},
  }, () => Promise.reject(new Error("down")));
  assertEquals([(await agent.run()).status, budget.available], ["completed", 1]);
});

Deno.test("A fallback whose resources are taken back begins again as a fallback", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 }, preemption: { graceMs: 1 } });
  const log: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const low = new Agent("low", { resources: pool }).state("a", {
    resources: { cpu: 1 },
    preemptible: true,
    priority: "low",
    fallback: async () => {
      log.push("fallback");
      await promise;
    },
  }, () => {
    log.push("try");
    throw new Error("down");
  }).run();
  await settle();
  const high = new Agent("high", { resources: pool }).state(
    "b",
    { resources: { cpu: 1 }, priority: "critical" },
    () => {
      log.push("high");
    },
  );
  assertEquals((await high.run()).status, "completed");
  resolve();
  assertEquals((await low).status, "completed");
  assertEquals(log, ["try", "fallback", "high", "fallback"]);
});

Deno.test("A state's policy may call its function several times: what the winner wrote counts, and nothing else", async () => {
  const { promise: late, resolve } = Promise.withResolvers<unknown>();
  let calls = 0;
  const agent = new Agent<{ winner: string; slow: boolean }>("hedged")
    .state("a", { policy: hedge({ delayMs: 0 }) }, async (ctx) => {
      if (++calls === 2) return ctx.set("winner", "second");
      ctx.set("slow", true);
      await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
      await settle();
      try {
        resolve(ctx.set("winner", "first"));
      } catch (error) {
        resolve(error);
      }
    })
    .state("b", { dependsOn: ["a"] }, async (ctx) => {
      ctx.output("late", await late);
    });
  const { status, outputs, variables } = await agent.run();
  assertEquals([status, calls, variables], ["completed", 2, { winner: "second" }]);
  assertInstanceOf(outputs.late, StepEndedError, "the run goes on, but the call is over");
});

Deno.test("A state's policy passes its signal, retries inside an attempt, and may answer with a route of its own", async () => {
  let tries = 0;
  const agent = new Agent("routes")
    .state("a", { goto: ["b", "c"], policy: wrap(fallback(() => "c"), retry({ maxRetries: 1, initialDelayMs: 0 })) }, (
      ctx,
    ) => {
      tries++;
      assertEquals([ctx.attempt, ctx.signal.aborted], [1, false]);
      ctx.output("lost", true);
      throw new Error("down");
    })
    .state("b", (ctx) => ctx.output("at", "b"))
    .state("c", (ctx) => ctx.output("at", "c"));
  const { status, outputs } = await agent.run();
  assertEquals([status, outputs, tries], ["completed", { at: "c" }, 2]);
});

Deno.test("A state's policy that shares calls between steps fails the state that did not make the call", async () => {
  const policy = new Coalescer().keyed("all");
  const agent = new Agent("shares").state("a", { policy }, () => settle());
  const [first, second] = await Promise.all([agent.run(), agent.run()]);
  assertEquals([first.status, second.status], ["completed", "failed"]);
  assert(String(second.error?.cause).includes("share calls inside the state's function"));
});

Deno.test("DeadLetterQueue keeps what an agent's observer hears of, and runs it again", async () => {
  const letters = new DeadLetterQueue<unknown>();
  let isDown = true;
  const agent = new Agent<{ order: number; sent: boolean }>("mail", {
    observer: { onDeadLetter: (letter) => void letters.add(workOf(letter)) },
  }).state("send", { retry: { maxRetries: 1, initialDelayMs: 0 } }, (ctx) => {
    if (isDown) throw new TypeError(`no address of ${ctx.get("order")}`);
    ctx.set("sent", true);
  });
  for (const order of [1, 2]) await agent.run({ variables: { order } });
  const [first] = letters.list({ source: "mail/send" });
  assertEquals([letters.size, first?.attempts, first?.error.message], [2, 2, "no address of 1"]);
  assertEquals(first?.payload, { payload: undefined, variables: { order: 1 } });
  isDown = false;
  const orders = new DeadLetterQueue<{ variables: { order: number } }>();
  orders.importLines(letters.exportLines(), (payload) => {
    const { variables } = Object(payload);
    if (typeof variables?.order !== "number") throw new TypeError("Cannot read an order");
    return { variables: { order: variables.order } };
  });
  const { succeeded } = await orders.retryAll(async ({ payload }) => {
    assertEquals((await agent.run(payload)).status, "completed");
  });
  assertEquals([succeeded.length, orders.size], [2, 0]);
});

Deno.test("A state refuses policies that are none", () => {
  const define = (options: StateOptions) => new Agent("wrong").state("a", options, () => {});
  assertThrows(() => define({ bulkhead: { maxConcurrency: 0 } }), RangeError, "bulkhead.maxConcurrency");
  assertThrows(() => define({ circuitBreaker: { probes: 0 } }), RangeError, "circuitBreaker.probes");
  // @ts-expect-error: no options
  const mistaken: StateOptions = { circuitBreaker: true };
  assertThrows(
    () => define(mistaken),
    TypeError,
    'circuitBreaker of state "a": wanted one or its options',
  );
  // @ts-expect-error: no policy
  assertThrows(() => define({ policy: {} }), TypeError, "wanted policies");
  // @ts-expect-error: no function
  assertThrows(() => define({ fallback: "b" }), TypeError, 'fallback of state "a": wanted a function, found string');
});
