import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Agent } from "../../agent/mod.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { AgentPool } from "./agent_pool.ts";
import { AgentPoolClosedError, DrainDeadlineError } from "./pool_error.ts";
import { poolOfAgents } from "./pool_of_agents.ts";

const calls = fc.record({
  kind: fc.constantFrom("run", "run", "submit", "submit", "tryRun", "end", "end", "abort"),
  n: fc.nat(999),
  level: fc.nat(2),
});

/** A pool of three lists. */
class PoolModel {
  running: number[] = [];
  queue: { readonly id: number; readonly level: number }[] = [];
  outside: { readonly id: number; readonly level: number }[] = [];
  readonly begun: number[] = [];
  readonly accepted = new Set<number>();

  constructor(readonly max: number, readonly maxQueue: number) {}

  has(id: number): boolean {
    return this.running.includes(id) || [...this.queue, ...this.outside].some((task) => task.id === id);
  }

  hasRoom(): boolean {
    if (this.outside.length > 0) return false;
    return this.queue.length < this.maxQueue || this.queue.length === 0 && this.running.length < this.max;
  }

  join(id: number, level: number): void {
    this.outside = [...this.outside, { id, level }].sort((a, b) => b.level - a.level);
    this.settle();
  }

  forget(id: number): void {
    this.queue = this.queue.filter((task) => task.id !== id);
    this.outside = this.outside.filter((task) => task.id !== id);
    this.settle();
  }

  end(id: number): void {
    this.running = this.running.filter((other) => other !== id);
    this.settle();
  }

  settle(): void {
    this.#letIn();
    while (this.running.length < this.max) {
      const next = this.queue.shift() ?? this.outside.shift();
      if (next === undefined) return;
      this.running.push(next.id);
      this.begun.push(next.id);
      this.accepted.add(next.id);
      this.#letIn();
    }
  }

  #letIn(): void {
    while (this.queue.length < this.maxQueue && this.outside.length > 0) {
      const next = this.outside.shift()!;
      this.accepted.add(next.id);
      this.queue = [...this.queue, next].sort((a, b) => b.level - a.level);
    }
  }
}

Deno.test("AgentPool begins tasks as plain lists would, never more than max, queues no more than maxQueue, and answers each exactly once", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(calls, { maxLength: 80, size: "max" }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(4),
      async (script, max, maxQueue) => {
        const begun: number[] = [], ends = new Map<number, () => void>(), model = new PoolModel(max, maxQueue);
        const pool = new AgentPool({
          run: (id: number) =>
            new Promise<number>((resolve, reject) => {
              begun.push(id);
              ends.set(id, () => id % 5 === 0 ? reject(new Error(`planted ${id}`)) : resolve(id));
            }),
        }, { max, maxQueue, cooldownMs: 0 });
        const aborts: AbortController[] = [], answers: string[] = [], expected: string[] = [];
        const given = new Set<number>(), submitted: number[] = [], isSubmitted = new Set<number>();
        const watch = (id: number, answer: Promise<number>) =>
          void answer.then(
            (n) => answers.push(`${id} is ${n}`),
            (error) => answers.push(`${id} failed: ${error.message}`),
          );
        const end = (id: number) => {
          ends.get(id)?.();
          if (!given.has(id)) expected.push(id % 5 === 0 ? `${id} failed: planted ${id}` : `${id} is ${id}`);
          model.end(id);
        };
        for (const { kind, n, level } of script) {
          const abort = new AbortController(), id = aborts.length, options = { priority: level, signal: abort.signal };
          if (kind === "run" || kind === "submit" || kind === "tryRun") aborts.push(abort);
          if (kind === "run") {
            watch(id, pool.run(id, options));
            model.join(id, level);
          } else if (kind === "submit") {
            isSubmitted.add(id);
            pool.submit(id, options).then(({ result }) => {
              submitted.push(id);
              watch(id, result);
            }, (error) => answers.push(`${id} failed: ${error.message}`));
            model.join(id, level);
          } else if (kind === "tryRun") {
            const answer = pool.tryRun(id, options);
            assertEquals(answer !== undefined, model.hasRoom());
            if (answer !== undefined) {
              watch(id, answer);
              model.join(id, level);
            }
          } else if (kind === "end") {
            const id = model.running[n % (model.running.length || 1)];
            if (id !== undefined) end(id);
          } else {
            const id = n % (aborts.length || 1), isOpen = model.has(id);
            aborts[id]?.abort(new Error("enough"));
            if (isOpen && !given.has(id)) expected.push(`${id} failed: enough`);
            if (isOpen) given.add(id);
            model.forget(id);
          }
          await nextTurn();
          assertEquals(begun, model.begun);
          assertEquals(
            [pool.running, pool.waiting, pool.submitters],
            [model.running.length, model.queue.length, model.outside.length],
          );
          assertEquals(new Set(submitted), model.accepted.intersection(isSubmitted));
          assertEquals(new Set(answers), new Set(expected));
          assertEquals(answers.length, expected.length);
        }
        const drained = pool.drain();
        for (let id = model.running[0]; id !== undefined; id = model.running[0]) {
          end(id);
          await nextTurn();
        }
        const { completed, failed, cancelled, unfinished } = await drained;
        assertEquals(completed + failed + cancelled, answers.length, "nothing is lost");
        assertEquals([unfinished, pool.size, timers.size], [[], 0, 0]);
      },
    ),
    { numRuns: 60 },
  ));

