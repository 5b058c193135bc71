import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { Agent } from "../../agent/mod.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { Mutex } from "../mutex.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { Coordinator } from "./coordinator.ts";
import { enhanceAgent } from "./enhanced_agent.ts";
import { RunDeadlineError } from "./outcome.ts";
import { runnable } from "./runnable.ts";

const endless = (name: string) => runnable(name, () => new Promise<never>(() => {}));

Deno.test("Coordinator.start() gives runs what is shared, and collects how they ended, failures too", async () => {
  type Shared = { lock: Mutex; log: string[]; n?: number };
  const coordinator = new Coordinator<Shared>({ shared: { lock: new Mutex(), log: [] } });
  coordinator.register(
    new Agent<Shared>("good").state("write", (ctx) => void ctx.get("log").push(`n is ${ctx.get("n")}`)),
  );
  coordinator.register(
    new Agent<Shared>("bad").state("fail", (ctx) => {
      if (ctx.get("lock").tryAcquire() !== undefined) throw new Error("planted");
    }),
  );
  assertEquals([coordinator.names, coordinator.results().size], [["good", "bad"], 0]);
  coordinator.start("good", { variables: { n: 7 } });
  const bad = coordinator.start("bad");
  assertEquals(coordinator.running, 2);
  const results = await coordinator.waitForAll();
  assertEquals([...results].map(([name, { status }]) => `${name} ${status}`).sort(), ["bad failed", "good completed"]);
  assertStrictEquals(await bad.outcome, results.get("bad"));
  assertEquals([coordinator.shared.log, coordinator.shared.lock?.locked, coordinator.running], [["n is 7"], true, 0]);
});

Deno.test("Coordinator.cancel() ends all runs of one name at once, cancelAll() everything", async () => {
  const coordinator = new Coordinator({ name: "office" }), reason = new Error("enough");
  for (const name of ["a", "b"]) coordinator.register(endless(name));
  const runs = ["a", "a", "b", "b"].map((name) => coordinator.start(name));
  assertEquals([coordinator.cancel("a", reason), coordinator.cancel("c")], [2, 0]);
  assertStrictEquals((await runs[0]!.outcome).error, reason);
  runs[2]!.cancel();
  runs[2]!.cancel();
  assertEquals([coordinator.cancelAll(), (await coordinator.waitForAll()).size, coordinator.running], [2, 2, 0]);
  const { status, error } = await runs[3]!.outcome;
  assertEquals([status, error instanceof Error && error.message], [
    "cancelled",
    'Cannot finish "b": "office" has cancelled it; run it again if it is still wanted',
  ]);
});

Deno.test("Coordinator.waitForAny() answers the next that ends, and both waits can give up", async () => {
  const coordinator = new Coordinator(), abort = new AbortController();
  assertEquals([await coordinator.waitForAny(), (await coordinator.waitForAll()).size], [undefined, 0]);
  coordinator.register(endless("endless"));
  coordinator.register(runnable("quick", () => 1));
  coordinator.start("endless");
  coordinator.start("quick");
  assertEquals((await coordinator.waitForAny())?.name, "quick");
  await assertRejects(() => coordinator.waitForAll({ timeoutMs: 1 }), WaitTimeoutError, "1 still run");
  const waiting = coordinator.waitForAny({ signal: abort.signal, timeoutMs: 60_000 });
  abort.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await assertRejects(() => coordinator.waitForAny({ timeoutMs: -1 }), RangeError);
  coordinator.cancelAll();
  await coordinator.waitForAll();
  assertEquals(timers.size, 0);
});

Deno.test("Coordinator.waitForAny() in a loop sees every end, in order, also of runs that end in one turn", async () => {
  const coordinator = new Coordinator(), seen: string[] = [], names = ["a", "b", "c", "d"];
  for (const name of names) coordinator.register(runnable(name, () => name));
  for (const name of names) coordinator.start(name);
  const other = coordinator.waitForAny();
  for (let end = await coordinator.waitForAny(); end !== undefined; end = await coordinator.waitForAny()) {
    seen.push(end.name);
  }
  assertEquals([seen, (await other)?.name, coordinator.snapshot().totals.grants], [names, "a", 6]);
  await Promise.all(Array.from({ length: 1_001 }, (_, id) => coordinator.start(id === 0 ? "a" : "b").outcome));
  assertEquals((await coordinator.waitForAny())?.name, "b", "no more than 1,000 are kept");
});

