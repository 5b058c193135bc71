import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { timers } from "../reliability/timer_wheel.ts";
import { Agent } from "./agent.ts";
import { RunTimeoutError, StateTimeoutError, StepEndedError } from "./run_error.ts";

/** Runs `body` while time moves only by the clock that it is given. */
async function withFakeTime(body: (clock: FakeTimers.Clock) => Promise<void>): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    await body(clock);
    assertEquals(timers.size, 0, "no timer is left");
    await clock.tickAsync(1);
    assertEquals([timers.armed, clock.countTimers()], [false, 0], "nor the real one");
  } finally {
    clock.uninstall();
  }
}

Deno.test("timeoutMs of a state ends an attempt that never settles, and refuses what it writes later", () =>
  withFakeTime(async (clock) => {
    let late: (() => void) | undefined, reason: unknown;
    const agent = new Agent<{ n: number }>("stuck")
      .state("stuck", { timeoutMs: 50 }, (ctx) => {
        late = () => ctx.set("n", 1);
        ctx.signal.addEventListener("abort", () => reason = ctx.signal.reason);
        return new Promise(() => {});
      })
      .state("quick", { timeoutMs: 50 }, async () => {});
    const running = agent.run();
    await clock.tickAsync(49);
    assertEquals(reason, undefined);
    await clock.tickAsync(1);
    const result = await running;
    assertEquals([result.status, result.failedState, result.states.stuck?.status], ["failed", "stuck", "timed_out"]);
    assertInstanceOf(result.error?.cause, StateTimeoutError);
    assertEquals([reason, result.states.stuck?.durationMs], [result.error.cause, 50]);
    try {
      late!();
    } catch (error) {
      assertInstanceOf(error, StepEndedError);
    }
    assertEquals(result.variables, {});
  }));

Deno.test("timeoutMs of a state counts each attempt anew, without the waits between", () =>
  withFakeTime(async (clock) => {
    const agent = new Agent("slow", { random: () => 0 })
      .state(
        "slow",
        { timeoutMs: 50, retry: { maxRetries: 2, initialDelayMs: 1_000 } },
        (ctx) => new Promise((resolve) => void (ctx.attempt === 3 && setTimeout(resolve, 49))),
      );
    const running = agent.run();
    await clock.tickAsync(50 + 500 + 50 + 1_000 + 49);
    const result = await running;
    assertEquals([result.status, result.states.slow?.attempts, result.durationMs], ["completed", 3, 1_649]);
  }));

Deno.test("timeoutMs of a state: an attempt that settles after its time changes nothing", () =>
  withFakeTime(async (clock) => {
    const outcomes = [() => "other", () => {
      throw new Error("late");
    }]; // deno-fmt-ignore
    for (const late of outcomes) {
      const agent = new Agent("late")
        .state("slow", { timeoutMs: 10, retry: { maxRetries: 1, initialDelayMs: 0 } }, (ctx) =>
          new Promise<number>((resolve) => setTimeout(resolve, ctx.attempt === 1 ? 15 : 8)).then(ctx.attempt === 1 ? late : () => {}))
        .state("other", { entry: false }, () => {});
      const running = agent.run();
      await clock.tickAsync(30);
      const { status, states, durationMs } = await running;
      assertEquals([status, states.slow?.attempts, states.other?.status, durationMs], ["completed", 2, "skipped", 18]);
    }
  }));

Deno.test("timeoutMs of a run ends it, and what it waits for", () =>
  withFakeTime(async (clock) => {
    for (const retry of [undefined, { maxRetries: 5, initialDelayMs: 60_000 }]) {
      const agent = new Agent("run")
        .state("first", () => {})
        .state("waits", { dependsOn: ["first"], ...(retry && { retry }) }, () => {
          if (retry) throw new Error("again");
          return new Promise(() => {});
        });
      const running = agent.run({ timeoutMs: 100 });
      await clock.tickAsync(100);
      const result = await running;
      assertEquals([result.status, result.durationMs, result.states.waits?.status], ["timed_out", 100, "cancelled"]);
      assertInstanceOf(result.error, RunTimeoutError);
      assertEquals([result.completedStates, result.states.waits?.durationMs], [["first"], 100]);
    }
  }));

Deno.test("RunResult.durationMs lasts until the run was ended, however long after the last state ended", () =>
  withFakeTime(async (clock) => {
    const agent = new Agent("late").state("quick", () => {}).state("stuck", () => new Promise(() => {}))
      .state("short", () => new Promise((resolve) => void setTimeout(resolve, 10)));
    const controller = new AbortController();
    const ends = [agent.run({ timeoutMs: 100 }), agent.run({ signal: controller.signal })];
    await clock.tickAsync(100);
    controller.abort();
    for (const result of await Promise.all(ends)) {
      assertEquals([result.durationMs, result.states.stuck?.durationMs, result.states.short?.durationMs], [
        100,
        100,
        10,
      ]);
    }
  }));

