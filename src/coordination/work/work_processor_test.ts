import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { RetryBudget } from "../../reliability/retry_budget.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { WaitTimeoutError } from "../waiter.ts";
import type { WorkProcessorOptions } from "./processor_options.ts";
import { WorkAbandonedError, type WorkJob, WorkTimeoutError } from "./work_job.ts";
import { WorkProcessor } from "./work_processor.ts";
import { WorkQueue } from "./work_queue.ts";

const AT_ONCE = { maxRetries: 2, initialDelayMs: 0, jitter: false };

Deno.test("WorkProcessor does each item once or sets it aside, whatever fails how often, alone or in batches", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5), { maxLength: 40, size: "max" }),
      fc.integer({ min: 1, max: 4 }),
      fc.option(fc.integer({ min: 1, max: 6 })),
      async (failures, concurrency, batchSize) => {
        const queue = new WorkQueue<number>({ capacity: 5, visibilityMs: Infinity });
        const left = [...failures], done: number[] = [];
        let running = 0, most = 0;
        const work = async (jobs: readonly WorkJob<number>[]) => {
          most = Math.max(most, ++running);
          await nextTurn();
          running--;
          const failing = jobs.filter(({ data }) => left[data]! > 0);
          if (failing.length > 0) {
            for (const { data } of jobs.length > 1 ? [] : failing) left[data]!--;
            throw new Error("planted");
          }
          done.push(...jobs.map(({ data }) => data));
        };
        const processor = new WorkProcessor(queue, {
          concurrency,
          retry: AT_ONCE,
          ...(batchSize === null ? { handle: (job) => work([job]) } : { handleBatch: work, batchSize }),
        }).start();
        for (const id of failures.keys()) await queue.add(id);
        queue.close();
        const { succeeded, poisoned, overdue, abandoned } = await processor.drain();
        const poison = processor.poison.items().map(({ data }) => data);
        const ids = [...failures.keys()];
        assertEquals([...done, ...poison].sort((a, b) => a - b), ids, "nothing lost, nothing twice");
        const hopeless = ids.filter((id) => failures[id]! > (batchSize === null ? 2 : 3));
        assert(hopeless.every((id) => poison.includes(id)));
        assert(poison.every((id) => failures[id]! > 2), "no neighbour of a poison item is set aside");
        assertEquals([succeeded, poisoned, overdue, abandoned], [done.length, poison.length, 0, 0]);
        assert(most <= concurrency);
      },
    ),
    { numRuns: 60 },
  ));

Deno.test("WorkProcessor sets a poison item aside with its error, and can put it back", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>(), log: string[] = [];
    let isMended = false;
    const processor = new WorkProcessor(queue, {
      retry: { maxRetries: 2, initialDelayMs: 100, jitter: false },
      handle({ data, attempt }) {
        log.push(`${data} ${attempt} at ${performance.now()}`);
        if (data === "poison" && !isMended) throw new Error(`planted ${attempt}`);
      },
      observer: { onRetry: ({ data }, _error, delayMs) => void log.push(`${data} waits ${delayMs}`) },
    }).start();
    queue.tryAdd("poison", { key: "p", priority: "high" });
    queue.tryAdd("food");
    await clock.tickAsync(1_000);
    assertEquals(log, [
      "poison 1 at 0",
      "poison waits 100",
      "food 1 at 0",
      "poison 2 at 100",
      "poison waits 200",
      "poison 3 at 300",
    ]);
    const [item] = processor.poison.items();
    assert(item?.error instanceof Error);
    assertEquals([item.data, item.key, item.attempt, item.priority, item.error.message], [
      "poison",
      "p",
      3,
      2,
      "planted 3",
    ]);
    assertEquals([queue.size, processor.progress().ratio], [0, 1]);
    isMended = true;
    assertEquals([processor.poison.retry(item.id), processor.poison.retry(item.id), processor.poison.size], [
      true,
      false,
      0,
    ]);
    await clock.tickAsync(0);
    const { succeeded, failed, retried, poisoned, running, calls } = await processor.stop();
    assertEquals({ succeeded, failed, retried, poisoned, running, calls }, {
      succeeded: 2,
      failed: 3,
      retried: 2,
      poisoned: 1,
      running: 0,
      calls: 5,
    });
    assertEquals(timers.size, 0);
  }));

