import { assertEquals, assertInstanceOf } from "@std/assert";
import { CapacityError, ResourcePool } from "../resources/mod.ts";
import { Agent } from "./agent.ts";
import type { StateEndEvent } from "./observer.ts";
import type { ResourceSource } from "./resource_source.ts";

const ONE = { resources: { cpu: 1 } };

Deno.test("A state holds its resources while it runs, and gives them back however it ends", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 2, memoryMb: 512, widget: 1 } });
  const free = pool.snapshot().available;
  const controller = new AbortController();
  const needs = { cpu: 1, memoryMb: 100, widget: 1 };
  const seen: number[] = [];
  const see = () => void seen.push(pool.snapshot().available.widget);
  const ways: [string, () => void | Promise<void>, object][] = [
    ["completed", see, {}],
    ["completed", async () => (see(), await 0, see()), {}],
    ["failed", () => {
      see();
      throw 1;
    }, {}], // deno-fmt-ignore
    ["failed", () => (see(), Promise.reject(1)), {}],
    ["failed", () => (see(), new Promise(() => {})), { timeoutMs: 1 }],
    ["cancelled", () => (see(), controller.abort(), new Promise(() => {})), {}],
  ];
  for (const [status, fn, options] of ways) {
    const agent = new Agent("holds").state("a", { resources: needs, ...options }, fn);
    const result = await agent.run({ resources: pool, signal: controller.signal });
    assertEquals([result.status, pool.snapshot().available, pool.snapshot().waiters], [status, free, 0]);
  }
  assertEquals(seen, Array(ways.length + 1).fill(0));
});

Deno.test("A state waits its turn for resources, by its priority, and lets others run", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 } });
  const order: string[] = [];
  const agent = new Agent("queue", { resources: pool });
  for (
    const [name, priority] of [["first", "low"], ["low", "low"], ["normal", "normal"], [
      "critical",
      "critical",
    ]] as const
  ) {
    agent.state(name, { ...ONE, priority, dependsOn: name === "first" ? [] : ["gate"] }, async () => {
      await 0;
      order.push(name);
    });
  }
  agent.state("gate", () => {}).state("free", () => void order.push("free"));
  const held = pool.tryAcquire({ cpu: 1 })!;
  const running = agent.run();
  assertEquals([order, pool.snapshot().waiters], [["free"], 4]);
  held.release();
  assertEquals([(await running).status, order], ["completed", ["free", "critical", "normal", "first", "low"]]);
  assertEquals(pool.snapshot().available.cpu, 1);
});

Deno.test("A run that ends while states wait for resources leaves the line", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 } });
  const held = pool.tryAcquire({ cpu: 1 })!;
  const controller = new AbortController();
  const agent = new Agent("leaves", { resources: pool }).state("a", ONE, () => {}).state("b", ONE, () => {});
  const running = agent.run({ signal: controller.signal });
  assertEquals(pool.snapshot().waiters, 2);
  controller.abort();
  const result = await running;
  assertEquals([result.status, result.states.a?.status, pool.snapshot().waiters], ["cancelled", "skipped", 0]);
  // A grant and the end of the run in one turn.
  const again = new AbortController();
  const second = agent.run({ signal: again.signal });
  held.release();
  again.abort();
  assertEquals((await second).status, "cancelled");
  await Promise.resolve();
  assertEquals(pool.snapshot().available.cpu, 1);
});

Deno.test("A request that can never be granted fails its state", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 } });
  for (const resources of [{ cpu: 2 }, { gpu: 1 }]) {
    const result = await new Agent("greedy", { resources: pool }).state("a", { resources }, () => {}).run();
    assertEquals([result.status, result.failedState, result.states.a?.status], ["failed", "a", "failed"]);
    if (resources.cpu) assertInstanceOf(result.error?.cause, CapacityError);
  }
});

Deno.test("A retry gives its resources back while it waits", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 } });
  const free: number[] = [];
  const agent = new Agent("retry", {
    resources: pool,
    observer: { onRetry: () => void free.push(pool.snapshot().available.cpu) },
  })
    .state("a", { ...ONE, retry: { maxRetries: 1, initialDelayMs: 0 } }, (ctx) => {
      free.push(pool.snapshot().available.cpu);
      if (ctx.attempt === 1) throw 1;
    });
  assertEquals([(await agent.run()).status, free], ["completed", [0, 1, 0]]);
});

Deno.test("A lease that cannot be given back fails the run instead of hanging it", async () => {
  const broken = new Error("no return");
  const release = () => {
    throw broken;
  }; // deno-fmt-ignore
  const source: ResourceSource = { tryAcquire: () => ({ release }), acquire: () => Promise.reject(1) };
  const agent = new Agent("broken", { resources: source }).state("a", ONE, async () => {}).state(
    "b",
    ONE,
    () => new Promise(() => {}),
  );
  const events: string[] = [];
  const result = await agent.run({
    observer: {
      onStateEnd: ({ state, status }) => void events.push(`${state} ${status}`),
      onDeadLetter: () => void events.push("dead letter"),
      onRunEnd: () => void events.push("run"),
    },
  });
  assertEquals([result.status, result.error?.cause], ["failed", broken]);
  assertEquals(events, ["a failed", "dead letter", "b cancelled", "run"]);
  assertEquals([result.states.a?.status, result.deadLetters.length], ["failed", 1]);
  // Nor may it break anything when the run is over already.
  let grant: ((lease: { release(): void }) => void) | undefined;
  const waits = { tryAcquire: () => undefined, acquire: () => new Promise<{ release(): void }>((r) => grant = r) };
  const controller = new AbortController();
  const cancelled = new Agent("late", { resources: waits }).state("a", ONE, () => {}).run(controller);
  grant!({ release });
  controller.abort();
  assertEquals((await cancelled).status, "cancelled");
});

Deno.test("A state that gets its resources only at the second attempt is one step of two attempts", async () => {
  let asked = 0;
  const acquire = () => asked++ === 0 ? Promise.reject(new Error("not now")) : Promise.resolve({ release: () => {} });
  const ends: unknown[] = [];
  const observer = {
    onStateEnd: ({ attempts, durationMs }: StateEndEvent) => void ends.push([attempts, typeof durationMs]),
  };
  const result = await new Agent("second", { resources: { tryAcquire: () => undefined, acquire }, observer })
    .state("a", { ...ONE, retry: { maxRetries: 1, initialDelayMs: 0 } }, () => {}).run();
  const { status, steps, attempts, durationMs } = result.states.a!;
  assertEquals([status, steps, attempts, typeof durationMs, ends], ["completed", 1, 2, "number", [[2, "number"]]]);
});
