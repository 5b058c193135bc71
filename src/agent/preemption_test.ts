import { assert, assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import { ResourcePool } from "../resources/mod.ts";
import { Agent } from "./agent.ts";
import type { ResourceHolder, ResourceLease, ResourceSource } from "./resource_source.ts";

/** Why a lease is wanted back. */
const wanted = (graceMs: number) => Object.assign(new Error("somebody needs it"), { graceMs });

/** Grants everything at once, and can want it back. */
class ScriptedSource implements ResourceSource {
  readonly holders: ResourceHolder[] = [];
  readonly controllers: AbortController[] = [];
  released = 0;

  tryAcquire(_: unknown, holder: ResourceHolder): ResourceLease {
    const controller = new AbortController();
    this.holders.push(holder);
    this.controllers.push(controller);
    let isHeld = true;
    const release = () => {
      if (isHeld) this.released++;
      isHeld = false;
    };
    return { signal: controller.signal, release };
  }

  acquire(): Promise<ResourceLease> {
    return Promise.reject(new Error("never asked"));
  }

  /** Wants the latest lease back. */
  want(graceMs = 0): void {
    this.controllers.at(-1)?.abort(wanted(graceMs));
  }
}

const NEEDS = { resources: { cpu: 1 }, preemptible: true };

/** Fulfils or rejects with the signal's reason when it is aborted. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

Deno.test("A state whose resources are taken back begins the same attempt again, which is none of its retries", async () => {
  const source = new ScriptedSource();
  const attempts: number[] = [], preempts: unknown[] = [];
  const agent = new Agent<{ n: number }>("worker", { resources: source })
    .state("a", { ...NEEDS, retry: { maxRetries: 0 } }, async (ctx) => {
      ctx.set("n", attempts.push(ctx.attempt));
      if (attempts.length < 3) await untilAborted(ctx.signal);
    });
  const running = agent.run({ observer: { onPreempt: ({ state, attempt }) => void preempts.push([state, attempt]) } });
  source.want();
  while (attempts.length < 2) await nextTurn();
  source.want(1_000);
  const result = await running;
  assertEquals([result.status, attempts, result.variables.n], ["completed", [1, 1, 1], 3]);
  const { status, steps, attempts: counted, preemptions } = result.states.a!;
  assertEquals([status, steps, counted, preemptions], ["completed", 1, 1, 2]);
  assertEquals([preempts, source.released, result.deadLetters.length], [[["a", 1], ["a", 1]], 3, 0]);
});

Deno.test("A state that completes within its grace period has completed; one that does not is cut short", async () => {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    for (const finishesMs of [50, 150]) {
      const source = new ScriptedSource();
      let calls = 0;
      const agent = new Agent<{ by: number }>("worker", { resources: source }).state("a", NEEDS, async (ctx) => {
        const call = ++calls;
        await new Promise((resolve) => setTimeout(resolve, call === 1 ? finishesMs : 1));
        if (!ctx.signal.aborted || finishesMs < 100) ctx.set("by", call);
      });
      const running = agent.run();
      source.want(100);
      await clock.runAllAsync();
      const { status, variables, states } = await running;
      const again = finishesMs > 100 ? 1 : 0;
      assertEquals([status, variables.by, calls, states.a?.preemptions], ["completed", 1 + again, 1 + again, again]);
    }
  } finally {
    clock.uninstall();
  }
});

Deno.test("A state that asks for its signal only after its resources were wanted back finds it aborted", async () => {
  const source = new ScriptedSource();
  let seen: unknown[] = [];
  const agent = new Agent("worker", { resources: source }).state("a", NEEDS, async (ctx) => {
    if (source.controllers.length > 1) return;
    source.want(10_000);
    seen = [ctx.signal.aborted, ctx.signal.reason.message];
    await 0;
    throw ctx.signal.reason;
  });
  assertEquals([(await agent.run()).status, seen], ["completed", [true, "somebody needs it"]]);
});

Deno.test("A source is told how often it has taken a state's resources back, and one that is not preemptible keeps them", async () => {
  const source = new ScriptedSource();
  const agent = new Agent("worker", { resources: source })
    .state("a", NEEDS, async (ctx) => {
      if (source.holders.at(-1)!.preemptions === 3) return;
      queueMicrotask(() => source.want());
      await untilAborted(ctx.signal);
    })
    .state("b", { resources: { cpu: 1 }, dependsOn: ["a"] }, async (ctx) => {
      source.want();
      await 0;
      assert(!ctx.signal.aborted);
    });
  const { status, states } = await agent.run();
  assertEquals([status, states.a?.preemptions, states.b?.preemptions], ["completed", 3, 0]);
  const told = source.holders.map(({ preemptible, preemptions }) => [preemptible, preemptions]);
  assertEquals(told, [[true, 0], [true, 1], [true, 2], [true, 3], [false, 0]]);
});

Deno.test("A run that ends while a state's resources are wanted back gives them back, and nothing begins again", async () => {
  const source = new ScriptedSource(), controller = new AbortController();
  const agent = new Agent("worker", { resources: source }).state("a", NEEDS, () => new Promise(() => {}));
  const running = agent.run(controller);
  source.want(60_000);
  controller.abort();
  assertEquals([(await running).status, source.released, source.holders.length], ["cancelled", 1, 1]);
});

Deno.test("A state's owner is its own, else its run's, else its agent's and its own name; quotas are told all names", async () => {
  const source = new ScriptedSource();
  const agent = new Agent("worker", { resources: source })
    .state("a", { ...NEEDS, owner: "own", priority: "high" }, () => {})
    .state("b", { resources: { cpu: 1 }, dependsOn: ["a"] }, () => {});
  await agent.run();
  await agent.run({ owner: "tenant", scope: { user: "ann", workflow: "nightly" } });
  assertEquals(source.holders, [
    { priority: 2, owner: "own", scope: { agent: "worker", state: "a" }, preemptible: true, preemptions: 0 },
    { priority: 1, owner: "worker/b", scope: { agent: "worker", state: "b" }, preemptible: false, preemptions: 0 },
    {
      priority: 2,
      owner: "own",
      scope: { user: "ann", workflow: "nightly", agent: "worker", state: "a" },
      preemptible: true,
      preemptions: 0,
    },
    {
      priority: 1,
      owner: "tenant",
      scope: { user: "ann", workflow: "nightly", agent: "worker", state: "b" },
      preemptible: false,
      preemptions: 0,
    },
  ]);
});

Deno.test("A state gives its resources in a pool to a more urgent agent's state, and begins again when that has ended", async () => {
  for (const obeys of [true, false]) {
    const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const pool = new ResourcePool({ capacity: { cpu: 1 }, preemption: { graceMs: 100 } });
      const ended: string[] = [];
      let calls = 0;
      const batch = new Agent<{ n: number }>("batch", { resources: pool })
        .state("work", { ...NEEDS, priority: "low", retry: { maxRetries: 0 } }, async (ctx) => {
          ctx.set("n", ++calls);
          if (calls === 1) await (obeys ? untilAborted(ctx.signal) : new Promise(() => {}));
          ended.push("batch");
        }).run();
      const alert = new Agent("alert", { resources: pool })
        .state("tell", { resources: { cpu: 1 }, priority: "critical" }, () => void ended.push("alert")).run();
      await clock.tickAsync(99);
      assertEquals(ended, obeys ? ["alert", "batch"] : [], "who does not obey has its grace");
      await clock.tickAsync(1);
      const [{ status, variables, states }, urgent] = await Promise.all([batch, alert]);
      assertEquals([ended, status, urgent.status, variables.n], [["alert", "batch"], "completed", "completed", 2]);
      assertEquals([states.work?.preemptions, states.work?.attempts], [1, 1]);
      const { preemptions, inUse, waiters } = pool.snapshot();
      assertEquals({ preemptions, inUse, waiters }, { preemptions: 1, inUse: { cpu: 0 }, waiters: 0 });
      assertEquals(timers.size, 0, "no timer is left");
    } finally {
      clock.uninstall();
    }
  }
});

Deno.test("A state whose resources are taken back before it has begun does not begin without them", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 }, preemption: { graceMs: 0 } });
  const first = pool.tryAcquire({ cpu: 1 })!;
  let free: boolean | undefined;
  const running = new Agent("batch", { resources: pool })
    .state("work", { ...NEEDS, priority: "low" }, () => void (free = pool.available("cpu") > 0)).run();
  first.release(); // granted to the state, which is told in a later turn
  const urgent = await pool.acquire({ cpu: 1 }, { priority: "high" });
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  assertEquals(free, undefined, "it has not begun");
  urgent.release();
  const { status, states } = await running;
  assertEquals([status, free, states.work?.preemptions, states.work?.attempts], ["completed", false, 1, 1]);
});

Deno.test("A pool preempts the same attempt of a state a bounded number of times, and then it ends in peace", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 }, preemption: { graceMs: 0, maxPreemptions: 2 } });
  const ended: string[] = [];
  let urgents: Promise<unknown>[] = [];
  const alert = new Agent("alert", { resources: pool })
    .state("tell", { resources: { cpu: 1 }, priority: "critical" }, () => void ended.push("alert"));
  const batch = new Agent("batch", { resources: pool })
    .state("work", { ...NEEDS, priority: "low" }, async (ctx) => {
      const told = untilAborted(ctx.signal);
      urgents = [...urgents, alert.run()];
      await Promise.race([told, nextTurn()]);
      ended.push("batch");
    });
  const { status, states } = await batch.run();
  await Promise.all(urgents);
  assertEquals([status, states.work?.preemptions], ["completed", 2]);
  assertEquals(ended, ["alert", "alert", "batch", "alert"], "the third one waits");
  assertEquals([pool.snapshot().preemptions, pool.available("cpu")], [2, 1]);
});

Deno.test("Time in line for resources is told apart from time spent running", async () => {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  try {
    const pool = new ResourcePool({ capacity: { cpu: 1 } });
    let held = pool.tryAcquire({ cpu: 1 })!;
    const agent = new Agent("waits", { resources: pool })
      .state("a", { resources: { cpu: 1 }, retry: { maxRetries: 1, initialDelayMs: 0 } }, async ({ attempt }) => {
        clock.tick(5);
        await 0;
        if (attempt === 1) throw new Error("once more");
      });
    const observer = { onRetry: () => void (held = pool.tryAcquire({ cpu: 1 })!) };
    const running = agent.run({ observer });
    clock.tick(100);
    held.release();
    for (let i = 0; i < 20; i++) await 0;
    clock.tick(30);
    held.release();
    const { status, states, durationMs } = await running;
    const { waitedMs, durationMs: ranMs, attempts } = states.a!;
    assertEquals([status, attempts, waitedMs, ranMs, durationMs], ["completed", 2, 130, 10, 140]);
  } finally {
    clock.uninstall();
  }
});