Deno.test("timeoutMs of a run ends a loop that never lets the event loop turn", async () => {
  const result = await new Agent("spin", { maxSteps: 1e9, timing: "off" }).state("spin", () => "spin").run({
    timeoutMs: 5,
  });
  assertEquals(result.status, "timed_out");
  const awaits = new Agent("spin", { maxSteps: 1e9 }).state("spin", () => Promise.resolve("spin"));
  assertEquals((await awaits.run({ timeoutMs: 5 })).status, "timed_out");
  const retry = { maxRetries: 1e6, initialDelayMs: 0 };
  const fails = new Agent("spin").state("spin", { retry }, () => Promise.reject(1));
  assertEquals((await fails.run({ timeoutMs: 5 })).status, "timed_out");
});

Deno.test("retry waits longer each time, with jitter from the agent's random source, and then gives up", () =>
  withFakeTime(async (clock) => {
    const delays: number[] = [], starts: number[] = [], randoms = [0, 0.5, 0.999];
    const agent = new Agent<{ n: number }>("retry", {
      random: () => randoms.shift()!,
      observer: { onRetry: ({ delayMs }) => void delays.push(delayMs) },
    }).state("bad", { retry: { maxRetries: 3, initialDelayMs: 100, base: 10 } }, (ctx) => {
      starts.push(performance.now());
      ctx.set("n", ctx.attempt);
      throw new Error(`attempt ${ctx.attempt}`);
    });
    const running = agent.run({ variables: { n: 0 } });
    await clock.tickAsync(100_000);
    const result = await running;
    assertEquals(delays.map(Math.round), [50, 750, 9_995]);
    assertEquals(starts.map((at) => at - starts[0]!), [0, 50, 800, 10_795]);
    assertEquals(result.error?.message, 'State "bad" of agent "retry" failed after 4 attempts: Error: attempt 4');
    const [letter] = result.deadLetters;
    assertEquals([letter?.attempts, letter?.variables, result.variables], [4, { n: 0 }, { n: 0 }]);
    assertEquals([result.states.bad?.attempts, result.states.bad?.steps], [4, 1]);
  }));

Deno.test("retry lets others run meanwhile, at maxConcurrency 1 too", () =>
  withFakeTime(async (clock) => {
    const order: string[] = [];
    const agent = new Agent("turns", { maxConcurrency: 1 })
      .state("bad", { retry: { maxRetries: 1, jitter: false } }, (ctx) => {
        order.push(`bad ${ctx.attempt}`);
        if (ctx.attempt === 1) throw new Error("again");
      })
      .state("other", () => void order.push("other"));
    const running = agent.run();
    await clock.tickAsync(100);
    assertEquals([(await running).status, order], ["completed", ["bad 1", "other", "bad 2"]]);
  }));

Deno.test("A random source that throws or leaves its range, or a signal aborted while a retry waits, ends the run", () =>
  withFakeTime(async () => {
    const broken = new Error("no luck"), controller = new AbortController();
    const bad = { retry: { maxRetries: 1 } };
    const random = () => {
      throw broken;
    }; // deno-fmt-ignore
    const throws = await new Agent("x", { random }).state("a", bad, () => Promise.reject(1)).run();
    assertEquals([throws.status, throws.error?.cause], ["failed", broken]);
    for (const luck of [-0.1, 1, NaN]) {
      const { error } = await new Agent("x", { random: () => luck }).state("a", bad, () => Promise.reject(1)).run();
      assertInstanceOf(error?.cause, RangeError);
    }
    const running = new Agent("x").state("a", bad, () => Promise.reject(1)).run({ signal: controller.signal });
    await Promise.resolve().then(() => {}).then(() => {});
    assertEquals(timers.size, 1);
    controller.abort();
    const { status, states } = await running;
    assertEquals([status, states.a?.status], ["cancelled", "cancelled"]);
  }));

Deno.test("Timeouts that are not reached leave nothing behind, however many runs there are", async () => {
  const agent = new Agent("quick").state("a", { timeoutMs: 10_000 }, async () => {});
  for (let i = 0; i < 1_000; i++) assertEquals((await agent.run({ timeoutMs: 10_000 })).status, "completed");
  assertEquals(timers.size, 0);
  assert(timers.armed, "one real timer served them all, until the event loop turns");
});
