import { assert, assertEquals, assertThrows } from "@std/assert";
import { Agent } from "../agent/mod.ts";
import { WorkProcessor, WorkQueue } from "../coordination/work/mod.ts";
import { CircuitOpenError } from "./circuit_open_error.ts";
import { RetryBudget } from "./retry_budget.ts";
import { retry } from "./retry_calls.ts";
import type { RetryOptions } from "./retry_plan.ts";
import { withFakeTime } from "./testdata/fake_time.ts";
import { uncaughtBy } from "./testdata/uncaught.ts";

/** What is tried, and is told of each wait. */
interface Tried {
  readonly fn: () => void;
  readonly waits: (delayMs: number) => void;
}

/** Whatever takes retry options; answers whether it succeeded in the end. */
type Place = (options: RetryOptions, tried: Tried) => Promise<boolean>;

const places: Readonly<Record<string, Place>> = {
  "retry()": (options, { fn, waits }) =>
    retry({ ...options, onRetry: ({ delayMs }) => waits(delayMs) }).execute(fn).then(() => true, () => false),
  "A state's retry": async (options, { fn, waits }) => {
    const agent = new Agent("contract", { observer: { onRetry: ({ delayMs }) => waits(delayMs) } });
    return (await agent.state("tried", { retry: options }, fn).run()).status === "completed";
  },
  "WorkProcessor's retry": async (options, { fn, waits }) => {
    const queue = new WorkQueue<string>({ visibilityMs: Infinity });
    queue.tryAdd("tried");
    const observer = { onRetry: (_job: unknown, _error: unknown, delayMs: number) => waits(delayMs) };
    const { succeeded, poisoned } = await new WorkProcessor(queue, { handle: fn, retry: options, observer }).drain();
    assertEquals(succeeded + poisoned, 1);
    return succeeded === 1;
  },
};

/** The waits of something that fails with these, one after another, and then succeeds; NaN at the end if it gives up. */
async function waitsOf(place: Place, options: RetryOptions, errors: readonly unknown[]): Promise<number[]> {
  const waits: number[] = [];
  await withFakeTime(async (tick) => {
    let next = 0, hasSucceeded: boolean | undefined;
    const fn = () => {
      if (next < errors.length) throw errors[next++];
    };
    place(options, { fn, waits: (delayMs) => void waits.push(delayMs) }).then((found) => hasSucceeded = found);
    for (let i = 0; i <= errors.length; i++) await tick(100_000);
    assert(hasSucceeded !== undefined, "it has ended");
    if (!hasSucceeded) waits.push(NaN);
  });
  return waits;
}

const three = [new Error("1"), new Error("2"), new Error("3")];

