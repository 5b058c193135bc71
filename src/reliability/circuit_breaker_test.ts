import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Bulkhead } from "./bulkhead.ts";
import { BulkheadFullError } from "./bulkhead_full_error.ts";
import { BulkheadTimeoutError } from "./bulkhead_timeout_error.ts";
import { CircuitBreaker, type CircuitBreakerOptions, type CircuitChange } from "./circuit_breaker.ts";
import { CircuitOpenError, type CircuitState } from "./circuit_open_error.ts";
import { WaitTimeoutError } from "../coordination/waiter.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { uncaughtBy } from "./testdata/uncaught.ts";
import { CallTimeoutError } from "./timeout.ts";
import type { TripRule } from "./trip_rule.ts";

interface Outcome {
  readonly at: number;
  readonly failed: boolean;
}

/** What a breaker must do, said with a list of everything that has ended since its last change. */
class PlainBreaker {
  state: CircuitState = "closed";
  era = 0;
  outcomes: Outcome[] = [];
  now = 0;
  openedAt = 0;
  row = 0;
  probesOut = 0;
  probesPassed = 0;
  lastProbeAt = 0;

  constructor(readonly trip: TripRule, readonly openMs: (row: number) => number, readonly probes: number) {}

  /** The era of a call that is let through; a refusal's `retryAfterMs` otherwise. */
  begin(): { era: number } | { retryAfterMs: number } {
    const openMs = this.openMs(this.row);
    if (this.state === "isolated") return { retryAfterMs: Infinity };
    if (this.state === "open") {
      if (this.now < this.openedAt + openMs) return { retryAfterMs: this.openedAt + openMs - this.now };
      this.#enter("half-open");
    } else if (this.state === "half-open" && this.probesOut === this.probes) {
      if (this.now < this.lastProbeAt + openMs) return { retryAfterMs: 0 };
      this.#enter("half-open");
    }
    if (this.state === "half-open") {
      this.probesOut++;
      this.lastProbeAt = this.now;
    }
    return { era: this.era };
  }

  end(era: number, how: "good" | "bad" | "neutral"): void {
    if (era !== this.era) return;
    if (how === "neutral") {
      if (this.state === "half-open") this.probesOut--;
      return;
    }
    const failed = how === "bad";
    if (this.state === "half-open") {
      if (failed) this.#open();
      else if (++this.probesPassed === this.probes) this.close();
      return;
    }
    this.outcomes.push({ at: this.now, failed });
    if (failed && this.#trips()) this.#open();
  }

  close(): void {
    this.row = 0;
    this.#enter("closed");
  }

  isolate(): void {
    if (this.state !== "isolated") this.#enter("isolated");
  }

  #open(): void {
    this.row++;
    this.openedAt = this.now;
    this.#enter("open");
  }

  #enter(state: CircuitState): void {
    this.state = state;
    this.era++;
    this.outcomes = [];
    this.probesOut = this.probesPassed = 0;
  }

  #trips(): boolean {
    const { trip, outcomes, now } = this;
    if (trip.kind === "consecutive") {
      return outcomes.length >= trip.failures && outcomes.slice(-trip.failures).every(({ failed }) => failed);
    }
    const slice = (at: number) => trip.kind === "time" ? Math.floor(at / (trip.windowMs / 10)) : 0;
    const seen = trip.kind === "count"
      ? outcomes.slice(-trip.calls)
      : outcomes.filter(({ at }) => slice(at) > slice(now) - 10);
    const minimum = trip.minimumCalls ?? (trip.kind === "count" ? trip.calls : 10);
    return seen.length >= minimum && seen.filter(({ failed }) => failed).length >= seen.length * trip.failureRatio;
  }
}

const ratios = fc.constantFrom(0.25, 0.5, 0.75, 1);
const trips: fc.Arbitrary<TripRule> = fc.oneof(
  fc.record({ kind: fc.constant("consecutive" as const), failures: fc.integer({ min: 1, max: 4 }) }),
  fc.tuple(fc.integer({ min: 1, max: 8 }), ratios, fc.nat(100)).map(([calls, failureRatio, n]) => ({
    kind: "count" as const,
    calls,
    failureRatio,
    ...(n > 50 ? {} : { minimumCalls: 1 + n % calls }),
  })),
  fc.tuple(fc.constantFrom(10, 70, 100), ratios, fc.integer({ min: 1, max: 6 })).map((
    [windowMs, failureRatio, minimumCalls],
  ) => ({ kind: "time" as const, windowMs, failureRatio, minimumCalls })),
);

const calls = fc.record({
  kind: fc.constantFrom("begin", "begin", "begin", "end", "end", "end", "end", "wait", "isolate", "close"),
  how: fc.constantFrom("good", "bad", "bad", "neutral", "timeout"),
  n: fc.nat(999),
});