Deno.test("WorkProcessor fills a batch until it is full or its time is up, in one lane of several", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<number>(), batches: string[] = [];
    const processor = new WorkProcessor(queue, {
      concurrency: 3,
      batchSize: 3,
      batchWaitMs: 50,
      handleBatch: (jobs) => void batches.push(`${jobs.map(({ data }) => data).join()} at ${performance.now()}`),
    }).start();
    for (let i = 0; i < 4; i++) {
      queue.tryAdd(i);
      await clock.tickAsync(10);
    }
    await clock.tickAsync(100);
    assertEquals(batches, ["0,1,2 at 20", "3 at 80"]);
    await processor.stop();
    assertEquals(timers.size, 0);
  }));

Deno.test("WorkProcessor lets a poison item cost its neighbours neither a retry nor the budget", async () => {
  const queue = new WorkQueue<number>(), budget = new RetryBudget({ reserve: 1 }), calls: string[] = [];
  for (let i = 0; i < 5; i++) queue.tryAdd(i);
  const processor = new WorkProcessor(queue, {
    retry: {
      maxRetries: 1,
      initialDelayMs: 0,
      budget,
      rules: [{ matches: (error) => error instanceof SyntaxError, maxRetries: 0 }],
    },
    handleBatch: (jobs) => {
      const numbers = jobs.map(({ data }) => data);
      calls.push(numbers.join());
      if (numbers.includes(2)) throw new SyntaxError("planted");
      if (numbers.includes(4) && !calls.includes("4", calls.indexOf("4") + 1)) throw new Error("flaky");
    },
  });
  const { succeeded, poisoned } = await processor.drain();
  assertEquals(calls, ["0,1,2,3,4", "0", "1", "2", "3", "4", "4"]);
  assertEquals([succeeded, poisoned, processor.poison.items()[0]?.data], [4, 1, 2]);
  assertEquals([budget.available, budget.refused], [0.1, 0], "one for item 4, and what succeeded since");
});

Deno.test("WorkProcessor splits a batch as late as the error asks for, though that is too long for a retry", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<number>(), calls: string[] = [];
    for (const n of [1, 2]) queue.tryAdd(n);
    const processor = new WorkProcessor(queue, {
      retry: { maxRetries: 0, initialDelayMs: 5, maxDelayMs: 50 },
      handleBatch: (jobs) => {
        calls.push(`${jobs.map(({ data }) => data)} at ${performance.now()}`);
        if (jobs.length > 1) throw Object.assign(new Error("busy"), { retryAfterMs: 1_000 });
      },
    });
    const drained = processor.drain();
    await clock.tickAsync(100);
    assertEquals([(await drained).succeeded, calls], [2, ["1,2 at 0", "1 at 50", "2 at 50"]]);
  }));

Deno.test("WorkProcessor goes on counting retries by their kind where the one before it stopped", async () => {
  const queue = new WorkQueue<string>(), log: string[] = [];
  queue.tryAdd("work");
  const failing = async (error: unknown, calls: number) => {
    const ended = Promise.withResolvers<void>();
    const processor = new WorkProcessor(queue, {
      retry: { maxRetries: 5, initialDelayMs: 0, rules: [{ matches: (thrown) => thrown === "busy", maxRetries: 2 }] },
      handle({ attempt }) {
        log.push(`${error} ${attempt}`);
        if (--calls === 0) ended.resolve();
        throw error;
      },
    }).start();
    await ended.promise;
    return (await processor.stop()).poisoned;
  };
  assertEquals([await failing("busy", 2), await failing("odd", 2), await failing("busy", 1)], [0, 0, 1]);
  assertEquals(log, ["busy 1", "busy 2", "odd 3", "odd 4", "busy 5"]);
});