Deno.test("AgentPool runs agents in this isolate, and hands on their results", async () => {
  const pool = poolOfAgents<{ status: string }>({ max: 2 });
  const good = new Agent("good").state("say", (ctx) => ctx.output("text", "hello"));
  const bad = new Agent("bad").state("fail", () => Promise.reject(new Error("planted")));
  assertEquals((await Promise.all([good, bad, good].map((agent) => pool.run(agent)))).map(({ status }) => status), [
    "completed",
    "failed",
    "completed",
  ]);
  await pool.drain();
});

Deno.test("AgentPool.run() gives up in time, whether the task waits or runs; its worker is busy until it has ended", () =>
  withFakeTime(async (clock) => {
    const signals: AbortSignal[] = [];
    let end = () => {};
    const pool = new AgentPool({
      run: (_: string, signal) => {
        signals.push(signal);
        return new Promise<void>((resolve) => end = resolve);
      },
    }, { max: 1, maxQueue: 0 });
    const running = pool.run("runs", { timeoutMs: 100, owner: "a" }), waiting = pool.run("waits", { timeoutMs: 50 });
    const ends = [
      assertRejects(() => running, WaitTimeoutError, "it still runs"),
      assertRejects(() => waiting, WaitTimeoutError, "it waits"),
    ];
    await clock.tickAsync(101);
    await Promise.all(ends);
    assertEquals([signals.map(({ aborted }) => aborted), pool.running, pool.tryRun("now")], [[true], 1, undefined]);
    assertEquals(pool.snapshot().holders, [{ owner: "a", holds: 1, ageMs: undefined }]);
    end();
    const { cancelled } = await pool.drain();
    assertEquals([cancelled, pool.size, timers.size], [2, 0, 0]);
  }));

Deno.test("AgentPool.run() tells a task that runs why it is no longer wanted", () =>
  withFakeTime(async (clock) => {
    const reasons: unknown[] = [], abort = new AbortController(), reason = new Error("enough");
    const pool = new AgentPool({
      run: (_: string, signal) =>
        new Promise<void>((resolve) =>
          signal.addEventListener("abort", () => {
            reasons.push(signal.reason);
            resolve();
          }, { once: true })
        ),
    });
    const aborted = assertRejects(() => pool.run("aborted", { signal: abort.signal }));
    const late = assertRejects(() => pool.run("late", { timeoutMs: 100 }));
    abort.abort(reason);
    await clock.tickAsync(101);
    assertStrictEquals(await aborted, reason);
    assertStrictEquals(reasons[0], reason);
    assertStrictEquals(reasons[1], await late);
    await pool.drain();
  }));

Deno.test("AgentPool.drain() ends with the first deadline for all who drain, and at once for those who come later", () =>
  withFakeTime(async (clock) => {
    const pool = new AgentPool({ run: () => new Promise<never>(() => {}) });
    const task = assertRejects(() => pool.run(1), DrainDeadlineError);
    const patient = pool.drain(), hasty = pool.drain({ deadlineMs: 5 });
    await clock.tickAsync(6);
    await task;
    assertEquals([await patient, await pool.drain(), await pool.drain({ deadlineMs: 5 })], Array(3).fill(await hasty));
    assertEquals(timers.size, 0);
  }));