Deno.test("Coordinator.waitForAll() answers all who wait for it, and waitForAny() too", async () => {
  const coordinator = new Coordinator();
  coordinator.register(runnable("a", () => 1));
  const { outcome } = coordinator.start("a");
  const any = [1, 2, 3].map(() => coordinator.waitForAny()), all = [1, 2, 3].map(() => coordinator.waitForAll());
  assertEquals(await Promise.all(any), Array(3).fill(await outcome));
  assertEquals((await Promise.all(all)).map((results) => results.get("a")), Array(3).fill(await outcome));
});

Deno.test("Coordinator tells a listener that comes while others are told of the next event, and one that has left of none", () => {
  const coordinator = new Coordinator(), log: string[] = [];
  coordinator.listen(({ name }) => {
    coordinator.listen((event) => log.push(`${event.name} to one that came with ${name}`));
    leaving[Symbol.dispose]();
  });
  const leaving = coordinator.listen(() => log.push("told after it had left"));
  for (const name of ["a", "b"]) coordinator.register(endless(name));
  assertEquals(log, ["b to one that came with a"]);
});

Deno.test("Coordinator keeps what an async listener rejects with", async () => {
  const coordinator = new Coordinator(), planted = new Error("planted");
  coordinator.listen(() => Promise.reject(planted));
  coordinator.register(runnable("a", () => 1));
  await coordinator.start("a").outcome;
  assertEquals(coordinator.listenerErrors, [planted, planted, planted]);
});

Deno.test("Coordinator.cancel() ends also what is only about to begin: it is told as started, and never runs", async () => {
  const coordinator = new Coordinator(), log: string[] = [];
  coordinator.register(runnable("a", () => log.push("runs")));
  coordinator.listen(({ kind }) => {
    log.push(kind);
    if (kind === "started") log.push(`${coordinator.cancel("a")} of ${coordinator.running} cancelled`);
  });
  assertEquals((await coordinator.start("a").outcome).status, "cancelled");
  assertEquals([log, coordinator.running], [["started", "1 of 1 cancelled", "ended"], 0]);
});

Deno.test("Coordinator takes a result that throws when it is asked how it ended for a failure", async () => {
  const coordinator = new Coordinator(), planted = new Error("planted");
  coordinator.register(runnable("bad", () => ({
    get status(): string {
      throw planted;
    },
  })));
  const { status, error } = await coordinator.start("bad").outcome;
  assertEquals([status, coordinator.running, (await coordinator.waitForAll()).size], ["failed", 0, 1]);
  assertStrictEquals(error, planted);
});

Deno.test("Coordinator.results() keeps nothing of agents that are not registered, or no longer", async () => {
  const coordinator = new Coordinator();
  coordinator.register(runnable("known", () => 1));
  const handles = [coordinator.start("known"), enhanceAgent(runnable("guest", () => 2), coordinator).start()];
  assertEquals((await Promise.all(handles.map(({ outcome }) => outcome))).map(({ result }) => result), [1, 2]);
  assertEquals([...coordinator.results().keys()], ["known"]);
  coordinator.unregister("known");
  assertEquals(coordinator.results().size, 0);
});

Deno.test("Coordinator.start() and EnhancedAgent.run() end in time, and refuse a timeout that makes no sense", () =>
  withFakeTime(async (clock) => {
    const coordinator = new Coordinator(), enhanced = coordinator.register(endless("endless"));
    const late = coordinator.start("endless", { timeoutMs: 10 }).outcome;
    const rejected = assertRejects(() => enhanced.run({ timeoutMs: 20 }), RunDeadlineError, '"endless" within 20 ms');
    await clock.tickAsync(11);
    const { status, error } = await late;
    assertEquals([status, error instanceof RunDeadlineError, coordinator.running], ["timed_out", true, 1]);
    await clock.tickAsync(10);
    await rejected;
    assertThrows(() => coordinator.start("endless", { timeoutMs: 0 }), RangeError, "timeoutMs 0");
    await assertRejects(() => enhanced.run({ timeoutMs: NaN }), RangeError);
    assertEquals([coordinator.running, timers.size], [0, 0]);
  }));

