import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CircuitOpenError } from "./circuit_open_error.ts";
import { retry, type RetryCallOptions, type RetryNotice } from "./retry_calls.ts";
import { RetryBudget } from "./retry_budget.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { uncaughtBy } from "./testdata/uncaught.ts";
import { timers } from "./timer_wheel.ts";

/** The waits that a call makes which fails with these, one after another, and then succeeds; NaN at the end if it gives up. */
async function waitsOf(options: Omit<RetryCallOptions, "onRetry">, errors: readonly unknown[]): Promise<number[]> {
  const waits: number[] = [];
  await withFakeTime(async (tick) => {
    let next = 0;
    const run = watch(
      retry({ ...options, onRetry: ({ delayMs }) => void waits.push(delayMs) }).execute(() => {
        if (next < errors.length) throw errors[next++];
        return next;
      }),
    );
    for (let i = 0; i <= errors.length; i++) await tick(100_000);
    assert(run.outcome !== "pending");
    if ("error" in run.outcome) {
      assertStrictEquals(run.outcome.error, errors[next - 1], "the last error, as it is");
      waits.push(NaN);
    }
  });
  return waits;
}

const three = [new Error("1"), new Error("2"), new Error("3")];

Deno.test("retry() waits by its kind of backoff, and gives up after maxRetries", async () => {
  const common = { maxRetries: 3, initialDelayMs: 10, jitter: false };
  assertEquals(await waitsOf(common, three), [10, 20, 40]);
  assertEquals(await waitsOf({ ...common, base: 3, maxDelayMs: 35 }, three), [10, 30, 35]);
  assertEquals(await waitsOf({ ...common, backoff: "constant", base: 3 }, three), [10, 10, 10]);
  assertEquals(await waitsOf({ ...common, backoff: "decorrelated", random: () => 0.5 }, three), [20, 35, 57.5]);
  assertEquals(await waitsOf({ ...common, backoff: "decorrelated", random: () => 0 }, three), [10, 10, 10]);
  assertEquals(await waitsOf({ ...common, maxRetries: 2 }, three), [10, 20, NaN]);
  assertEquals(await waitsOf({ ...common, maxRetries: 0 }, three), [NaN]);
});

Deno.test("retry() counts and waits for each kind of error by the first rule that matches", async () => {
  const options: RetryCallOptions = {
    maxRetries: 1,
    initialDelayMs: 10,
    jitter: false,
    rules: [
      { matches: (error) => error === "fatal", maxRetries: 0 },
      { matches: (error) => typeof error === "string", maxRetries: 2, initialDelayMs: 100 },
    ],
  };
  assertEquals(await waitsOf(options, ["fatal"]), [NaN]);
  assertEquals(await waitsOf(options, ["busy", 1, "busy"]), [100, 10, 200]);
  assertEquals(await waitsOf(options, ["busy", "busy", "busy"]), [100, 200, NaN]);
  assertEquals(await waitsOf(options, ["busy", 1, 2]), [100, 10, NaN]);
});

Deno.test("retry() waits at least as long as the error asks for, and gives up if that is too long", async () => {
  const common = { maxRetries: 3, initialDelayMs: 10, jitter: false, maxDelayMs: 1000 };
  assertEquals(await waitsOf(common, [{ retryAfterMs: 500 }, { retryAfterMs: 5 }, { retryAfterMs: "soon" }]), [
    500,
    20,
    40,
  ]);
  assertEquals(await waitsOf(common, [new CircuitOpenError("c", "open", 1001)]), [NaN]);
  assertEquals(await waitsOf(common, [new CircuitOpenError("c", "isolated", Infinity)]), [NaN]);
});

Deno.test("retry() stops waiting when the caller aborts, and retries nothing that fails after", async () => {
  const work = new ScriptedCalls(), abort = new AbortController(), reason = new Error("gone");
  const run = watch(retry({ maxRetries: 5, initialDelayMs: 1000 }).execute(work.fn, abort));
  work.at(0).fail(new Error("down"));
  await settle();
  assertEquals(timers.size, 1);
  abort.abort(reason);
  await settle();
  assertEquals([run.outcome, timers.size, work.list.length], [{ error: reason }, 0, 1]);
  const other = new AbortController(), error = new Error("while aborted");
  const late = watch(retry({ maxRetries: 5, initialDelayMs: 0 }).execute(work.fn, other));
  other.abort();
  work.at(1).fail(error);
  await settle();
  assertEquals([late.outcome, work.list.length], [{ error }, 2]);
});

