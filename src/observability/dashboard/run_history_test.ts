import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EventBus } from "../events/event_bus.ts";
import type { RunEvents } from "../observe/run_events.ts";
import { MOST_STATES } from "./agent_graph.ts";
import { RunHistory } from "./run_history.ts";
import { KnownRuns } from "./testdata/known_page.ts";
import { REPORT_PLAN, tellRun } from "./testdata/sample_runs.ts";

/** A history of a bus whose clock goes on by 10 ms with each event. */
function newHistory(
  { maxRuns = 100, plans = {} }: { maxRuns?: number; plans?: Record<string, typeof REPORT_PLAN> } = {},
) {
  let atMs = 0;
  const bus = new EventBus<RunEvents>({ now: () => atMs += 10 });
  const history = new RunHistory(maxRuns, new Map(Object.entries(plans)));
  bus.onMatching("*", (event) => history.record(event));
  return { bus, history };
}

Deno.test("RunHistory tells a run's states, attempts, times and errors", () => {
  const { bus, history } = newHistory({ plans: { report: REPORT_PLAN } });
  tellRun(bus, "r1", { fails: new Error("no key") });
  const { runs: [run], agents: [agent], events, ended } = history.changesSince(-1);
  assert(run !== undefined && agent !== undefined);
  assertEquals({ ...run, states: run.states.length }, {
    id: 2,
    agent: 1,
    name: "r1",
    status: "failed",
    startMs: 10,
    durationMs: 142,
    error: "Error: no key",
    states: 4,
  });
  assertEquals(events, 13);
  assertEquals(ended, { completed: 0, failed: 1, cancelled: 0, timed_out: 0 });
  const [, , prices, join] = run.states;
  assertEquals(agent.states[prices!.state], "parse prices");
  assertEquals(prices, {
    state: 2,
    status: "completed",
    steps: 1,
    attempts: 2,
    startMs: 60,
    durationMs: 30,
    waitedMs: 4,
    error: null,
    isDead: false,
    spans: [{ attempt: 1, startMs: 60, endMs: 70, status: "retrying" }, {
      attempt: 2,
      startMs: 80,
      endMs: 90,
      status: "completed",
    }],
  });
  assertEquals([join?.status, join?.error, join?.isDead], ["failed", "Error: no key", true]);
  assertEquals(agent.arrows.map(({ from, to, kind }) => `${from} ${to} ${kind}`), [
    "0 1 dependency",
    "0 2 dependency",
    "1 3 dependency",
    "2 3 dependency",
    "3 4 dependency",
  ]);
});

Deno.test("RunHistory learns an agent's graph from what follows what", () => {
  const { bus, history } = newHistory(), origin = { runId: "r", agent: "unknown" };
  const start = (state: string) => bus.emit("state.start", { ...origin, state, attempt: 1 });
  const end = (state: string) =>
    bus.emit("state.end", { ...origin, state, status: "completed", attempts: 1, durationMs: 1 });
  for (
    const step of [
      () => start("a"),
      () => end("a"),
      () => start("b"),
      () => start("c"),
      () => end("c"),
      () => end("b"),
      () => start("d"),
    ]
  ) step();
  const [agent] = history.changesSince(-1).agents;
  assert(agent?.isLearnt);
  assertEquals(agent.arrows.map(({ from, to }) => `${agent.states[from]} ${agent.states[to]}`), [
    "a b",
    "a c",
    "c d",
    "b d",
  ]);
  end("d");
  start("a");
  assertEquals(
    history.changesSince(-1).agents[0]?.arrows.length,
    agent.arrows.length + 1,
    "what is seen later is drawn, too",
  );
});

Deno.test("RunHistory ends what runs with its run, and shows one whose start it has not seen", () => {
  const { bus, history } = newHistory(), origin = { runId: "r", agent: "late" };
  bus.emit("state.start", { ...origin, state: "wait", attempt: 3 });
  assertEquals(history.changesSince(-1).runs[0]?.status, "running");
  bus.emit("run.end", { ...origin, status: "timed_out", durationMs: 9 });
  const [run] = history.changesSince(1).runs;
  assertEquals([run?.status, run?.states[0]?.status, run?.states[0]?.spans[0]?.endMs], ["timed_out", "cancelled", 20]);
});

Deno.test("RunHistory forgets the oldest run that has ended first", () => {
  const { bus, history } = newHistory({ maxRuns: 3 });
  tellRun(bus, "long", { until: "join" });
  for (let at = 0; at < 20; at++) tellRun(bus, `r${at}`);
  const names = history.changesSince(-1).runs.map(({ name }) => name);
  assertEquals(names, ["long", "r18", "r19"]);
});

Deno.test("RunHistory keeps within its bounds whatever runs", () => {
  const { bus, history } = newHistory({ maxRuns: 1_000 });
  for (let run = 0; run < 60; run++) {
    const origin = { runId: `r${run}`, agent: "wide" };
    for (let state = 0; state < 600; state++) bus.emit("state.start", { ...origin, state: `s${state}`, attempt: 1 });
    for (let again = 0; again < 40; again++) {
      bus.emit("state.end", { ...origin, state: "s0", status: "completed", attempts: 1, durationMs: 1 });
      bus.emit("state.start", { ...origin, state: "s0", attempt: 1 });
    }
  }
  const { runs, agents } = history.changesSince(-1);
  assertEquals(agents.map(({ states, unshown }) => [states.length, unshown]), [[MOST_STATES, 100]]);
  assertEquals(runs.length, 20_000 / MOST_STATES);
  assert(runs.every(({ states }) => states.every(({ spans }) => spans.length <= 24)));
});

const names = fc.constantFrom("a", "b", "c", "d");
const steps = fc.record({
  kind: fc.constantFrom(
    "run.start",
    "run.end",
    "state.start",
    "state.end",
    "state.retry",
    "state.preempt",
    "state.dead_letter",
    "look",
  ),
  run: fc.nat(5),
  state: names,
  status: fc.constantFrom("completed", "failed", "cancelled", "timed_out"),
  page: fc.nat(2),
});

Deno.test("RunHistory tells pages that come by now and then the same as one that asks for everything", () =>
  fc.assert(fc.property(fc.array(steps, { maxLength: 150, size: "max" }), (script) => {
    const { bus, history } = newHistory({ maxRuns: 3 });
    const pages = [new KnownRuns(), new KnownRuns(), new KnownRuns()];
    for (const { kind, run, state, status, page } of script) {
      const origin = { runId: `r${run}`, agent: `agent ${run % 2}` };
      if (kind === "look") pages[page]?.catchUp(history);
      else if (kind === "run.start") bus.emit(kind, origin);
      else if (kind === "run.end") bus.emit(kind, { ...origin, status, durationMs: 5 });
      else if (kind === "state.end") bus.emit(kind, { ...origin, state, status, attempts: 1, durationMs: 5 });
      else if (kind === "state.preempt") bus.emit(kind, { ...origin, state, attempt: 1, reason: "other" });
      else if (kind === "state.retry") bus.emit(kind, { ...origin, state, attempt: 1, delayMs: 5, error: "busy" });
      else if (kind === "state.dead_letter") bus.emit(kind, { ...origin, state, attempts: 1, error: "dead" });
      else bus.emit(kind, { ...origin, state, attempt: 1 });
    }
    const whole = new KnownRuns();
    whole.catchUp(history);
    for (const page of pages) {
      page.catchUp(history);
      assertEquals(page.content, whole.content);
    }
  })));
