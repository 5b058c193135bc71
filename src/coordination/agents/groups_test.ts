import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Agent } from "../../agent/mod.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { runFanOut, runFirst, runParallel, runPipeline, runQuorum, runSequential, runStaged } from "./groups.ts";
import { RunDeadlineError } from "./outcome.ts";
import { runAgents } from "./run_agents.ts";
import { type Runnable, runnable } from "./runnable.ts";
import type { GroupResult } from "./stages.ts";

function told({ status, outcomes }: GroupResult): string {
  return [status, ...outcomes.map(({ name, status }) => `${name} ${status}`)].join(", ");
}

/** Runs that take so many turns and then complete, or fail. */
function runs(turns: readonly number[], log: string[] = []): Runnable<number>[] {
  return turns.map((length, id) =>
    runnable(String(id), async () => {
      log.push(`+${id}`);
      for (let turn = 0; turn < Math.abs(length); turn++) await nextTurn();
      log.push(`-${id}`);
      if (length < 0) throw new Error(`planted ${id}`);
      return id;
    })
  );
}

const endless = runnable("endless", () => new Promise<never>(() => {}));

Deno.test("runParallel(), runQuorum() keep what they promise, whatever takes how long and fails", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(7),
      fc.boolean(),
      async (turns, concurrency, n, isCancelling) => {
        const log: string[] = [], failing = turns.filter((length) => length < 0).length;
        const wanted = n % turns.length + 1;
        const onFailure = isCancelling ? "cancel" : "continue";
        const all = await runParallel(runs(turns, log), { concurrency, onFailure });
        let running = 0;
        for (const entry of log) assert((running += entry[0] === "+" ? 1 : -1) <= concurrency);
        assertEquals(all.status, failing > 0 ? "failed" : "completed");
        if (!isCancelling) {
          assertEquals(all.outcomes.map(({ status }) => status === "failed"), turns.map((length) => length < 0));
        } else {
          // Whatever ended in the very turn of the first failure has ended, too.
          assert(all.outcomes.filter(({ status }) => status === "failed").length <= concurrency);
        }
        const some = await runQuorum(runs(turns), wanted, { concurrency });
        const completed = some.outcomes.filter(({ status }) => status === "completed").length;
        assertEquals(some.status, turns.length - failing >= wanted ? "completed" : "failed");
        // Of those that run at once several may complete in one turn, and with the last that was wanted.
        if (some.status === "completed") assert(completed >= wanted && completed < wanted + concurrency);
        else assert(completed < wanted);
      },
    ),
    { numRuns: 60 },
  ));

Deno.test("runParallel() under cancel ends those that run at the first failure, and skips the rest", async () => {
  const planted = new Error("planted");
  const bad = runnable("bad", () => Promise.reject(planted));
  const group = await runParallel([endless, bad, endless], { concurrency: 2 });
  assertEquals(told(group), "failed, endless cancelled, bad failed, endless skipped");
  assertStrictEquals(group.error, planted);
});

Deno.test("runParallel() really runs agents, and takes their failed results for failures", async () => {
  const good = new Agent<{ n: number }>("good").state("double", (ctx) => ctx.output("n", ctx.get("n") * 2));
  const bad = new Agent<{ n: number }>("bad").state("fail", () => {
    throw new Error("planted");
  });
  const slow = new Agent<{ n: number }>("slow").state(
    "wait",
    (ctx) => new Promise<void>((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason))),
  );
  const group = await runParallel([good, bad, slow], { variables: { n: 4 } });
  assertEquals(told(group), "failed, good completed, bad failed, slow cancelled");
  assertEquals([group.outcomes[0]?.result?.outputs, group.outcomes[1]?.result?.failedState], [{ n: 8 }, "fail"]);
  assertStrictEquals(group.error, group.outcomes[1]?.result?.error);
});

Deno.test("runParallel() ends at its timeout and its signal, whatever its runs do, and leaves no timer", () =>
  withFakeTime(async (clock) => {
    const abort = new AbortController(), reason = new Error("enough");
    const late = runParallel([endless], { timeoutMs: 100 });
    const cancelled = runParallel([endless], { signal: abort.signal, timeoutMs: 60_000 });
    abort.abort(reason);
    await clock.tickAsync(101);
    assertEquals([told(await late), told(await cancelled)], [
      "timed_out, endless timed_out",
      "cancelled, endless cancelled",
    ]);
    assert((await late).error instanceof RunDeadlineError);
    assertStrictEquals((await cancelled).error, reason);
    assertEquals(told(await runParallel([endless], { signal: AbortSignal.abort() })), "cancelled, endless skipped");
    assertEquals(timers.size, 0);
  }));