Deno.test("retry() tells each try its number and each notice its error; all tries have the caller's signal", async () => {
  const notices: RetryNotice[] = [], seen: unknown[] = [], abort = new AbortController();
  const patient = retry({ maxRetries: 2, initialDelayMs: 0, onRetry: (notice) => void notices.push(notice) });
  await assertRejects(
    () =>
      patient.execute(({ attempt, signal }) => {
        seen.push([attempt, signal === abort.signal]);
        throw new Error(`at ${attempt}`);
      }, abort),
    Error,
    "at 3",
  );
  assertEquals(seen, [[1, true], [2, true], [3, true]]);
  assertEquals(notices.map(({ attempt, error }) => [attempt, String(error)]), [[1, "Error: at 1"], [2, "Error: at 2"]]);
});

Deno.test("retry() goes on when its listener throws, and leaves that to the runtime", async () => {
  const planted = new Error("planted");
  const onRetry = () => {
    throw planted;
  };
  const uncaught = await uncaughtBy(async () => {
    const answer = await retry({ maxRetries: 2, initialDelayMs: 0, onRetry }).execute(({ attempt }) => {
      if (attempt === 1) throw new Error("down");
      return attempt;
    });
    assertEquals(answer, 2);
  });
  assertEquals(uncaught, [planted]);
});

Deno.test("RetryBudget earns every thousandth that it is given", () => {
  for (let thousandths = 1; thousandths <= 1000; thousandths++) {
    const budget = new RetryBudget({ reserve: 1, retriesPerSuccess: thousandths / 1000 });
    budget.tryTake();
    budget.succeeded();
    assertEquals(budget.available, thousandths / 1000);
  }
  const budget = new RetryBudget({ reserve: 1, retriesPerSuccess: 0.0019 });
  budget.tryTake();
  budget.succeeded();
  assertEquals(budget.available, 0.001, "never more than was asked for");
});

Deno.test("RetryBudget bounds the retries of many calls by its reserve and what has succeeded", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 1000 }).map((n) => n / 1000),
      fc.array(fc.nat(3), { maxLength: 200, size: "max" }), // how often each call fails
      async (reserve, retriesPerSuccess, calls) => {
        let retries = 0, successes = 0, earned = reserve;
        const budget = new RetryBudget({ reserve, retriesPerSuccess });
        const patient = retry({ maxRetries: 3, initialDelayMs: 0, budget, onRetry: () => void retries++ });
        for (const failures of calls) {
          const fails = ({ attempt }: { attempt: number }) => {
            if (attempt <= failures) throw new Error("down");
          };
          const wanted = Math.min(failures, Math.floor(earned + 1e-9));
          earned -= wanted;
          const before = retries;
          const ended = await patient.execute(fails).then(() => true, () => false);
          assertEquals([retries - before, ended], [wanted, wanted === failures]);
          if (ended) {
            successes++;
            earned = Math.min(reserve, earned + retriesPerSuccess);
          }
          assert(retries <= reserve + retriesPerSuccess * successes + 1e-9);
        }
      },
    ),
  ));

Deno.test("RetryBudget lets an outage have its reserve of retries, and no more", async () => {
  const budget = new RetryBudget({ reserve: 10, retriesPerSuccess: 0.1 });
  const patient = retry({ maxRetries: 3, initialDelayMs: 0, budget });
  let asked = 0;
  const down = () => (asked++, Promise.reject(new Error("down")));
  for (let i = 0; i < 1000; i++) await patient.execute(down).catch(() => {});
  assertEquals([asked, budget.available], [1010, 0]);
  assert(budget.refused >= 990);
});

Deno.test("retry() and RetryBudget refuse what is out of range", () => {
  assertThrows(() => new RetryBudget({ reserve: 0.5 }), RangeError, "budget.reserve: wanted an integer of at least 1");
  assertThrows(() => new RetryBudget({ retriesPerSuccess: 2 }), RangeError, "budget.retriesPerSuccess");
  assertThrows(() => new RetryBudget({ retriesPerSuccess: 0.0009 }), RangeError, "wanted a number from 0.001 to 1");
  assertThrows(() => retry({ maxRetries: -1 }), RangeError, "retry.maxRetries");
  assertThrows(() => retry({ maxRetries: 1, rules: [{ matches: () => true, maxRetries: NaN }] }), RangeError);
  // @ts-expect-error: no such backoff
  assertThrows(() => retry({ maxRetries: 1, backoff: "slow" }), RangeError, "retry.backoff: wanted exponential");
});