Deno.test("WorkProcessor aborts a handler whose time is up, and tries again", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>({ visibilityMs: 1_000 }), reasons: unknown[] = [];
    const processor = new WorkProcessor(queue, {
      retry: { maxRetries: 1, initialDelayMs: 0, jitter: false },
      handle: (_job, signal) =>
        new Promise(() => signal.addEventListener("abort", () => reasons.push(signal.reason), { once: true })),
    }).start();
    queue.tryAdd("hangs");
    await clock.tickAsync(3_000);
    assertEquals(reasons.map((reason) => reason instanceof WorkTimeoutError), [true, true]);
    assertEquals(processor.poison.items().map(({ error }) => error === reasons[1]), [true]);
    await processor.stop();
  }));

Deno.test("WorkProcessor holds an item for as long as its handler may take, whatever the queue's visibilityMs", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>({ visibilityMs: 100 });
    const processor = new WorkProcessor(queue, {
      concurrency: 2,
      timeoutMs: 500,
      handle: () => new Promise<void>((resolve) => setTimeout(resolve, 400)),
    }).start();
    queue.tryAdd("slow");
    await clock.tickAsync(450);
    const { succeeded, calls } = await processor.stop();
    assertEquals([succeeded, calls], [1, 1]);
  }));

Deno.test("WorkProcessor.stop() gives back what is not done by its deadline: nothing is lost", () =>
  withFakeTime(async (clock) => {
    const handlers = {
      quick: () => Promise.resolve(),
      slow: () => new Promise<void>((resolve) => setTimeout(resolve, 50)),
      endless: () => new Promise<void>(() => {}),
    };
    const queue = new WorkQueue<keyof typeof handlers>();
    const processor = new WorkProcessor(queue, { concurrency: 3, handle: ({ data }) => handlers[data]() }).start();
    for (const kind of ["quick", "slow", "endless"] as const) queue.tryAdd(kind);
    await clock.tickAsync(1);
    const stopped = processor.stop({ deadlineMs: 100 });
    queue.tryAdd("quick");
    await clock.tickAsync(200);
    const { succeeded, abandoned, failed, running } = await stopped;
    assertEquals({ succeeded, abandoned, failed, running }, { succeeded: 2, abandoned: 1, failed: 0, running: 0 });
    assertEquals([queue.tryTake()?.data, queue.tryTake()?.data, queue.size, timers.size], ["quick", "endless", 2, 0]);
  }));

Deno.test("WorkProcessor.stop() cuts attempts short that do not count: the next processor has all of them", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>(), attempts: number[] = [];
    queue.tryAdd("work");
    const work = async (durationMs: number) => {
      const processor = new WorkProcessor(queue, {
        retry: { maxRetries: 0 },
        handle: ({ attempt }) => {
          attempts.push(attempt);
          return new Promise<void>((resolve) => setTimeout(resolve, durationMs));
        },
      }).start();
      await clock.tickAsync(1);
      const stopping = processor.stop({ deadlineMs: 5 });
      await clock.tickAsync(100);
      const { succeeded, abandoned, poisoned } = await stopping;
      return [succeeded, abandoned, poisoned, queue.size];
    };
    for (let stop = 0; stop < 3; stop++) assertEquals(await work(50), [0, 1, 0, 1]);
    assertEquals([await work(2), attempts, timers.size], [[1, 0, 0, 0], [1, 1, 1, 1], 0]);
  }));

Deno.test("WorkProcessor.drain() waits for what is delayed, but not beyond its deadline", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>(), done: string[] = [];
    const processor = new WorkProcessor(queue, { handle: ({ data }) => void done.push(data) }).start();
    queue.tryAdd("soon", { delayMs: 100 });
    queue.tryAdd("much later", { delayMs: 10_000 });
    const drained = processor.drain({ deadlineMs: 500 });
    await clock.tickAsync(501);
    assertEquals([(await drained).succeeded, done, queue.size, timers.size], [1, ["soon"], 1, 0]);
  }));