Deno.test("runSequential() runs one after another", async () => {
  const log: string[] = [];
  assertEquals(
    told(await runSequential(runs([2, 1, -1, 1], log))),
    "failed, 0 completed, 1 completed, 2 failed, 3 skipped",
  );
  assertEquals(log, ["+0", "-0", "+1", "-1", "+2", "-2"]);
});

Deno.test("runSequential() skips what has not begun when it is called off, and does not take it for cancelled", async () => {
  for (const onFailure of ["cancel", "continue"] as const) {
    const abort = new AbortController();
    const aborting = runnable("aborting", () => {
      abort.abort();
      return new Promise<never>(() => {});
    });
    const group = await runSequential([aborting, endless], { signal: abort.signal, onFailure });
    assertEquals(told(group), "cancelled, aborting cancelled, endless skipped");
    assertEquals(group.finished.map(({ name }) => name), ["aborting"]);
  }
});

Deno.test("runStaged() ends a stage before the next begins", async () => {
  const log: string[] = [], [a, b, c] = runs([2, 1, 1], log);
  assertEquals(told(await runStaged([[a!, b!], [c!]])), "completed, 0 completed, 1 completed, 2 completed");
  assertEquals(log, ["+0", "+1", "-1", "-0", "+2", "-2"]);
  const [bad, next] = runs([-1, 1]);
  assertEquals(told(await runStaged([[bad!], [next!]])), "failed, 0 failed, 1 skipped");
  assertEquals(told(await runStaged([[bad!], [next!]], { onFailure: "continue" })), "failed, 0 failed, 1 completed");
});

Deno.test("runPipeline() hands an agent's outputs to the next, and fails where they are no variables", async () => {
  const load = new Agent("load").state("load", (ctx) => ctx.output("n", 20));
  const add = new Agent<{ n: number }>("add").state("add", (ctx) => ctx.output("n", ctx.get("n") + 1));
  const group = await runPipeline([load, add, add]);
  assertEquals(group.outcomes.map(({ result }) => result?.outputs.n), [20, 21, 22]);
  const broken = await runPipeline(runs([0, 0]));
  assertEquals(told(broken), "failed, 0 completed, 1 skipped");
  assert(broken.error instanceof TypeError && broken.error.message.includes("found number"));
  const connected = await runPipeline<unknown>(
    [runnable("text", () => "5"), runnable("twice", ({ n }: { n: number }) => n * 2)],
    { connect: (output) => ({ n: Number(output) }) },
  );
  assertEquals(connected.outcomes[1]?.result, 10);
});

Deno.test("runPipeline() waits for an asynchronous connect, and fails with what it throws", async () => {
  const planted = new Error("planted"), answers = runnable("answers", () => 5);
  const next = runnable("next", ({ n }: { n: number }) => n * 2);
  const group = await runPipeline<unknown>([answers, next], { connect: (n) => nextTurn({ n }) });
  assertEquals([told(group), group.outcomes[1]?.result], ["completed, answers completed, next completed", 10]);
  const failed = await runPipeline<unknown>([answers, next], { connect: () => Promise.reject(planted) });
  assertEquals(told(failed), "failed, answers completed, next skipped");
  assertStrictEquals(failed.error, planted);
});

Deno.test("runPipeline() ends when its signal is aborted while it connects, or some turns later, and leaves nothing running", async () => {
  const reason = new Error("enough"), answers = runnable("answers", () => 5);
  for (let turns = 0; turns < 12; turns++) {
    const abort = new AbortController(), log: string[] = [];
    const next = runnable("next", (_, { signal }) => {
      log.push("begun");
      return new Promise<never>(() => signal?.addEventListener("abort", () => log.push("told"), { once: true }));
    });
    const abortAfter = async () => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      abort.abort(reason);
    };
    const connect = (): object => {
      abortAfter();
      return {};
    };
    const group = await runPipeline<unknown>([answers, next], { signal: abort.signal, connect });
    assertEquals(told(group), `cancelled, answers completed, next ${log.length === 0 ? "skipped" : "cancelled"}`);
    assertEquals(log, log.length === 0 ? [] : ["begun", "told"], "what has begun is told to end");
    assertStrictEquals(group.error, reason);
  }
});

Deno.test("runPipeline() does not wait for a connect that never answers once it is aborted", async () => {
  const abort = new AbortController(),
    connect = () => {
      queueMicrotask(() => abort.abort());
      return new Promise<never>(() => {});
    };
  const group = await runPipeline<unknown>([runnable("answers", () => 5), endless], { signal: abort.signal, connect });
  assertEquals(told(group), "cancelled, answers completed, endless skipped");
});

