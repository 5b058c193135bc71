import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { RetryBudget } from "./retry_budget.ts";
import { retry, type RetryNotice } from "./retry_calls.ts";
import type { BackoffKind } from "./retry_plan.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { uncaughtBy } from "./testdata/uncaught.ts";
import { timers } from "./timer_wheel.ts";

Deno.test("retry() spreads waits by its source of random numbers, and rejects if that gives another", async () => {
  const waits: number[] = [];
  const patient = (luck: number, backoff: BackoffKind) =>
    retry({
      maxRetries: 3,
      initialDelayMs: 10,
      backoff,
      random: () => luck,
      onRetry: ({ delayMs }) => void waits.push(delayMs),
    });
  await withFakeTime(async (tick) => {
    for (const [luck, backoff] of [[0.5, "decorrelated"], [0, "decorrelated"], [0, "exponential"]] as const) {
      const run = watch(patient(luck, backoff).execute(() => Promise.reject(new Error("down"))));
      for (let i = 0; i < 4; i++) await tick(1000);
      assert(run.outcome !== "pending");
    }
  });
  assertEquals(waits, [20, 35, 57.5, 10, 10, 10, 5, 10, 20]);
  const down = () => Promise.reject(new Error("down"));
  await assertRejects(() => patient(1, "decorrelated").execute(down), RangeError, "found 1; mend random");
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

Deno.test("RetryBudget refuses what is out of range", () => {
  assertThrows(() => new RetryBudget({ reserve: 0.5 }), RangeError, "budget.reserve: wanted an integer of at least 1");
  assertThrows(() => new RetryBudget({ retriesPerSuccess: 2 }), RangeError, "budget.retriesPerSuccess");
  assertThrows(() => new RetryBudget({ retriesPerSuccess: 0.0009 }), RangeError, "wanted a number from 0.001 to 1");
});
