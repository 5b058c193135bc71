import { assert, assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { timers } from "../../reliability/timer_wheel.ts";
import { fuzz } from "../testdata/fuzz.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { SharedMutex, type SharedMutexGuard } from "./mutex.ts";
import {
  barrierSuite,
  channelSuite,
  closingChannelSuite,
  eventSuite,
  latchSuite,
  readWriteSuite,
  semaphoreSuite,
  settle,
} from "./testdata/shared_suites.ts";

/** How many scripts each primitive has to stand; each of its steps waits for real wake-ups. */
const RUNS = Number(Deno.env.get("PUFFIN_FUZZ_RUNS") ?? 150);

Deno.test("SharedLatch does what its oracle says, whatever is called and whoever gives up", () =>
  fuzz(latchSuite, RUNS));

for (const reset of ["manual", "auto"] as const) {
  Deno.test(`SharedEvent, ${reset}, does what its oracle says, whatever is called and whoever gives up`, () =>
    fuzz(eventSuite(reset), RUNS));
}

for (const parties of [1, 2, 4]) {
  Deno.test(`SharedBarrier of ${parties} does what its oracle says, whatever is called and whoever gives up`, () =>
    fuzz(barrierSuite(parties), RUNS));
}

Deno.test("SharedSemaphore does what its oracle says, whatever is called and whoever gives up", () =>
  fuzz(semaphoreSuite, RUNS));

Deno.test("SharedReadWriteLock does what its oracle says, whatever is called and whoever gives up", () =>
  fuzz(readWriteSuite, RUNS));

Deno.test("SharedChannel does what its oracle says, whatever is called and whoever gives up", async () => {
  await fuzz(channelSuite, RUNS);
  await fuzz(closingChannelSuite, RUNS);
});

interface Step {
  readonly kind: "acquire" | "try" | "release" | "abort" | "tick";
  readonly n: number;
  readonly timeoutMs: number | undefined;
  readonly sameTurn: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    "acquire" as const,
    "acquire" as const,
    "release" as const,
    "release" as const,
    "try" as const,
    "abort" as const,
    "tick" as const,
  ),
  n: fc.nat(999),
  timeoutMs: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  sameTurn: fc.boolean(),
});

/** Somebody who has asked for the mutex, and not been answered. */
interface Asking {
  readonly id: number;
  readonly abort: AbortController;
}

/** A mutex seen through handles in one thread. Whoever comes may get it before those who sleep: so it has rules, but no single outcome. */
class MutexScript {
  readonly #handles: readonly SharedMutex[];
  readonly #asking: Asking[][];
  readonly #guards: SharedMutexGuard[] = [];
  readonly #faults: string[] = [];
  readonly #totals = { grants: 0, timeouts: 0, aborts: 0 };
  #ids = 0;

  constructor(count: number) {
    const mutex = SharedMutex.create();
    this.#handles = Array.from({ length: count }, (_, i) => i === 0 ? mutex : SharedMutex.attach(mutex.handle));
    this.#asking = this.#handles.map(() => []);
  }

  async play(script: readonly Step[], tick: (ms: number) => void): Promise<void> {
    for (const { kind, n, timeoutMs, sameTurn } of script) {
      const place = n % this.#handles.length, handle = this.#handles[place]!, asking = this.#asking[place]!;
      if (kind === "acquire") this.#acquire(place, timeoutMs);
      else if (kind === "release") this.#guards.shift()?.release();
      else if (kind === "abort") asking[n % Math.max(1, asking.length)]?.abort.abort();
      else if (kind === "tick") tick(n % 7 + 1);
      else this.#hold(handle.tryAcquire());
      if (!sameTurn) await this.#check();
    }
    while (this.#guards.length > 0 || this.#asking.some(({ length }) => length > 0)) {
      this.#guards.shift()?.release();
      await this.#check();
    }
    assertEquals([this.#handles[0]!.locked, timers.size], [false, 0]);
  }

  /** Leaves nothing behind for the next script, if this one has failed. */
  async end(): Promise<void> {
    for (const { abort } of this.#asking.flat()) abort.abort();
    for (const guard of this.#guards) guard.release();
    await settle();
  }

  #acquire(place: number, timeoutMs: number | undefined): void {
    const asking = this.#asking[place]!, abort = new AbortController(), one: Asking = { id: this.#ids++, abort };
    const options = { signal: abort.signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    asking.push(one);
    this.#handles[place]!.acquire(options).then(
      (guard) => {
        if (asking[0] !== one) this.#faults.push(`${one.id} is served ahead of ${asking[0]?.id}`);
        asking.splice(asking.indexOf(one), 1);
        this.#hold(guard);
      },
      (error: unknown) => {
        asking.splice(asking.indexOf(one), 1);
        if (error instanceof WaitTimeoutError) this.#totals.timeouts++;
        else if (abort.signal.aborted && error === abort.signal.reason) this.#totals.aborts++;
        else this.#faults.push(String(error));
      },
    );
  }

  #hold(guard: SharedMutexGuard | undefined): void {
    if (guard === undefined) return;
    this.#totals.grants++;
    if (this.#guards.push(guard) > 1) this.#faults.push("two hold it");
  }

  async #check(): Promise<void> {
    await settle();
    const asking = this.#asking.reduce((sum, { length }) => sum + length, 0), { locked } = this.#handles[0]!;
    const { holders, waiters, totals } = this.#handles[0]!.snapshot();
    assertEquals(this.#faults, []);
    assertEquals(locked, this.#guards.length === 1);
    assert(locked || asking === 0, "nobody is left waiting for a free lock");
    assertEquals([holders.length, waiters.length], [locked ? 1 : 0, asking]);
    const { grants, timeouts, aborts } = totals;
    assertEquals({ grants, timeouts, aborts }, this.#totals);
  }
}

Deno.test("SharedMutex is held by one at a time, and loses no wake-up, whatever is called and whoever gives up", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 60, size: "max" }),
      async (count, script) => {
        const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
        const run = new MutexScript(count);
        try {
          await run.play(script, (ms) => void clock.tick(ms));
        } finally {
          await run.end();
          clock.tick(1); // the wheel clears its timer at the end of a turn
          clock.uninstall();
        }
      },
    ),
    { numRuns: 2 * RUNS },
  ));
