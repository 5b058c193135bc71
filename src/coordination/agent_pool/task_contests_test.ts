import { assertEquals } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type DeadlockReport, detectDeadlocks } from "../deadlocks/mod.ts";
import { Mutex } from "../mutex.ts";
import { AgentPool } from "./agent_pool.ts";
import type { RunningTask } from "./task_runner.ts";

/** A pool whose tasks run `depth` more inside each other, in their own name, and what was told of them. */
function nesting(
  max: number,
  run: (pool: AgentPool<number, number>, depth: number, task: RunningTask) => Promise<unknown>,
) {
  const reports: DeadlockReport[] = [];
  const detector = detectDeadlocks({ refuse: "youngest", onDeadlock: (report) => reports.push(report) });
  const pool: AgentPool<number, number> = new AgentPool({
    run: async (depth: number, _: AbortSignal, task: RunningTask) => {
      await nextTurn();
      if (depth > 0) await run(pool, depth - 1, task);
      return depth;
    },
  }, { max, name: "parts", maxQueue: 1 });
  return {
    pool,
    detector,
    reports,
    async end(tasks: readonly Promise<unknown>[] = []) {
      await pool.drain({ deadlineMs: 0 });
      await Promise.allSettled(tasks);
      assertEquals(detector.waiting, 0);
      detector.stop();
    },
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
}

const within = (pool: AgentPool<number, number>, depth: number, { owner }: RunningTask) => pool.run(depth, { owner });

for (const max of [1, 2, 3]) {
  Deno.test(`AgentPool of ${max} shows detectDeadlocks() tasks inside each other that have all workers`, async () => {
    const { pool, reports, end } = nesting(max, within);
    assertEquals(await pool.run(max - 1), max - 1);
    await turns();
    assertEquals(reports, []);
    const task = pool.run(max);
    task.catch(() => {});
    await turns();
    const [report] = reports;
    assertEquals([reports.length, report?.certain, report?.refused, report?.stuck.length], [1, false, undefined, max]);
    const last = report?.circle.find(({ waitsFor }) => waitsFor.noun === "agent pool");
    assertEquals(last?.waitsFor, { noun: "agent pool", name: "parts", share: 1 });
    await end([task]);
  });
}

Deno.test("AgentPool shows detectDeadlocks() nothing wrong in tasks of one owner, nor in parts for which there are workers", async () => {
  const { pool, detector, reports, end } = nesting(2, async (pool, depth, { owner }) => {
    if (depth > 0) await Promise.all([pool.run(0, { owner }), pool.run(0, { owner })]);
  });
  await Promise.all(Array.from({ length: 9 }, () => pool.run(0, { owner: "tenant" })));
  assertEquals(await pool.run(2, { owner: "tenant" }), 2);
  assertEquals([reports, detector.waiting], [[], 0]);
  await end();
});

Deno.test("AgentPool shows detectDeadlocks() who waits for room, but nobody whose task it has taken", async () => {
  const { pool, detector, reports, end } = nesting(1, async (pool, _, { owner }) => {
    const submit = async () => (await pool.submit(0, { owner })).result.catch(() => {});
    void submit();
    await nextTurn(); // goes on while that waits for a worker
    assertEquals([detector.waiting, reports.length], [0, 0]);
    await submit();
  });
  const task = pool.run(1);
  task.catch(() => {});
  await turns();
  assertEquals([detector.waiting, reports.length, reports[0]?.stuck.length], [1, 1, 1]);
  await end([task]);
});

Deno.test("AgentPool shows detectDeadlocks() nothing wrong in a task that waits for a worker which another has for a while", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { pool, detector, reports, end } = nesting(2, async (pool, depth, { owner }) => {
    if (depth === 1) await pool.run(0, { owner });
    else await promise; // it has a name, and waits for nothing in it
  });
  const tasks = [pool.run(1), pool.run(2)];
  await turns();
  assertEquals([detector.waiting, reports], [1, []]);
  resolve();
  assertEquals(await Promise.all(tasks), [1, 2]);
  await end();
});

Deno.test("AgentPool shows detectDeadlocks() who waits only as long as it waits", async () => {
  using detector = detectDeadlocks();
  const ends: (() => void)[] = [], run = () => new Promise<void>((resolve) => ends.push(resolve));
  const pool = new AgentPool({ run }, { max: 1, maxQueue: 1 }), tasks = [pool.run(0), pool.run(0)];
  assertEquals(pool.tryRun(0, { owner: "try" }), undefined);
  assertEquals(detector.waiting, 0);
  const submits = pool.submit(0, { owner: "submit" });
  assertEquals([detector.waiting, pool.submitters], [1, 1]);
  for (let left = 3; left > 0; left--) {
    await nextTurn();
    ends.pop()?.();
    await nextTurn();
    assertEquals([detector.waiting, pool.submitters], [0, 0]);
  }
  await (await submits).result;
  await Promise.all(tasks);
  await pool.drain();
});

Deno.test("AgentPool shows detectDeadlocks() a circle through a lock", async () => {
  const mutex = new Mutex(),
    { pool, reports, end } = nesting(1, async (_, __, { owner }) => {
      using _guard = await mutex.acquire({ owner });
    });
  const held = await mutex.acquire({ owner: "b" });
  const tasks = [pool.run(1), pool.run(0, { owner: "b" })];
  await turns();
  assertEquals(reports.map(({ certain, stuck }) => [certain, stuck.length]), [[false, 2]]);
  held.release();
  assertEquals(await Promise.all(tasks), [1, 0]);
  await end();
});
