import { assert, assertEquals } from "@std/assert";
import { Agent } from "./agent.ts";
import type { RunObserver } from "./observer.ts";
import { send } from "./route.ts";

/** Writes down every event as a line, and every run's identity. */
function recorder(): { lines: string[]; runs: Set<unknown>; observer: RunObserver<Record<string, unknown>> } {
  const lines: string[] = [], runs = new Set<unknown>();
  const note = (run: unknown, line: string) => void (runs.add(run), lines.push(line));
  return {
    lines,
    runs,
    observer: {
      onRunStart: (run) => note(run, `run ${run.agent}`),
      onStateStart: ({ run, state, attempt, payload }) => note(run, `start ${state} ${attempt} ${payload}`),
      onStateEnd: ({ run, state, status, attempts, durationMs, error }) => {
        assert(durationMs === undefined || durationMs >= 0);
        note(run, `end ${state} ${status} ${attempts} ${error}`);
      },
      onRetry: ({ run, state, attempt, delayMs, error }) => note(run, `retry ${state} ${attempt} ${delayMs} ${error}`),
      onDeadLetter: ({ state, attempts }, run) => note(run, `dead ${state} ${attempts}`),
      onRunEnd: ({ status }, run) => note(run, `done ${status}`),
    },
  };
}

Deno.test("RunObserver is told everything in order, with one identity for each run", async () => {
  const { lines, runs, observer } = recorder();
  const agent = new Agent("seen", { observer })
    .state("a", { retry: { maxRetries: 1, initialDelayMs: 0 } }, (ctx) => {
      if (ctx.attempt === 1) throw "once";
    })
    .state("waits", { dependsOn: ["a"] }, () => new Promise(() => {}))
    .state("bad", { dependsOn: ["a"] }, () => Promise.reject("twice"));
  await agent.run();
  assertEquals(lines, [
    "run seen",
    "start a 1 undefined",
    "retry a 1 0 once",
    "start a 2 undefined",
    "end a completed 2 undefined",
    "start waits 1 undefined",
    "start bad 1 undefined",
    "end bad failed 1 twice",
    "dead bad 1",
    "end waits cancelled 1 undefined",
    "done failed",
  ]);
  assertEquals(runs.size, 1);
  await agent.run();
  assertEquals(runs.size, 2);
});

Deno.test("RunObserver of a run takes the place of the agent's", async () => {
  const [ours, theirs] = [recorder(), recorder()];
  await new Agent("one", { observer: theirs.observer }).state("a", () => {}).run({ observer: ours.observer });
  assertEquals([ours.lines.length, theirs.lines.length], [4, 0]);
});

Deno.test("RunObserver that throws or rejects never breaks the run; its errors are kept, up to a bound", async () => {
  const error = new Error("observer");
  const throws = () => {
    throw error;
  }; // deno-fmt-ignore
  for (const fn of [throws, () => Promise.reject(error)]) {
    const observer = { onRunStart: fn, onStateStart: fn, onStateEnd: fn, onRetry: fn, onDeadLetter: fn, onRunEnd: fn };
    const agent = new Agent("robust", { observer }).state("a", () => {}).state("b", { dependsOn: ["a"] }, async () => {});
    const result = await agent.run();
    await Promise.resolve();
    assertEquals([result.status, result.observerErrors], ["completed", Array(6).fill(error)]);
    for (let i = 0; i < 30; i++) agent.state(`s${i}`, () => {});
    assertEquals((await agent.run()).observerErrors.length, 16);
  }
});

Deno.test("RunObserver may cancel the run from any event", async () => {
  for (const event of ["onRunStart", "onStateStart", "onStateEnd", "onRetry"] as const) {
    let calls = 0;
    const controller = new AbortController();
    const agent = new Agent("stop")
      .state("a", { retry: { maxRetries: 1, initialDelayMs: 0 } }, (ctx) => {
        calls++;
        if (ctx.attempt === 1) throw "once";
      })
      .state("b", { dependsOn: ["a"] }, () => {});
    const result = await agent.run({ signal: controller.signal, observer: { [event]: () => controller.abort() } });
    assertEquals([event, result.status, result.states.b?.status], [event, "cancelled", "skipped"]);
    assertEquals([event, calls], [event, { onRunStart: 0, onStateStart: 0, onStateEnd: 2, onRetry: 1 }[event]]);
  }
});

Deno.test("Agent.observeRuns() watches beside the observers of agent and run, until it is ended", async () => {
  const [own, first, second] = [recorder(), recorder(), recorder()];
  const agent = new Agent("watched").state("a", () => {}).state("b", { dependsOn: ["a"] }, () => {});
  const ids = new Set<string>();
  const ending = agent.observeRuns(({ runId }) => (ids.add(runId), first.observer));
  agent.observeRuns(() => second.observer);
  await agent.run({ observer: own.observer });
  assertEquals([own.lines.length, first.lines, second.lines], [6, own.lines, own.lines]);
  ending[Symbol.dispose]();
  ending[Symbol.dispose]();
  await agent.run();
  assertEquals([own.lines.length, first.lines.length, second.lines.length, ids.size], [6, 6, 12, 1]);
});