Deno.test("AgentPool grows at once and shrinks after the cool-down, to min", () =>
  withFakeTime(async (clock) => {
    const ends: (() => void)[] = [];
    const pool = new AgentPool({ run: () => new Promise<void>((resolve) => void ends.push(resolve)) }, {
      min: 1,
      max: 3,
      cooldownMs: 1_000,
    });
    assertEquals(pool.size, 1, "min is there from the beginning");
    await clock.tickAsync(5_000);
    const tasks = [1, 2, 3, 4].map(() => pool.run(undefined));
    assertEquals([pool.size, pool.waiting], [3, 1]);
    while (ends.length > 0) {
      ends.pop()?.();
      await clock.tickAsync(0);
    }
    await Promise.all(tasks);
    await clock.tickAsync(900);
    assertEquals([pool.size, pool.snapshot().idle], [3, 3]);
    await clock.tickAsync(200);
    assertEquals(pool.size, 1);
    await pool.drain();
    assertEquals([pool.size, timers.size], [0, 0]);
  }));

Deno.test("AgentPool keeps workers to spare if it scales by utilisation, and no more than it needs by queue depth", () =>
  withFakeTime(async (clock) => {
    const ends: (() => void)[] = [], run = () => new Promise<void>((resolve) => void ends.push(resolve));
    const spare = new AgentPool({ run }, { max: 9, cooldownMs: 100, scaling: { by: "utilisation", target: 0.5 } });
    const deep = new AgentPool({ run }, { max: 9, cooldownMs: 100, scaling: { by: "queue", tasksPerWorker: 2 } });
    const tasks = [spare, deep].flatMap((pool) => [1, 2, 3].map(() => pool.run(undefined)));
    assertEquals([[spare.size, spare.running], [deep.size, deep.running, deep.waiting]], [[6, 3], [2, 2, 1]]);
    while (ends.length > 0) {
      ends.pop()?.();
      await clock.tickAsync(0);
    }
    await Promise.all(tasks);
    await clock.tickAsync(101);
    assertEquals([spare.size, deep.size], [0, 0]);
    await Promise.all([spare.drain(), deep.drain()]);
    assertEquals(timers.size, 0);
  }));

Deno.test("AgentPool scales by schedule without being asked", () =>
  withFakeTime(async (clock) => {
    let size = 2;
    const pool = new AgentPool({ run: () => {} }, {
      max: 4,
      cooldownMs: 100,
      scaling: { by: "schedule", sizeAt: () => size },
    });
    assertEquals(pool.size, 2);
    size = 4;
    await clock.tickAsync(101);
    assertEquals(pool.size, 4);
    size = 0;
    await clock.tickAsync(250);
    assertEquals(pool.size, 0);
    await pool.drain();
    assertEquals(timers.size, 0);
  }));