Deno.test("WorkProcessor.stop() in mid-work loses nothing, and nothing is done twice by handlers that heed their signal", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 15, size: "max" }),
      fc.integer({ min: 1, max: 3 }),
      fc.option(fc.integer({ min: 2, max: 4 })),
      fc.nat(60),
      fc.option(fc.nat(40)),
      (durations, concurrency, batchSize, stopAtMs, deadlineMs) =>
        withFakeTime(async (clock) => {
          const queue = new WorkQueue<number>(), done: number[] = [];
          const work = (jobs: readonly WorkJob<number>[], signal: AbortSignal) =>
            new Promise<void>((resolve, reject) => {
              const end = setTimeout(() => {
                done.push(...jobs.map(({ data }) => data));
                resolve();
              }, durations[jobs[0]!.data]);
              signal.addEventListener("abort", () => {
                clearTimeout(end);
                reject(signal.reason);
              }, { once: true });
            });
          const options = batchSize === null
            ? { handle: (job: WorkJob<number>, signal: AbortSignal) => work([job], signal) }
            : { handleBatch: work, batchSize, batchWaitMs: 5 };
          const first = new WorkProcessor(queue, { ...options, concurrency }).start();
          for (const id of durations.keys()) queue.tryAdd(id);
          await clock.tickAsync(stopAtMs);
          const stopping = first.stop(deadlineMs === null ? {} : { deadlineMs });
          await clock.tickAsync(100);
          const stopped = await stopping, second = new WorkProcessor(queue, options);
          assertEquals([stopped.succeeded, stopped.succeeded + queue.size], [done.length, durations.length]);
          const draining = second.drain();
          await clock.tickAsync(1_000);
          assertEquals((await draining).succeeded, durations.length - stopped.succeeded);
          assertEquals(done.toSorted((a, b) => a - b), [...durations.keys()]);
          assertEquals([stopped.failed, stopped.overdue, stopped.running, timers.size], [0, 0, 0, 0]);
        }),
    ),
    { numRuns: 60 },
  ));

Deno.test("WorkProcessor.stop() and drain() can be given up by timeout and signal, and go on", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<number>(), abort = new AbortController(), reason = new Error("enough");
    const processor = new WorkProcessor(queue, {
      handle: () => new Promise<void>((resolve) => setTimeout(resolve, 100)),
    }).start();
    for (let i = 0; i < 4; i++) queue.tryAdd(i);
    const early = processor.stop({ signal: AbortSignal.abort(reason) });
    assertStrictEquals(await assertRejects(() => early), reason);
    const late = assertRejects(() => processor.drain({ timeoutMs: 110 }), WaitTimeoutError, "its queue holds 3");
    const aborted = processor.drain({ signal: abort.signal, deadlineMs: 350 });
    abort.abort(reason);
    assertStrictEquals(await assertRejects(() => aborted), reason);
    await clock.tickAsync(120);
    await late;
    assertEquals([processor.statistics().succeeded, processor.statistics().running], [1, 1], "it was not stopped");
    const stopped = assertRejects(() => processor.stop({ timeoutMs: 1 }), WaitTimeoutError, "1 items are worked on");
    await clock.tickAsync(200);
    await stopped;
    assertEquals([processor.statistics().succeeded, queue.size, timers.size], [2, 2, 0], "now it was");
    await assertRejects(() => processor.stop({ timeoutMs: NaN }), RangeError);
    await assertRejects(() => processor.drain({ deadlineMs: -1 }), RangeError);
  }));