Deno.test("CircuitBreaker does what a list of outcomes says, for every rule, whatever comes in between", () =>
  fc.assert(
    fc.asyncProperty(
      trips,
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      fc.array(calls, { maxLength: 100, size: "max" }),
      async (trip, probes, grows, script) => {
        let now = 1_000_000;
        const openMs = (row: number) => grows ? Math.min(50 * 2 ** (row - 1), 150) : 50;
        const breaker = new CircuitBreaker({
          trip,
          probes,
          openMs: grows ? { initialMs: 50, maxMs: 150 } : 50,
          clock: () => now,
        });
        const model = new PlainBreaker(trip, openMs, probes);
        const work = new ScriptedCalls();
        const live: { abort: AbortController; era: number; call: number }[] = [];
        for (const { kind, how, n } of script) {
          if (kind === "begin") {
            const abort = new AbortController(), made = work.list.length, expected = model.begin();
            const run = watch(breaker.execute(work.fn, abort));
            await settle();
            if ("era" in expected) {
              assertEquals(work.list.length, made + 1);
              live.push({ abort, era: expected.era, call: made });
            } else {
              assert(run.outcome !== "pending" && "error" in run.outcome);
              assertInstanceOf(run.outcome.error, CircuitOpenError);
              assertEquals(run.outcome.error.retryAfterMs, expected.retryAfterMs);
              assertEquals(work.list.length, made);
            }
          } else if (kind === "end") {
            const [ended] = live.splice(n % (live.length || 1), 1);
            if (ended === undefined) continue;
            if (how === "neutral") ended.abort.abort(new Error("not needed any more"));
            if (how === "timeout") ended.abort.abort(new CallTimeoutError(1));
            if (how === "good") work.at(ended.call).succeed(1);
            else work.at(ended.call).fail(new Error("down"));
            model.end(ended.era, how === "timeout" ? "bad" : how);
          } else if (kind === "wait") { // one step in five goes back, and counts as none
            const step = n % 5 === 0 ? -n * 1000 : n % 4 === 0 ? n * 100_000 : n % 40;
            now += step;
            model.now += Math.max(step, 0);
            breaker.snapshot(); // every reading is heard of by the clock
          } else if (kind === "isolate") {
            if (n % 5 === 0) {
              breaker.isolate();
              model.isolate();
            }
          } else if (n % 2 === 0) {
            breaker.close();
            model.close();
          }
          await settle();
          assertEquals(breaker.state, model.state);
        }
        for (const { call } of live) work.at(call).succeed(1);
      },
    ),
    { numRuns: 200 },
  ));

const down = () => Promise.reject(new Error("down"));

Deno.test("CircuitBreaker tells each change, with the failure that opened it, to its listener and to streams", async () => {
  let now = 0;
  const told: CircuitChange[] = [];
  const breaker = new CircuitBreaker({
    name: "db",
    trip: { kind: "consecutive", failures: 1 },
    openMs: 10,
    clock: () => now,
    onChange: (change) => void told.push(change),
  });
  const stream = breaker.changes();
  const error = await assertRejects(() => breaker.execute(down));
  now = 10;
  await breaker.execute(() => 1);
  breaker.isolate();
  breaker.isolate();
  await assertRejects(() => breaker.execute(() => 1), CircuitOpenError, 'the circuit "db" is isolated');
  breaker.close();
  const steps = told.map(({ from, to }) => `${from} > ${to}`);
  assertEquals(steps, [
    "closed > open",
    "open > half-open",
    "half-open > closed",
    "closed > isolated",
    "isolated > closed",
  ]);
  assertStrictEquals(told[0]!.error, error);
  for (const change of told) assertEquals(await stream.next(), { done: false, value: change });
  await stream.return();
  breaker.isolate();
  assertEquals(await stream.next(), { done: true, value: undefined });
  assertEquals(breaker.snapshot(), {
    name: "db",
    state: "isolated",
    retryAfterMs: Infinity,
    totals: { successes: 1, failures: 1, refusals: 1, openings: 1 },
  });
});

Deno.test("CircuitBreaker counts only what isFailure says, and by default no refusal of another policy", async () => {
  const trip = { kind: "consecutive", failures: 1 } as const;
  const lenient = new CircuitBreaker({ trip, isFailure: (error) => error instanceof TypeError });
  await assertRejects(() => lenient.execute(down), Error, "down");
  assertEquals(lenient.state, "closed");
  await assertRejects(() => lenient.execute(() => Promise.reject(new TypeError("mine"))), TypeError);
  assertEquals(lenient.state, "open");
  const plain = new CircuitBreaker({ trip });
  await assertRejects(() => plain.execute(() => Promise.reject(new BulkheadFullError("b", 1, 0))), BulkheadFullError);
  await assertRejects(() => plain.execute(() => lenient.execute(() => 1)), CircuitOpenError);
  assertEquals(plain.state, "closed");
});

Deno.test("CircuitBreaker.execute() calls nothing under an aborted signal, nor takes a probe's place for it", async () => {
  let now = 0;
  const breaker = new CircuitBreaker({ trip: { kind: "consecutive", failures: 1 }, openMs: 1, clock: () => now });
  await breaker.execute(down).catch(() => {});
  now = 1;
  const reason = new Error("gone"), work = new ScriptedCalls();
  assertStrictEquals(await breaker.execute(work.fn, { signal: AbortSignal.abort(reason) }).catch((e) => e), reason);
  assertEquals([work.list.length, breaker.state], [0, "open"]);
  assertEquals([await breaker.execute(() => "probe"), breaker.state], ["probe", "closed"]);
});