Deno.test("AgentPool.drain() in mid-work finishes everything, and takes no more", async () => {
  const done: number[] = [];
  const pool = new AgentPool({
    run: async (n: number) => {
      await nextTurn();
      done.push(n);
      return n;
    },
  }, { max: 2 });
  const tasks = [1, 2, 3, 4, 5].map((n) => pool.run(n));
  const drained = pool.drain();
  await assertRejects(() => pool.run(6), AgentPoolClosedError);
  assertEquals(pool.tryRun(6), undefined);
  assertEquals([(await drained).completed, done, await Promise.all(tasks)], [5, [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]);
  assertEquals((await pool.drain()).completed, 5, "a second time changes nothing");
});

Deno.test("AgentPool.drain() reports what is not done by its deadline, running or waiting, whether or not it listens", () =>
  withFakeTime(async (clock) => {
    const pool = new AgentPool({ run: () => new Promise<never>(() => {}) }, { max: 1, maxQueue: 1 });
    const tasks = [1, 2, 3].map((n) => pool.run(n, { owner: `owner ${n}` })).map((task) =>
      assertRejects(() => task, DrainDeadlineError, "deadline of 100 ms")
    );
    const given = pool.run(4, { timeoutMs: 1 }).catch(() => "given up");
    const later = pool.drain({ deadlineMs: 60_000 }), drained = pool.drain({ deadlineMs: 100 });
    await clock.tickAsync(101);
    await Promise.all(tasks);
    const { cancelled, unfinished } = await drained;
    assertEquals([cancelled, await given, timers.size], [4, "given up", 0]);
    assertEquals(unfinished, [
      { input: 1, owner: "owner 1", state: "running", attempts: 1 },
      { input: 2, owner: "owner 2", state: "waiting", attempts: 0 },
      { input: 3, owner: "owner 3", state: "waiting", attempts: 0 },
    ]);
    assertEquals([await later, await pool.drain()], [await drained, await drained], "the earliest deadline counts");
  }));

Deno.test("AgentPool.drain() with a deadline answers or reports every task, each once, whatever takes how long", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          durationMs: fc.integer({ min: 1, max: 40 }),
          timeoutMs: fc.option(fc.integer({ min: 1, max: 60 })),
        }),
        {
          maxLength: 20,
          size: "max",
        },
      ),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(5),
      fc.nat(50),
      fc.nat(60),
      (tasks, max, maxQueue, drainAtMs, deadlineMs) =>
        withFakeTime(async (clock) => {
          const begun: number[] = [], done: number[] = [];
          const pool = new AgentPool({
            run: (id: number, signal) =>
              new Promise<number>((resolve, reject) => {
                begun.push(id);
                const end = setTimeout(() => {
                  done.push(id);
                  resolve(id);
                }, tasks[id]!.durationMs);
                signal.addEventListener("abort", () => {
                  clearTimeout(end);
                  reject(signal.reason);
                }, { once: true });
              }),
          }, { max, maxQueue });
          const answers = tasks.map(({ timeoutMs }, id) =>
            pool.run(id, timeoutMs === null ? {} : { timeoutMs }).then(() => "done", (error) => error.code)
          );
          await clock.tickAsync(drainAtMs);
          const draining = pool.drain({ deadlineMs });
          await clock.tickAsync(1_000);
          const { completed, failed, cancelled, unfinished } = await draining, told = await Promise.all(answers);
          const ids = (code: string) => told.flatMap((answer, id) => answer === code ? [id] : []);
          assertEquals([ids("done"), completed, failed], [done.toSorted((a, b) => a - b), done.length, 0]);
          assertEquals(ids("drain_deadline"), unfinished.map(({ input }) => input).toSorted((a, b) => a - b));
          assertEquals(completed + cancelled, tasks.length);
          assertEquals(new Set(begun).size, begun.length, "nothing is begun twice");
          for (const { input, state, attempts } of unfinished) {
            assertEquals([state === "running", attempts], begun.includes(input) ? [true, 1] : [false, 0]);
          }
          assertEquals([pool.size, pool.running, timers.size], [0, 0, 0]);
        }),
    ),
    { numRuns: 60 },
  ));

Deno.test("AgentPool.drain() can be given up by timeout and signal, and goes on; an aborted signal begins none", () =>
  withFakeTime(async (clock) => {
    let end = () => {};
    const pool = new AgentPool({ run: () => new Promise<void>((resolve) => end = resolve) });
    const reason = new Error("enough"), abort = new AbortController();
    assertStrictEquals(await assertRejects(() => pool.drain({ signal: AbortSignal.abort(reason) })), reason);
    const task = pool.run(1);
    const late = assertRejects(() => pool.drain({ timeoutMs: 10 }), WaitTimeoutError, "1 tasks run and 0 wait");
    const aborted = pool.drain({ signal: abort.signal, deadlineMs: 60_000 });
    abort.abort(reason);
    assertStrictEquals(await assertRejects(() => aborted), reason);
    await clock.tickAsync(11);
    await late;
    await assertRejects(() => pool.run(2), AgentPoolClosedError);
    const drained = pool.drain();
    end();
    assertEquals([(await drained).completed, await task, timers.size], [1, undefined, 0]);
  }));

