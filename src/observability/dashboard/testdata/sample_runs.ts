/**
 * Events of made-up runs.
 *
 * @module
 */

import type { EventBus } from "../../events/event_bus.ts";
import type { RunEvents } from "../../observe/run_events.ts";
import type { DashboardPlan } from "../agent_graph.ts";

/** A plan of states, each with those it depends on. */
export function planOf(dependencies: Readonly<Record<string, readonly string[]>>): DashboardPlan {
  return { states: Object.keys(dependencies), dependenciesOf: (state) => dependencies[state] ?? [] };
}

/** A plan of five states: two after the first, and two after both. */
export const REPORT_PLAN: DashboardPlan = planOf({
  fetch: [],
  "parse orders": ["fetch"],
  "parse prices": ["fetch"],
  join: ["parse orders", "parse prices"],
  publish: ["join"],
});

/** A plan of a hundred states in ten layers, with arrows to the next layer and some over many. */
export function largePlan(): DashboardPlan {
  const dependencies: Record<string, string[]> = {};
  for (let at = 0; at < 100; at++) {
    const layer = Math.floor(at / 10), before = (step: number) => `state ${(layer - 1) * 10 + (at * 7 + step) % 10}`;
    dependencies[`state ${at}`] = layer === 0
      ? []
      : at % 9 === 0
      ? [before(0), `state ${at % 10}`]
      : [before(0), before(3)];
  }
  return planOf(dependencies);
}

/** Tells a run of the report: whole if `until` is left out, otherwise up to that state, which then runs. */
export function tellRun(
  bus: EventBus<RunEvents>,
  runId: string,
  { until, fails }: { until?: string; fails?: unknown } = {},
): void {
  const origin = { runId, agent: "report" };
  bus.emit("run.start", origin);
  for (const state of REPORT_PLAN.states) {
    bus.emit("state.start", { ...origin, state, attempt: 1 });
    if (state === until) return;
    let attempts = 1;
    if (state === "parse prices") {
      bus.emit("state.retry", { ...origin, state, attempt: 1, delayMs: 20, error: new Error("connection reset") });
      bus.emit("state.start", { ...origin, state, attempt: ++attempts });
    }
    if (state === "join" && fails !== undefined) {
      bus.emit("state.dead_letter", { ...origin, state, attempts, error: fails });
      bus.emit("state.end", { ...origin, state, status: "failed", attempts, durationMs: 30, error: fails });
      return bus.emit("run.end", { ...origin, status: "failed", durationMs: 142, error: fails });
    }
    bus.emit("state.end", { ...origin, state, status: "completed", attempts, durationMs: 30, waitedMs: 4 });
  }
  bus.emit("run.end", { ...origin, status: "completed", durationMs: 187 });
}