Deno.test("WorkProcessor.drain() starts what was not started, and ends at the earliest of several deadlines", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>(), done: string[] = [];
    queue.tryAdd("quick");
    const idle = new WorkProcessor(queue, { handle: ({ data }) => void done.push(data) });
    assertEquals([(await idle.drain()).succeeded, done], [1, ["quick"]]);
    queue.tryAdd("endless");
    const endless = new WorkProcessor(queue, { handle: () => new Promise<never>(() => {}) });
    const drains = [60_000, 100, 50_000].map((deadlineMs) => endless.drain({ deadlineMs }));
    await clock.tickAsync(101);
    const [first, ...others] = await Promise.all(drains);
    assertEquals([first?.abandoned, first?.running, queue.size, timers.size], [1, 0, 1, 0]);
    assertEquals(others, [first, first]);
  }));

Deno.test("WorkProcessor.stop() takes no attempt from what was put by while a batch went on", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>();
    queue.tryAdd("tried before");
    const delivery = queue.tryTake();
    queue.tryAdd("new");
    delivery?.giveBack();
    const processor = new WorkProcessor(queue, { handleBatch: () => new Promise<never>(() => {}), batchSize: 3 })
      .start();
    await clock.tickAsync(1);
    const stopping = processor.stop({ deadlineMs: 5 });
    await clock.tickAsync(6);
    await stopping;
    const left = [queue.tryTake(), queue.tryTake()].map((item) => `${item?.data} ${item?.attempt}`);
    assertEquals([left, queue.size], [["new 1", "tried before 2"], 2]);
  }));

Deno.test("WorkProcessor holds also what it has put by for as long as the batch before it may take", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>({ visibilityMs: 100 }), tries: string[] = [];
    queue.tryAdd("tried before");
    const delivery = queue.tryTake();
    queue.tryAdd("new");
    const processor = new WorkProcessor(queue, {
      concurrency: 2,
      batchSize: 3,
      batchWaitMs: 50,
      timeoutMs: 500,
      retry: { maxRetries: 0 },
      handleBatch: (jobs) => {
        tries.push(...jobs.map(({ data, attempt }) => `${data} ${attempt}`));
        return new Promise<void>((resolve) => setTimeout(resolve, 400));
      },
    }).start();
    await clock.tickAsync(1);
    delivery?.giveBack(); // to the lane that fills a batch; the other one waits for whatever comes back
    await clock.tickAsync(850);
    const { succeeded, poisoned } = await processor.stop();
    assertEquals([tries, succeeded, poisoned], [["new 1", "tried before 2"], 2, 0]);
  }));

Deno.test("WorkProcessor begins nothing after the deadline of a stop, not even a batch that was being filled", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<number>();
    let calls = 0;
    const processor = new WorkProcessor(queue, { handleBatch: () => calls++, batchSize: 3, batchWaitMs: 50 });
    queue.tryAdd(1);
    const drained = processor.drain({ deadlineMs: 10 });
    await clock.tickAsync(11);
    assertEquals([(await drained).abandoned, calls, queue.size, timers.size], [1, 0, 1, 0]);
  }));

Deno.test("WorkProcessor sets aside what others take again and again without finishing it", async () => {
  let now = 0;
  const queue = new WorkQueue<string>({ visibilityMs: 10, clock: () => now });
  queue.tryAdd("breaks its holders");
  for (let i = 0; i < 3; i++) {
    queue.tryTake();
    now += 11;
  }
  let called = false;
  const processor = new WorkProcessor(queue, { retry: { maxRetries: 2 }, handle: () => (called = true) }).start();
  await queue.whenEmpty();
  assertEquals([called, processor.poison.items().map(({ error }) => error instanceof WorkAbandonedError)], [false, [
    true,
  ]]);
  await processor.stop();
});

