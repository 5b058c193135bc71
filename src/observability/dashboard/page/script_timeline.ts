/**
 * Of the page's script: the states of the chosen run, with their attempts on a timeline.
 *
 * @module
 */

/** The source. */
export const SCRIPT_TIMELINE: string = String.raw`
const LEAST_BAR = 5; // of 1,000: what is shorter is seen all the same

function showStates(run, agent) {
  const states = [...run.states.values()].sort((one, other) => one.startMs - other.startMs || one.state - other.state);
  const wholeMs = Math.max(run.durationMs ?? nowMs() - run.startMs, ...states.map(lastEnd).map((endMs) => endMs - run.startMs), 0.001);
  say(byId("timeline-scale"), "0 to " + duration(wholeMs));
  list(byId("states"), states, {
    key: ({ state }) => run.id + "." + state,
    make: newStateRow,
    update: (row, state) => updateStateRow(row, state, { name: agent?.states[state.state] ?? "?", run, wholeMs }),
  });
}

const lastEnd = ({ spans }) => Math.max(...spans.map(({ endMs }) => endMs ?? -Infinity));
const stateParts = new WeakMap();

function newStateRow() {
  const mark = newMark(), name = element("span"), wrong = element("small", { class: "wrong" });
  const attempts = element("td"), time = element("span"), waited = element("small");
  const bars = drawn("svg", { class: "bars", viewBox: "0 0 1000 20", preserveAspectRatio: "none", role: "img" });
  const row = element(
    "tr", {},
    element("th", { scope: "row" }, element("div", {}, mark, element("span", {}, name, wrong))),
    attempts,
    element("td", {}, time, waited),
    element("td", { class: "drawn" }, bars),
  );
  waited.style.display = "block";
  stateParts.set(row, { mark, name, wrong, attempts, time, waited, bars });
  return row;
}

function updateStateRow(row, state, { name, run, wholeMs }) {
  const parts = stateParts.get(row), { status, steps, attempts, spans } = state;
  showMark(parts.mark, status);
  say(parts.name, name);
  say(parts.wrong, state.error === null ? "" : state.error + (state.isDead ? " (dead letter)" : ""));
  set(parts.wrong, "class", status === "failed" || status === "timed_out" ? "wrong" : "wrong over");
  say(parts.attempts, attempts + (steps > 1 ? " (step " + steps + ")" : ""));
  const open = spans.find(({ endMs }) => endMs === null);
  const isOpen = run.durationMs === null && open !== undefined;
  say(parts.time, isOpen ? duration(Math.max(0, nowMs() - open.startMs)) : duration(state.durationMs));
  say(parts.waited, state.waitedMs === null || state.waitedMs < 0.05 ? "" : "waited " + duration(state.waitedMs));
  const told = spans.map((span) => "attempt " + span.attempt + " " + wordsOf(span.status) +
    (span.endMs === null ? "" : " after " + duration(span.endMs - span.startMs)));
  set(parts.bars, "aria-label", told.join(", ") || "no attempt");
  const endMs = run.durationMs === null ? nowMs() : run.startMs + wholeMs;
  list(parts.bars, spans.map((span, at) => ({ ...span, at })), {
    key: ({ at }) => at,
    make: () => drawn("rect", { y: 4, height: 12, rx: 2 }),
    update: (bar, span) => {
      const x = 1000 * (span.startMs - run.startMs) / wholeMs, end = 1000 * ((span.endMs ?? endMs) - run.startMs) / wholeMs;
      const left = Math.min(Math.max(x, 0), 1000 - LEAST_BAR);
      set(bar, "x", left.toFixed(1));
      set(bar, "width", Math.max(LEAST_BAR, Math.min(end, 1000) - left).toFixed(1));
      set(bar, "class", span.status);
    },
  });
}
`;
