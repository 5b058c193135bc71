import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import { LeaseLeakedError, ResourcePool } from "../resources/mod.ts";
import { Agent } from "./agent.ts";
import { StateFailedError, StateTimeoutError } from "./run_error.ts";

/** Runs a test in which time passes only when it says so. */
async function withFakeTime(test: (tick: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    await test(async (ms) => {
      clock.tick(ms);
      for (let turn = 0; turn < 3; turn++) await nextTurn();
    });
    assertEquals(timers.size, 0, "no timer is left");
  } finally {
    clock.uninstall();
  }
}

Deno.test("A state whose resources are taken back as overdue has failed, and is tried again as often as its retries say", () =>
  withFakeTime(async (tick) => {
    for (const preemptible of [true, false]) {
      const pool = new ResourcePool({ capacity: { cpu: 1 }, leaks: { leakAfterMs: 30, reclaim: true } });
      const signals: AbortSignal[] = [], retry = { maxRetries: 1, initialDelayMs: 0 };
      const running = new Agent("slow").state("s", { resources: { cpu: 1 }, preemptible, retry }, (ctx) => {
        signals.push(ctx.signal);
        return new Promise<void>(() => {});
      }).run({ resources: pool });
      await tick(30);
      assertEquals(signals.map(({ aborted }) => aborted), [true, false]);
      await tick(30);
      const { status, error, states } = await running;
      assertEquals([status, states.s?.attempts, states.s?.preemptions, signals.length], ["failed", 2, 0, 2]);
      assertInstanceOf(error, StateFailedError);
      assertInstanceOf(error.cause, LeaseLeakedError);
      assertEquals(signals.map(({ reason }) => reason.code), ["lease_leaked", "lease_leaked"]);
      assertEquals([pool.available("cpu"), pool.snapshot().leaks], [1, 2]);
    }
  }));

Deno.test("A state goes on though its resources are overdue, in a pool that only reports it", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 1 }, leaks: { leakAfterMs: 30 } });
    const running = new Agent("slow").state("s", { resources: { cpu: 1 } }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }).run({ resources: pool });
    await tick(50);
    assertEquals([(await running).status, pool.reclaims, pool.snapshot().leaks], ["completed", false, 1]);
  }));

Deno.test("A state whose time is up within its grace has timed out; whose grace is over before has lost its turn", () =>
  withFakeTime(async (tick) => {
    for (const graceMs of [1_000, 20]) {
      const pool = new ResourcePool({ capacity: { cpu: 1 }, preemption: { graceMs } });
      let runs = 0;
      const options = { resources: { cpu: 1 }, preemptible: true, priority: "low", timeoutMs: 50 } as const;
      const running = new Agent("slow").state("s", options, (ctx) => {
        void ctx.signal;
        return ++runs === 1 ? new Promise<void>(() => {}) : undefined;
      }).run({ resources: pool });
      await tick(10);
      const urgent = pool.acquire({ cpu: 1 }, { priority: "high" });
      await tick(40);
      (await urgent).release();
      const { status, error, states } = await running;
      const timedOut = graceMs === 1_000;
      assertEquals([status, states.s?.status], timedOut ? ["failed", "timed_out"] : ["completed", "completed"]);
      assertEquals([runs, states.s?.preemptions], timedOut ? [1, 0] : [2, 1]);
      if (timedOut) assertInstanceOf(error?.cause, StateTimeoutError);
      assertEquals(pool.available("cpu"), 1);
    }
  }));

Deno.test("A run whose owner ends with it has the pool report what that owner still holds, however it ends", async () => {
  for (const end of ["completed", "failed", "cancelled"]) {
    const reports: unknown[] = [];
    const pool = new ResourcePool({
      capacity: { cpu: 4 },
      leaks: { reclaim: true, onLeak: ({ owner, reason, amounts }) => void reports.push([owner, reason, amounts]) },
    });
    const others = pool.tryAcquire({ cpu: 1 }, "other"), controller = new AbortController();
    let lost: unknown;
    const result = await new Agent("careless").state("s", { resources: { cpu: 1 } }, () => {
      lost = pool.tryAcquire({ cpu: 2 }, "run 7");
      if (end === "failed") throw new Error("planted");
      if (end === "cancelled") controller.abort();
    }).run({ resources: pool, owner: "run 7", ownerEnds: true, signal: controller.signal });
    assertEquals([result.status, lost === undefined], [end, false]);
    assertEquals(reports, [["run 7", "owner_ended", { cpu: 2 }]]);
    assertEquals([pool.snapshot().leaks, pool.available("cpu"), others?.released], [1, 3, false]);
    others?.release();
  }
});

Deno.test("A run whose owner does not end with it has nothing reported, and one without an owner cannot end it", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 4 }, leaks: {} });
  const held = pool.tryAcquire({ cpu: 1 }, "team"), agent = new Agent("a").state("s", () => {});
  assertEquals((await agent.run({ resources: pool, owner: "team" })).status, "completed");
  assertEquals(pool.snapshot().leaks, 0);
  assertEquals((await agent.run({ resources: pool, owner: "team", ownerEnds: true })).status, "completed");
  assertEquals(pool.snapshot().leaks, 1, "a run of plain states ends it, too");
  await assertRejects(() => agent.run({ ownerEnds: true }), TypeError, "it has none");
  held?.release();
});