Deno.test("Agent.observeRuns() times runs that are not timed, and gives every step a number", async () => {
  const agent = new Agent("timed", { timing: "off", mode: "sequential" })
    .state("a", () => [send("b", 1), send("b", 2)])
    .state("b", async () => {});
  const numbers: number[] = [], ended: number[] = [];
  agent.observeRuns(() => ({
    onStateStart: ({ step, isFirst }) => void (isFirst && numbers.push(step)),
    onStateEnd: ({ step, durationMs, waitedMs }) =>
      void (ended.push(step), assert(durationMs! >= 0 && waitedMs === undefined)),
    onRunEnd: ({ durationMs }) => assert(durationMs! >= 0),
  }));
  assertEquals((await agent.run()).observerErrors, []);
  assertEquals([numbers, ended.sort()], [[1, 2, 3], [1, 2, 3]]);
});

Deno.test("Observers are told when it happened, from one reading of the clock, unless nobody times the run", async () => {
  for (const timing of ["states", "off"] as const) {
    const agent = new Agent("clock", { timing }).state("a", () => {}).state("b", { dependsOn: ["a"] }, async () => {});
    const times: number[] = [], durations: (number | undefined)[] = [];
    const result = await agent.run({
      observer: {
        onRunStart: (_run, atMs) => void times.push(atMs),
        onStateStart: (_event, atMs) => void times.push(atMs),
        onStateEnd: ({ durationMs }, atMs) => void (times.push(atMs), durations.push(durationMs)),
        onRunEnd: ({ durationMs }, _run, atMs) => void (times.push(atMs), durations.push(durationMs)),
      },
    });
    assertEquals([result.observerErrors, times.length], [[], 6]);
    const between = (from: number, to: number) => timing === "off" ? undefined : times[to]! - times[from]!;
    assertEquals(durations, [between(1, 2), between(3, 4), between(0, 5)]);
    assertEquals(times, timing === "off" ? times.map(() => NaN) : times.toSorted((a, b) => a - b));
  }
});

Deno.test("Agent.observeRuns() ends with the run what waits for its turn again", async () => {
  const ended: string[] = [];
  const agent = new Agent("turns", { maxConcurrency: 1 })
    .state("again", { retry: { maxRetries: 5, initialDelayMs: 0 } }, () => Promise.reject("again"))
    .state("bad", () => Promise.reject("bad"));
  agent.observeRuns(() => ({
    onStateEnd: ({ state, status, attempts }) => void ended.push(`${state} ${status} ${attempts}`),
  }));
  await agent.run();
  assertEquals(ended, ["bad failed 1", "again cancelled 1"]);
  const later = new Agent("later")
    .state("again", { retry: { maxRetries: 5, initialDelayMs: 60_000 } }, () => Promise.reject("again"))
    .state("bad", () => Promise.resolve().then(() => Promise.reject("bad")));
  later.observeRuns(() => ({
    onStateEnd: ({ state, status, attempts }) => void ended.push(`${state} ${status} ${attempts}`),
  }));
  await later.run();
  assertEquals(ended.slice(2), ["bad failed 1", "again cancelled 1"]);
});

Deno.test("Agent.observeRuns() lets a watcher surround a state's function, and none can keep it from its run", async () => {
  const order: string[] = [];
  const agent = new Agent("around").state("a", () => void order.push("a")).state("b", { dependsOn: ["a"] }, () => {
    throw new Error("b's own");
  });
  agent.observeRuns(() => ({
    callState(step, call) {
      order.push(`before ${step}`);
      call();
      call();
      order.push(`after ${step}`);
    },
  }));
  agent.observeRuns(() => ({ callState: () => {} }));
  agent.observeRuns(() => ({
    callState() {
      throw new Error("broken");
    },
  }));
  agent.observeRuns(() => {
    throw new Error("cannot begin");
  });
  const { status, error, observerErrors } = await agent.run();
  assertEquals(order, ["before 1", "after 1", "a", "before 2", "after 2"]);
  assertEquals([status, (error?.cause as Error).message], ["failed", "b's own"]);
  assertEquals(observerErrors.map((error) => (error as Error).message), ["cannot begin"]);
});

Deno.test("RunObserver is told once of each step that the run's end cuts short, the latest first", async () => {
  const told: string[] = [];
  const agent = new Agent("cut")
    .state("done", async () => {})
    .state("plain", () => new Promise(() => {}))
    .state("limited", { timeoutMs: 60_000 }, () => new Promise(() => {}))
    .state("retried", { retry: { maxRetries: 1, initialDelayMs: 60_000 } }, () => Promise.reject("again"))
    .state("listens", ({ signal }) => new Promise((_, reject) => signal.onabort = reject))
    .state("bad", { dependsOn: ["done"] }, () => Promise.reject("bad"));
  const observer: RunObserver<Record<string, unknown>> = {
    onStateEnd: ({ state, status }) => void told.push(`${state} ${status}`),
  };
  assertEquals((await agent.run({ observer })).observerErrors, []);
  await Promise.resolve();
  const cancelled = ["listens", "retried", "limited", "plain"].map((state) => `${state} cancelled`);
  assertEquals(told, ["done completed", "bad failed", ...cancelled]);
});