Deno.test("runFanOut() gives the source's output to all workers, and theirs to the join", async () => {
  const source = runnable("source", () => ({ n: 10 }));
  const workers = [1, 2, 3].map((k) =>
    runnable<{ n: number }, unknown>(`x${k}`, ({ n }) => k === 2 ? Promise.reject(new Error("planted")) : n * k)
  );
  const join = runnable<{ results: number[] }, unknown>("sum", ({ results }) => results.join("+"));
  const group = await runFanOut<unknown>({ source, workers, join }, { onFailure: "continue" });
  assertEquals([group.status, group.outcomes.at(-1)?.result], ["failed", "10+30"]);
  assertEquals(
    told(await runFanOut<unknown>({ source, workers, join })),
    "failed, source completed, x1 completed, x2 failed, x3 completed, sum skipped",
  );
});

Deno.test("runFirst() cancels the losers", async () => {
  const reasons: unknown[] = [];
  const loser = runnable(
    "loser",
    (_, { signal }) =>
      new Promise<number>(() => signal?.addEventListener("abort", () => reasons.push(signal.reason), { once: true })),
  );
  const group = await runFirst([loser, ...runs([-1, 2])]);
  assertEquals(told(group), "completed, loser cancelled, 0 failed, 1 completed");
  assertEquals([reasons.length, group.finished.map(({ name }) => name)], [1, ["0", "1", "loser"]]);
});

Deno.test("Groups refuse what makes no sense", async () => {
  for (const wanted of [0, 1.5, 2]) {
    await assertRejects(() => runQuorum([endless], wanted), RangeError, `${wanted} of 1`);
  }
  await assertRejects(() => runFirst([]), RangeError);
  await assertRejects(() => runParallel([endless], { concurrency: 0 }), RangeError, "concurrency 0");
  await assertRejects(() => runParallel([endless], { timeoutMs: -1 }), RangeError, "timeoutMs -1");
  await assertRejects(() => runAgents([endless, endless]).staged(0).run(), RangeError, "a stage of 0");
  await assertRejects(
    () => runParallel([endless], { onFailure: "ignore" as "cancel" }),
    TypeError,
    'onFailure "ignore"',
  );
  const group = runAgents<unknown>([endless, endless]);
  await assertRejects(() => group.withConcurrency(2).pipeline().run(), TypeError, "a pipeline with concurrency 2");
  await assertRejects(() => group.sequential().withConcurrency(2).run(), TypeError, "a sequence with concurrency 2");
  await assertRejects(() => group.pipeline().onFailure("continue").run(), TypeError, "run them with sequential()");
  const quick = runAgents([runnable("one", () => ({}))]).pipeline().withConcurrency(1).onFailure("cancel");
  assertEquals(told(await quick.run()), "completed, one completed");
  assertEquals(told(await runParallel([])), "completed");
});

Deno.test("runAgents() says each way to run, and a group that was said can be run again", async () => {
  const group = runAgents(runs([1, -1, 1]));
  assertEquals(told(await group.run()), "failed, 0 completed, 1 failed, 2 cancelled");
  assertEquals(told(await group.onFailure("continue").run()), "failed, 0 completed, 1 failed, 2 completed");
  assertEquals(told(await group.sequential().run()), "failed, 0 completed, 1 failed, 2 skipped");
  assertEquals(told(await group.staged(2).run()), "failed, 0 completed, 1 failed, 2 skipped");
  assertEquals((await group.first().withConcurrency(3).run()).status, "completed");
  assertEquals((await group.quorum(3).run()).status, "failed");
  assertEquals(told(await group.signal(AbortSignal.abort()).run()), "cancelled, 0 skipped, 1 skipped, 2 skipped");
  const sum = runnable("sum", ({ a, b }: { a: number; b: number }) => ({ a: a + b }));
  const piped = await runAgents([sum, sum]).pipeline((output) => ({ b: 1, ...Object(output) }))
    .withVariables({ a: 1 }).withVariables({ b: 2 }).withTimeout(60_000).run();
  assertEquals(piped.outcomes.map(({ result }) => result), [{ a: 3 }, { a: 4 }]);
  const add = runnable<{ a: number }, unknown>("add", ({ a }) => a + 1);
  const fanned = await runAgents<unknown>([add, add]).fanOut({
    source: runnable("source", () => ({ a: 5 })),
    join: runnable<{ results: number[] }, unknown>("join", ({ results }) => results.join("+")),
  }).run();
  assertEquals([fanned.status, fanned.outcomes.at(-1)?.result], ["completed", "6+6"]);
  assertEquals(timers.size, 0);
});