Deno.test("AgentPool.submit() waits for room, tryRun() says that there is none, and run() waits for both", () =>
  withFakeTime(async (clock) => {
    const ends: (() => void)[] = [];
    const pool = new AgentPool({ run: () => new Promise<void>((resolve) => void ends.push(resolve)) }, {
      max: 1,
      maxQueue: 1,
      timing: "on",
    });
    const running = pool.run(1, { owner: "a" }), { result } = await pool.submit(2, { owner: "b" });
    assertEquals(pool.tryRun(3), undefined);
    const late = assertRejects(() => pool.run(4, { timeoutMs: 10 }), WaitTimeoutError, "it waits for room");
    const lateToo = assertRejects(() => pool.submit(5, { timeoutMs: 10 }), WaitTimeoutError, "it waits for room");
    let isTaken = false;
    const submitting = pool.submit(6, { owner: "c" }).then((task) => (isTaken = true, task.result));
    await clock.tickAsync(20);
    await Promise.all([late, lateToo]);
    const { holders, waiters, submitters, totals, maxQueue } = pool.snapshot();
    assertEquals(holders, [{ owner: "a", holds: 1, ageMs: 20 }]);
    assertEquals(waiters, [{ owner: "b", priority: "normal", wants: 1, waitedMs: 20 }]);
    assertEquals([submitters.map(({ owner }) => owner), maxQueue, isTaken], [["c"], 1, false]);
    assertEquals([totals.grants, totals.timeouts], [1, 2]);
    ends.shift()?.();
    await running;
    await clock.tickAsync(0);
    assertEquals([isTaken, pool.waiting, pool.submitters], [true, 1, 0]);
    const drained = pool.drain();
    while (ends.length > 0) {
      ends.shift()?.();
      await clock.tickAsync(0);
    }
    await Promise.all([result, submitting]);
    const { grants, waits, longestWaitMs } = pool.snapshot().totals;
    assertEquals({ grants, waits, longestWaitMs }, { grants: 3, waits: 2, longestWaitMs: 20 });
    assertEquals([(await drained).completed, timers.size], [3, 0]);
  }));

Deno.test("AgentPool.submit() tells each failure once: before there is room to the submitter, afterwards by the result", async () => {
  const abort = new AbortController(), planted = new Error("planted");
  let fail = () => {};
  const pool = new AgentPool({ run: () => new Promise<never>((_, reject) => fail = () => reject(planted)) }, {
    max: 1,
    maxQueue: 0,
  });
  const { result } = await pool.submit(1);
  const outside = pool.submit(2, { signal: abort.signal }), next = pool.submit(3);
  abort.abort(planted);
  assertStrictEquals(await assertRejects(() => outside), planted);
  fail();
  assertStrictEquals(await assertRejects(() => result), planted);
  const { result: last } = await next; // begun, and so taken, before it fails
  fail();
  assertStrictEquals(await assertRejects(() => last), planted);
  await assertRejects(() => pool.submit(4, { timeoutMs: NaN }), RangeError);
  await pool.drain();
  await assertRejects(() => pool.submit(5), AgentPoolClosedError);
});

Deno.test("AgentPool.drain() finishes also what waits for room", async () => {
  const pool = new AgentPool({ run: (n: number) => nextTurn(n) }, { max: 1, maxQueue: 1 });
  const tasks = [1, 2, 3, 4].map((n) => pool.run(n));
  assertEquals((await pool.drain()).completed, 4);
  assertEquals(await Promise.all(tasks), [1, 2, 3, 4]);
});

Deno.test("AgentPool refuses what makes no sense", async () => {
  const work = { run: () => {} };
  assertThrows(() => new AgentPool(work, { max: 0 }), RangeError);
  assertThrows(() => new AgentPool(work, { cooldownMs: -1 }), RangeError, "cooldownMs -1");
  assertThrows(() => new AgentPool(work, { crashRetries: 0.5 }), RangeError, "crashRetries 0.5");
  assertThrows(() => new AgentPool(work, { maxQueue: -1 }), RangeError, "maxQueue -1");
  assertThrows(() => new AgentPool({ entry: "./here.ts" }), TypeError, "absolute URL");
  // @ts-expect-error: no function
  assertThrows(() => new AgentPool({ run: 5 }), TypeError, "expected a function, found number");
  // @ts-expect-error: no policy
  assertThrows(() => new AgentPool(work, { scaling: null }), TypeError, "expected a policy");
  const pool = new AgentPool(work), reason = new Error("enough");
  assertStrictEquals(await assertRejects(() => pool.run(undefined, { signal: AbortSignal.abort(reason) })), reason);
  await assertRejects(() => pool.run(undefined, { timeoutMs: -1 }), RangeError);
  await assertRejects(() => pool.drain({ deadlineMs: NaN }), RangeError);
  await assertRejects(() => pool.drain({ timeoutMs: -1 }), RangeError);
  assert(pool.waiting === 0 && pool.running === 0);
});
