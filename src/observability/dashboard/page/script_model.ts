/**
 * Of the page's script: what it knows, and how an update changes that.
 *
 * @module
 */

/** The source. */
export const SCRIPT_MODEL: string = String.raw`
const model = { runs: new Map(), agents: new Map(), series: new Map(), alerts: undefined, ended: {}, events: 0, unshown: 0, hasMetrics: false };
/** How far the server's clock is ahead of this one, in milliseconds. */
let aheadMs = 0;
const nowMs = () => Date.now() + aheadMs;
/** Events a second, over the last seconds. */
const pace = { atMs: 0, events: 0, rate: 0 };
const stale = new Set();

function apply(update) {
  aheadMs = update.nowMs - Date.now();
  if (update.isAll) forget();
  if (update.runs !== undefined) applyRuns(update.runs);
  if (update.metrics !== undefined) applyMetrics(update.metrics);
  if (update.alerts !== undefined) model.alerts = update.alerts, stale.add("alerts");
}

function forget() {
  model.runs.clear();
  model.agents.clear();
  model.series.clear();
  model.alerts = undefined;
  pace.atMs = 0;
  for (const part of ["runs", "metrics", "alerts"]) stale.add(part);
}

function applyRuns({ kept, agents, runs, events, ended }) {
  for (const agent of agents) model.agents.set(agent.id, agent);
  for (const { states, ...about } of runs) {
    const run = model.runs.get(about.id) ?? { states: new Map() };
    Object.assign(run, about);
    for (const state of states) run.states.set(state.state, state);
    model.runs.set(run.id, run);
  }
  if (kept !== undefined) keepOnly(model.runs, kept);
  model.ended = ended;
  model.events = events;
  stale.add("runs");
}

function keepOnly(known, kept) {
  const ids = new Set(kept);
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
}

const MOST_VALUES = 180;

function applyMetrics({ isAll, kept, samples, series, unshown }) {
  if (isAll) model.series.clear();
  if (kept !== undefined) keepOnly(model.series, kept);
  const told = new Set();
  for (const { id, about, values, quantiles } of series) {
    const known = model.series.get(id) ?? { id, about, values: [] };
    known.values = [...known.values, ...values].slice(-MOST_VALUES);
    known.quantiles = quantiles ?? known.quantiles;
    model.series.set(id, known);
    told.add(id);
  }
  for (const [id, known] of model.series) {
    if (told.has(id)) continue;
    const last = known.values.at(-1) ?? null;
    known.values = [...known.values, ...Array.from({ length: samples }, () => last)].slice(-MOST_VALUES);
  }
  model.unshown = unshown;
  model.hasMetrics = true;
  stale.add("metrics");
}
`;