for (const [name, place] of Object.entries(places)) {
  Deno.test(`${name} waits by its kind of backoff, and gives up after maxRetries`, async () => {
    const common = { maxRetries: 3, initialDelayMs: 10, jitter: false };
    assertEquals(await waitsOf(place, common, three), [10, 20, 40]);
    assertEquals(await waitsOf(place, { ...common, base: 3, maxDelayMs: 35 }, three), [10, 30, 35]);
    assertEquals(await waitsOf(place, { ...common, backoff: "constant", base: 3 }, three), [10, 10, 10]);
    assertEquals(await waitsOf(place, { ...common, maxRetries: 2 }, three), [10, 20, NaN]);
    assertEquals(await waitsOf(place, { ...common, maxRetries: 0 }, three), [NaN]);
    for (let i = 0; i < 20; i++) {
      const found = await waitsOf(place, { ...common, backoff: "decorrelated", maxDelayMs: 50 }, three);
      assertEquals(found.length, 3);
      for (const [i, delayMs] of found.entries()) {
        assert(delayMs >= 10 && delayMs <= Math.min(50, 3 * (found[i - 1] ?? 10)), `${found}`);
      }
    }
  });

  Deno.test(`${name} counts and waits for each kind of error by the first rule that matches`, async () => {
    const options: RetryOptions = {
      maxRetries: 1,
      initialDelayMs: 10,
      jitter: false,
      rules: [
        { matches: (error) => error === "fatal", maxRetries: 0 },
        { matches: (error) => typeof error === "string", maxRetries: 2, initialDelayMs: 100 },
      ],
    };
    assertEquals(await waitsOf(place, options, ["fatal"]), [NaN]);
    assertEquals(await waitsOf(place, options, ["busy", 1, "busy"]), [100, 10, 200]);
    assertEquals(await waitsOf(place, options, ["busy", "busy", "busy"]), [100, 200, NaN]);
    assertEquals(await waitsOf(place, options, ["busy", 1, 2]), [100, 10, NaN]);
  });

  Deno.test(`${name} waits at least as long as the error asks for, and gives up if that is too long`, async () => {
    const common = { maxRetries: 3, initialDelayMs: 10, jitter: false, maxDelayMs: 1000 };
    const asked = [{ retryAfterMs: 500 }, { retryAfterMs: 5 }, { retryAfterMs: "soon" }];
    assertEquals(await waitsOf(place, common, asked), [500, 20, 40]);
    assertEquals(await waitsOf(place, common, [new CircuitOpenError("c", "open", 1001)]), [NaN]);
    assertEquals(await waitsOf(place, common, [new CircuitOpenError("c", "isolated", Infinity)]), [NaN]);
  });

  Deno.test(`${name} takes each retry from a budget, which earns by what succeeds`, async () => {
    const budget = new RetryBudget({ reserve: 2, retriesPerSuccess: 0.5 });
    const options = { maxRetries: 3, initialDelayMs: 0, budget };
    assertEquals(await waitsOf(place, options, three), [0, 0, NaN]);
    assertEquals([budget.available, budget.refused], [0, 1]);
    assertEquals(await waitsOf(place, options, [new Error("still down")]), [NaN]);
    for (let i = 0; i < 2; i++) assertEquals(await waitsOf(place, options, []), []);
    assertEquals(budget.available, 1);
    assertEquals(await waitsOf(place, options, [new Error("once")]), [0]);
    assertEquals([budget.available, budget.refused], [0.5, 2]);
    assertEquals(await waitsOf(place, { ...options, budget: { reserve: 1 } }, three), [0, NaN], "one of its own");
  });

  Deno.test(`${name} takes an error for one of another kind when a rule throws, and leaves that to the runtime`, async () => {
    const planted = new Error("planted");
    const matches = () => {
      throw planted;
    };
    const uncaught = await uncaughtBy(async () => {
      const options = { maxRetries: 1, initialDelayMs: 5, jitter: false, rules: [{ matches, maxRetries: 0 }] };
      assertEquals(await waitsOf(place, options, ["failed"]), [5]);
    });
    assertEquals(uncaught, [planted]);
  });
}

/** Hands the options over at once, so that what is wrong with them is thrown. */
const makers: Readonly<Record<string, (options: RetryOptions) => unknown>> = {
  "retry()": retry,
  "A state": (options) => new Agent("wrong").state("s", { retry: options }, () => {}),
  WorkProcessor: (options) => new WorkProcessor(new WorkQueue(), { handle: () => {}, retry: options }),
};

for (const [name, make] of Object.entries(makers)) {
  Deno.test(`${name} refuses retry options that make no sense`, () => {
    const matches = () => true, wanted = "wanted a RetryBudget or its options, found number";
    assertThrows(() => make({ maxRetries: -1 }), RangeError, "retry.maxRetries");
    assertThrows(() => make({ maxRetries: 1, rules: [{ matches, maxRetries: NaN }] }), RangeError, "retry.maxRetries");
    assertThrows(() => make({ maxRetries: 1, budget: { reserve: 0.5 } }), RangeError, "budget.reserve");
    // @ts-expect-error: no such backoff
    assertThrows(() => make({ maxRetries: 1, backoff: "slow" }), RangeError, "retry.backoff: wanted exponential");
    // @ts-expect-error: no list
    assertThrows(() => make({ maxRetries: 1, rules: { matches } }), TypeError, "retry.rules: wanted an array");
    // @ts-expect-error: no function
    assertThrows(() => make({ maxRetries: 1, rules: [{ matches: "Error" }] }), TypeError, "matches of a retry rule");
    // @ts-expect-error: no budget
    assertThrows(() => make({ maxRetries: 1, budget: 5 }), TypeError, wanted);
  });
}
