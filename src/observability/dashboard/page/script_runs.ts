/**
 * Of the page's script: the list of runs, and the chosen one.
 *
 * @module
 */

/** The source. */
export const SCRIPT_RUNS: string = String.raw`
const runList = byId("run-list"), runSearch = byId("run-search"), follow = byId("follow");
let chosen, chosenAtMs = 0, shownRuns = [];
/** While it follows, another run is chosen no sooner: time for a look. */
const LEAST_LOOK_MS = 2_000;
const MOST_ENTRIES = 200;
/** Where more runs and states are under way, none of them breathes: hundreds that do take a whole processor. */
const MOST_MOVING = 30;

function showRuns() {
  const runs = [...model.runs.values()].sort((one, other) => other.id - one.id);
  const words = runSearch.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? runs : runs.filter((run) => {
    const text = [model.agents.get(run.agent)?.name, run.name, wordsOf(run.status), run.error].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
  shownRuns = found.slice(0, MOST_ENTRIES);
  byId("runs-more").hidden = shownRuns.length === found.length;
  say(byId("runs-more"), "And " + many(found.length - shownRuns.length, "older run") + ": search for them.");
  const { completed = 0, failed = 0, cancelled = 0, timed_out: late = 0 } = model.ended;
  const running = runs.filter(({ durationMs }) => durationMs === null).length;
  say(byId("tile-running"), number(running));
  say(byId("tile-completed"), number(completed));
  say(byId("tile-failed"), number(failed));
  byId("tile-failed").className = failed > 0 ? "some" : "";
  say(byId("tile-stopped"), number(cancelled + late));
  if (chosen !== undefined && model.runs.has(chosen.id)) chosen = model.runs.get(chosen.id);
  followNewest();
  byId("runs-none").hidden = shownRuns.length > 0;
  say(byId("runs-none"), runs.length > 0 ? "No run has this." : "No run yet. Runs show up here as they begin.");
  runList.hidden = shownRuns.length === 0;
  list(runList, shownRuns, { key: ({ id }) => id, make: newRunEntry, update: updateRunEntry });
  const isListed = chosen !== undefined && shownRuns.includes(chosen);
  if (isListed) set(runList, "aria-activedescendant", "run-" + chosen.id);
  else runList.removeAttribute("aria-activedescendant");
  showRun();
  const states = chosen === undefined ? [] : [...chosen.states.values()];
  const moving = running + states.filter(({ status }) => status === "running").length;
  document.body.classList.toggle("calm", moving > MOST_MOVING);
}

function followNewest() {
  const newest = shownRuns[0];
  if (newest === undefined || newest === chosen) return;
  const mayChange = chosen === undefined || follow.checked && performance.now() - chosenAtMs >= LEAST_LOOK_MS &&
    (chosen.durationMs !== null || !model.runs.has(chosen.id));
  if (mayChange) choose(newest);
}

function choose(run) {
  chosen = run;
  chosenAtMs = performance.now();
  stale.add("runs");
}

function chooseByHand(run) {
  if (run === undefined) return;
  follow.checked = false;
  choose(run);
  document.getElementById("run-" + run.id)?.scrollIntoView({ block: "nearest" });
  wake();
}

const runParts = new WeakMap();

function newRunEntry({ id }) {
  const mark = newMark(), agent = element("span", { class: "agent" }), time = element("span");
  const about = element("span", { class: "about" }), wrong = element("span", { class: "wrong" });
  const entry = element("div", { class: "entry", role: "option", id: "run-" + id }, mark, agent, time, about, wrong);
  runParts.set(entry, { mark, agent, time, about, wrong });
  entry.addEventListener("click", () => chooseByHand(model.runs.get(id)));
  return entry;
}

function updateRunEntry(entry, run) {
  const { mark, agent, time, about, wrong } = runParts.get(entry);
  showMark(mark, run.status);
  say(agent, model.agents.get(run.agent)?.name ?? "?");
  say(time, duration(run.durationMs ?? Math.max(0, nowMs() - run.startMs)));
  say(about, clock.format(run.startMs) + " · " + run.name);
  say(wrong, run.error ?? "");
  set(entry, "aria-selected", String(run === chosen));
}

function showRun() {
  byId("run").hidden = chosen === undefined;
  if (chosen === undefined) return;
  const agent = model.agents.get(chosen.agent), title = byId("run-title");
  if (title.childElementCount === 0) title.append(newMark(), element("span"));
  showMark(title.firstChild, chosen.status);
  say(title.lastChild, agent?.name ?? "?");
  const states = [...chosen.states.values()], retried = states.filter(({ attempts }) => attempts > 1).length;
  const facts = [
    wordsOf(chosen.status) + (chosen.durationMs === null ? " for " : " after ") + duration(chosen.durationMs ?? Math.max(0, nowMs() - chosen.startMs)),
    "began " + clock.format(chosen.startMs),
    chosen.name,
    many(states.length, "state") + (retried > 0 ? ", " + retried + " retried" : ""),
  ];
  if (!model.runs.has(chosen.id)) facts.push("no longer kept by the program");
  say(byId("run-facts"), facts.join(" · "));
  byId("run-error").hidden = chosen.error === null;
  say(byId("run-error"), chosen.error ?? "");
  showGraph(chosen, agent);
  showStates(chosen, agent);
}

runSearch.addEventListener("input", () => (stale.add("runs"), wake()));
follow.addEventListener("change", () => (chosenAtMs = 0, follow.checked && shownRuns[0] && choose(shownRuns[0]), wake()));
runList.addEventListener("keydown", (event) => {
  const at = shownRuns.indexOf(chosen), last = shownRuns.length - 1;
  const next = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  chooseByHand(shownRuns[next]);
});
`;