Deno.test("Coordinator.snapshot() tells what runs, who waits, and what became of all runs", () =>
  withFakeTime(async (clock) => {
    const coordinator = new Coordinator({ name: "office", timing: "on" });
    for (const name of ["a", "b"]) coordinator.register(endless(name));
    coordinator.register(runnable("bad", () => Promise.reject(new Error("planted"))));
    coordinator.start("a");
    await clock.tickAsync(5);
    const b = coordinator.start("b", { timeoutMs: 20 }), any = coordinator.waitForAny();
    const all = coordinator.waitForAll(), late = assertRejects(() => coordinator.waitForAll({ timeoutMs: 2 }));
    await clock.tickAsync(3);
    await late;
    const snapshot = coordinator.snapshot();
    assertEquals([snapshot.type, snapshot.name, snapshot.registered], ["coordinator", "office", ["a", "b", "bad"]]);
    assertEquals(snapshot.holders, [
      { runId: 1, owner: "a", holds: 1, ageMs: 8 },
      { runId: 2, owner: "b", holds: 1, ageMs: 3 },
    ]);
    assertEquals(snapshot.waiters.map(({ waitedMs }) => waitedMs), [3, 3]);
    await clock.tickAsync(20);
    assertEquals(await any, await b.outcome);
    await coordinator.start("bad").outcome;
    coordinator.cancelAll();
    await all;
    const { holders, waiters, totals, started, ended, longestRunMs } = coordinator.snapshot();
    assertEquals([holders, waiters, started, longestRunMs], [[], [], 3, 28]);
    assertEquals(ended, { completed: 0, failed: 1, cancelled: 1, timed_out: 1 });
    assertEquals(totals, { grants: 2, waits: 2, timeouts: 1, aborts: 0, longestWaitMs: 23 });
  }));

Deno.test("Coordinator tells its listeners what happens, in order; one that throws stops nobody", async () => {
  const coordinator = new Coordinator(), log: string[] = [], planted = new Error("planted");
  coordinator.listen(() => {
    throw planted;
  });
  const listening = coordinator.listen((event) =>
    log.push([event.kind, event.name, "state" in event ? `${event.state} ${event.status ?? ""}` : ""].join(" ").trim())
  );
  const own: string[] = [];
  coordinator.register(
    new Agent("a").state("one", () => {}).state("two", { dependsOn: ["one"] }, () => Promise.resolve()),
  );
  await coordinator.start("a", { observer: { onStateStart: ({ state }) => void own.push(state) } }).outcome;
  assertEquals([coordinator.unregister("a"), coordinator.unregister("a")], [true, false]);
  listening[Symbol.dispose]();
  coordinator.register(endless("unheard"));
  assertEquals(log, [
    "registered a",
    "started a",
    "state_started a one",
    "state_ended a one completed",
    "state_started a two",
    "state_ended a two completed",
    "ended a",
    "unregistered a",
  ]);
  assertEquals([own, coordinator.listenerErrors[0] === planted], [["one", "two"], true]);
});

Deno.test("Coordinator.runAll() runs what is registered as a group", async () => {
  const coordinator = new Coordinator();
  coordinator.register(runnable("one", () => 1));
  coordinator.register(endless("endless"));
  coordinator.register(runnable("bad", () => Promise.reject(new Error("planted"))));
  const group = await coordinator.runAll();
  assertEquals(group.outcomes.map(({ status }) => status), ["completed", "cancelled", "failed"]);
  assertEquals(coordinator.running, 0);
});

Deno.test("Coordinator.cancel() ends what runs in a group, which calls it cancelled and not failed", async () => {
  const coordinator = new Coordinator();
  coordinator.register(endless("endless"));
  coordinator.register(runnable("quick", () => 1));
  const group = coordinator.runAll({ onFailure: "continue" });
  coordinator.cancel("endless");
  assertEquals((await group).outcomes.map(({ name, status }) => `${name} ${status}`), [
    "endless cancelled",
    "quick completed",
  ]);
});

Deno.test("Coordinator refuses a name that is taken, and one that it does not know", () => {
  const coordinator = new Coordinator();
  const enhanced = coordinator.register(endless("a"));
  assertThrows(() => coordinator.register(endless("a")), TypeError, '"a"');
  assertThrows(() => coordinator.start("b"), TypeError, "no such agent");
  coordinator.unregister("a");
  assertStrictEquals(coordinator.register(enhanced), enhanced, "it is not enhanced twice");
});

Deno.test("enhanceAgent() leaves the agent as it is; runs answer as before, and can be ended by the coordinator", async () => {
  const coordinator = new Coordinator({ shared: { limit: 3 } }), reason = new Error("enough");
  const agent = new Agent<{ limit: number }>("a").state("read", (ctx) => ctx.output("limit", ctx.getOr("limit", 0)));
  const enhanced = enhanceAgent(agent, coordinator);
  assertEquals([(await enhanced.run()).outputs.limit, (await agent.run()).outputs.limit, enhanced.shared.limit], [
    3,
    0,
    3,
  ]);
  const failed = await enhanceAgent(
    new Agent("bad").state("fail", () => Promise.reject(new Error("planted"))),
    coordinator,
  ).run();
  assertEquals([failed.status, failed.failedState], ["failed", "fail"]);
  const run = enhanceAgent(endless("endless"), coordinator).run();
  coordinator.cancel("endless", reason);
  assertStrictEquals(await assertRejects(() => run), reason);
});