Deno.test("WorkProcessor goes on when its observer throws, and keeps the error", async () => {
  const queue = new WorkQueue<string>(), planted = new Error("planted");
  const fail = () => {
    throw planted;
  };
  const processor = new WorkProcessor(queue, { handle: () => {}, observer: { onStart: fail, onSuccess: fail } })
    .start();
  queue.tryAdd("work");
  assertEquals([(await processor.drain()).succeeded, processor.observerErrors], [1, [planted, planted]]);
  const onProgress = () => Promise.reject(planted);
  const watched = new WorkProcessor(queue, { handle: () => {}, observer: { onProgress } }).start();
  queue.tryAdd("more work");
  assertEquals((await watched.drain()).succeeded, 1);
  await nextTurn();
  assertEquals(watched.observerErrors, [planted]);
});

Deno.test("PoisonList forgets the oldest when it is full, and counts them", async () => {
  const queue = new WorkQueue<number>();
  const processor = new WorkProcessor(queue, {
    maxPoison: 2,
    retry: { maxRetries: 0 },
    handle: () => Promise.reject(new Error("planted")),
  }).start();
  for (let i = 0; i < 3; i++) queue.tryAdd(i);
  await processor.drain();
  assertEquals([processor.poison.items().map(({ data }) => data), processor.poison.forgotten], [[1, 2], 1]);
  assertEquals([processor.poison.discard(2)?.data, processor.poison.size, processor.poison.retryAll(), queue.size], [
    1,
    1,
    1,
    1,
  ]);
});

Deno.test("PoisonList.retry() keeps an item for which there is no room", async () => {
  const queue = new WorkQueue<string>({ capacity: 1 });
  const processor = new WorkProcessor(queue, {
    retry: { maxRetries: 0 },
    handle: () => Promise.reject(new Error("planted")),
  }).start();
  queue.tryAdd("poison");
  await processor.drain();
  queue.tryAdd("takes the room");
  assertEquals([processor.poison.retry(1), processor.poison.retryAll(), processor.poison.size], [false, 0, 1]);
  queue.tryTake()?.ack();
  assertEquals([processor.poison.retryAll(), processor.poison.size, queue.tryTake()?.data], [1, 0, "poison"]);
});

Deno.test("PoisonList.retry() keeps an item while another of its key is in the queue: they need not be the same", async () => {
  const queue = new WorkQueue<string>();
  const processor = new WorkProcessor(queue, {
    retry: { maxRetries: 0 },
    handle: () => Promise.reject(new Error("planted")),
  }).start();
  queue.tryAdd("old", { key: "order 7" });
  await processor.drain();
  queue.tryAdd("new", { key: "order 7" });
  assertEquals([processor.poison.retry(1), processor.poison.size, queue.size], [false, 1, 1]);
  queue.tryTake()?.ack();
  assertEquals([processor.poison.retry(1), processor.poison.size, queue.tryTake()?.data], [true, 0, "old"]);
});

Deno.test("WorkProcessor refuses what makes no sense", () => {
  const queue = new WorkQueue<number>(), handle = () => {};
  assertThrows(() => new WorkProcessor(queue, {}), TypeError, "handleBatch");
  assertThrows(() => new WorkProcessor(queue, { handle, handleBatch: handle }), TypeError);
  assertThrows(() => new WorkProcessor(queue, { handle, batchSize: 2 }), TypeError);
  // @ts-expect-error: no function
  const mistaken: WorkProcessorOptions<number> = { handle: 5 };
  assertThrows(
    () => new WorkProcessor(queue, mistaken),
    TypeError,
    "with handle: expected a function, found number",
  );
  for (const concurrency of [0, 1.5, NaN]) {
    assertThrows(() => new WorkProcessor(queue, { handle, concurrency }), RangeError, `concurrency ${concurrency}`);
  }
  assertThrows(() => new WorkProcessor(queue, { handle, timeoutMs: 0 }), RangeError);
  const brief = new WorkQueue<number>({ visibilityMs: 100 });
  const batches = () => new WorkProcessor(brief, { handleBatch: handle, batchWaitMs: 100 });
  assertThrows(batches, RangeError, "less than the queue's visibilityMs, 100");
  assertThrows(() => new WorkProcessor(queue, { handle, maxPoison: 0 }), RangeError);
});
