import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Agent } from "../../agent/mod.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { AgentPool, poolOfAgents } from "./agent_pool.ts";
import { AgentPoolClosedError, DrainDeadlineError } from "./pool_error.ts";

const calls = fc.record({
  kind: fc.constantFrom("run", "run", "run", "tryRun", "end", "end", "abort"),
  n: fc.nat(999),
  level: fc.nat(2),
});

Deno.test("AgentPool begins tasks as a plain list would, never more than max, and answers each exactly once", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(calls, { maxLength: 80, size: "max" }),
      fc.integer({ min: 1, max: 4 }),
      async (script, max) => {
        const begun: number[] = [], ends = new Map<number, () => void>();
        const pool = new AgentPool({
          run: (id: number) =>
            new Promise<number>((resolve, reject) => {
              begun.push(id);
              ends.set(id, () => id % 5 === 0 ? reject(new Error(`planted ${id}`)) : resolve(id));
            }),
        }, { max, cooldownMs: 0 });
        const aborts: AbortController[] = [], answers: string[] = [], expected: string[] = [];
        let waiting: { id: number; level: number }[] = [], running: number[] = [];
        const modelBegun: number[] = [], given = new Set<number>();
        const settle = () => {
          while (running.length < max && waiting.length > 0) {
            const { id } = waiting.shift()!;
            running.push(id);
            modelBegun.push(id);
          }
        };
        const watch = (id: number, answer: Promise<number>) =>
          void answer.then(
            (n) => answers.push(`${id} is ${n}`),
            (error) => answers.push(`${id} failed: ${error.message}`),
          );
        const end = (id: number) => {
          ends.get(id)?.();
          running = running.filter((other) => other !== id);
          if (!given.has(id)) expected.push(id % 5 === 0 ? `${id} failed: planted ${id}` : `${id} is ${id}`);
          settle();
        };
        for (const { kind, n, level } of script) {
          const abort = new AbortController(), id = aborts.length;
          if (kind === "run" || kind === "tryRun") aborts.push(abort);
          if (kind === "run") {
            watch(id, pool.run(id, { priority: level, signal: abort.signal }));
            waiting = [...waiting, { id, level }].sort((a, b) => b.level - a.level);
            settle();
          } else if (kind === "tryRun") {
            const answer = pool.tryRun(id, { signal: abort.signal });
            assertEquals(answer !== undefined, running.length < max && waiting.length === 0);
            if (answer !== undefined) {
              watch(id, answer);
              waiting.push({ id, level });
              settle();
            }
          } else if (kind === "end") {
            const id = running[n % (running.length || 1)];
            if (id !== undefined) end(id);
          } else {
            const id = n % (aborts.length || 1),
              isOpen = running.includes(id) || waiting.some((task) => task.id === id);
            aborts[id]?.abort(new Error("enough"));
            if (isOpen && !given.has(id)) expected.push(`${id} failed: enough`);
            if (isOpen) given.add(id);
            waiting = waiting.filter((task) => task.id !== id);
          }
          await nextTurn();
          assertEquals(begun, modelBegun);
          assertEquals([pool.running, pool.waiting], [running.length, waiting.length]);
          assertEquals(new Set(answers), new Set(expected));
          assertEquals(answers.length, expected.length);
        }
        const drained = pool.drain();
        for (let id = running[0]; id !== undefined; id = running[0]) {
          end(id);
          await nextTurn();
        }
        const { completed, failed, cancelled } = await drained;
        assertEquals(completed + failed + cancelled, answers.length, "nothing is lost");
        assertEquals([pool.size, timers.size], [0, 0]);
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
    }, { max: 1 });
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

Deno.test("AgentPool.drain() tells what is not done by its deadline, running or waiting, whether or not it listens", () =>
  withFakeTime(async (clock) => {
    const pool = new AgentPool({ run: () => new Promise<never>(() => {}) }, { max: 1 });
    const tasks = [pool.run(1), pool.run(2)].map((task) =>
      assertRejects(() => task, DrainDeadlineError, "deadline of 100 ms")
    );
    const drained = pool.drain({ deadlineMs: 100 });
    await clock.tickAsync(101);
    await Promise.all(tasks);
    assertEquals([(await drained).cancelled, timers.size], [2, 0]);
  }));

Deno.test("AgentPool refuses what makes no sense", async () => {
  const work = { run: () => {} };
  assertThrows(() => new AgentPool(work, { max: 0 }), RangeError);
  assertThrows(() => new AgentPool(work, { cooldownMs: -1 }), RangeError, "cooldownMs -1");
  assertThrows(() => new AgentPool(work, { crashRetries: 0.5 }), RangeError, "crashRetries 0.5");
  assertThrows(() => new AgentPool({ entry: "./here.ts" }), TypeError, "absolute URL");
  const pool = new AgentPool(work), reason = new Error("enough");
  assertStrictEquals(await assertRejects(() => pool.run(undefined, { signal: AbortSignal.abort(reason) })), reason);
  await assertRejects(() => pool.run(undefined, { timeoutMs: -1 }), RangeError);
  await assertRejects(() => pool.drain({ deadlineMs: NaN }), RangeError);
  assert(pool.waiting === 0 && pool.running === 0);
});