Deno.test("CircuitBreaker does as its listener says while it turns half-open", async () => {
  for (const action of ["isolate", "close", "call"] as const) {
    let now = 0;
    const work = new ScriptedCalls();
    const onChange = ({ to }: CircuitChange) => {
      if (to !== "half-open") return;
      if (action === "call") void breaker.execute(work.fn);
      else breaker[action]();
    };
    const trip = { kind: "consecutive", failures: 1 } as const;
    const breaker: CircuitBreaker = new CircuitBreaker({ trip, openMs: 10, clock: () => now, onChange });
    await breaker.execute(down).catch(() => {});
    now = 10;
    const run = watch(breaker.execute(() => "called"));
    await settle();
    if (action === "close") assertEquals([run.outcome, breaker.state], [{ value: "called" }, "closed"]);
    else {
      assert(run.outcome !== "pending" && "error" in run.outcome);
      assertInstanceOf(run.outcome.error, CircuitOpenError);
      assertEquals(breaker.state, action === "isolate" ? "isolated" : "half-open");
    }
    for (const { succeed } of work.list) succeed("the probe");
  }
});

Deno.test("CircuitBreaker changes all the same when its listener throws, and leaves that to the runtime", async () => {
  const planted = new Error("planted");
  const uncaught = await uncaughtBy(async () => {
    const breaker = new CircuitBreaker({
      trip: { kind: "consecutive", failures: 1 },
      onChange: () => {
        throw planted;
      },
    });
    await assertRejects(() => breaker.execute(down), Error, "down");
    assertEquals(breaker.state, "open");
  });
  assertEquals(uncaught, [planted]);
});

Deno.test("CircuitBreaker gives a probe's place to another when isFailure throws or has changed the circuit", async () => {
  let now = 0;
  const odd = new Error("odd"), planted = new Error("planted");
  let act = (): void => {
    throw planted;
  };
  const breaker = new CircuitBreaker({
    trip: { kind: "consecutive", failures: 1 },
    openMs: 10,
    clock: () => now,
    isFailure: (error) => {
      if (error === odd) act();
      return true;
    },
  });
  await breaker.execute(down).catch(() => {});
  now = 10;
  assertStrictEquals(await breaker.execute(() => Promise.reject(odd)).catch((error) => error), planted);
  assertEquals([await breaker.execute(() => "probe"), breaker.state], ["probe", "closed"]);
  act = () => breaker.isolate();
  assertStrictEquals(await breaker.execute(() => Promise.reject(odd)).catch((error) => error), odd);
  assertEquals([breaker.state, breaker.snapshot().totals.openings], ["isolated", 1]);
});

Deno.test("CircuitBreaker counts no wait for a bulkhead's place that took too long, but one inside the function", () =>
  withFakeTime(async (tick) => {
    const breaker = new CircuitBreaker({ trip: { kind: "consecutive", failures: 1 } });
    const bulkhead = new Bulkhead({ name: "db", maxConcurrency: 1, maxQueue: 1 });
    using _place = bulkhead.tryAcquire();
    const late = assertRejects(
      () => breaker.execute(() => bulkhead.execute(() => 1, { timeoutMs: 5 })),
      BulkheadTimeoutError,
      'Cannot acquire the bulkhead "db" within 5 ms: 1 calls are under way',
    );
    await tick(6);
    assertEquals([(await late).code, breaker.state], ["wait_timeout", "closed"]);
    const own = () => Promise.reject(new WaitTimeoutError("a reply", 5, "nobody answers"));
    await assertRejects(() => breaker.execute(own), WaitTimeoutError);
    assertEquals(breaker.state, "open");
  }));

Deno.test("CircuitBreaker refuses what is out of range", () => {
  const wrong: [CircuitBreakerOptions, string][] = [
    [{ openMs: 0 }, "circuitBreaker.openMs: wanted milliseconds above 0, found 0"],
    [{ openMs: { initialMs: 1, maxMs: NaN } }, "openMs.maxMs"],
    [{ openMs: { initialMs: 1, maxMs: 2, factor: 0.5 } }, "openMs.factor: wanted a number of at least 1, found 0.5"],
    [{ probes: 0 }, "probes: wanted an integer of at least 1"],
    [{ trip: { kind: "consecutive", failures: 1.5 } }, "trip.failures"],
    [{ trip: { kind: "count", calls: 2, failureRatio: 0.5, minimumCalls: 3 } }, "wanted minimumCalls <= calls"],
    [{ trip: { kind: "count", calls: 1e9, failureRatio: 0.5 } }, "trip.calls 1000000000"],
    [{ trip: { kind: "count", calls: 2, failureRatio: 0 } }, "trip.failureRatio"],
    [{ trip: { kind: "time", windowMs: -1, failureRatio: 0.5 } }, "trip.windowMs"],
  ];
  for (const [options, message] of wrong) assertThrows(() => new CircuitBreaker(options), RangeError, message);
});
