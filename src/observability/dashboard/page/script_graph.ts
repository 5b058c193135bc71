/**
 * Of the page's script: the graph of the chosen run's agent.
 *
 * @module
 */

/** The source. */
export const SCRIPT_GRAPH: string = String.raw`
const drawing = byId("drawing");
let drawnAgent, boxes = [], arrows = [];

function showGraph(run, agent) {
  byId("graph").hidden = agent === undefined || agent.states.length === 0;
  if (byId("graph").hidden) return;
  if (drawnAgent !== agent) drawGraph(agent);
  const counts = { running: 0, completed: 0, failed: 0 };
  agent.states.forEach((_, at) => {
    const state = run.states.get(at), status = state?.status ?? "waiting";
    set(boxes[at].box, "class", "box " + status);
    say(boxes[at].sign, MARKS[status] ?? "?");
    say(boxes[at].title, agent.states[at] + ": " + wordsOf(status) + (state?.error ? ", " + state.error : ""));
    if (status in counts) counts[status]++;
  });
  agent.arrows.forEach(({ from, to, kind }, at) => {
    const start = run.states.get(from), end = run.states.get(to);
    const isTaken = kind !== "route" && start !== undefined && end !== undefined;
    set(arrows[at], "class", "arrow " + kind + (isTaken ? " taken" : ""));
    set(arrows[at], "marker-end", isTaken ? "url(#tip-taken)" : "url(#tip)");
  });
  const summary = many(agent.states.length, "state") + ": " + counts.completed + " completed, " + counts.running + " running, " + counts.failed + " failed";
  set(drawing, "aria-label", "Graph of agent " + agent.name + " with " + summary + ". The table below has the same in words.");
  const origin = agent.isLearnt ? " Arrows are what was seen to follow what, as there is no plan." : "";
  const unshown = agent.unshown > 0 ? " " + many(agent.unshown, "further state") + " not shown." : "";
  const routes = agent.arrows.some(({ kind }) => kind === "route") ? " Dashed arrows are routes that a state may take." : "";
  say(byId("graph-caption"), summary + "." + origin + routes + unshown);
}

function drawGraph(agent) {
  drawnAgent = agent;
  const { width, height, nodeWidth, nodeHeight, nodes, paths } = agent.drawing;
  for (const [attribute, value] of Object.entries({ width, height, viewBox: "0 0 " + width + " " + height })) {
    drawing.setAttribute(attribute, String(value));
  }
  arrows = paths.map((d) => drawn("path", { d, class: "arrow" }));
  const room = Math.floor((nodeWidth - 34) / 6.6);
  boxes = nodes.map(({ x, y }, at) => {
    const title = drawn("title"), sign = drawn("text", { class: "sign", x: 15, y: nodeHeight / 2 + 4 });
    const name = drawn("text", { class: "name", x: 27, y: nodeHeight / 2 + 4 });
    name.textContent = shortened(agent.states[at], room);
    const frame = drawn("rect", { x: 1, y: 1, width: nodeWidth - 2, height: nodeHeight - 2, rx: 7 });
    return { box: drawn("svg", { class: "box", x, y, width: nodeWidth, height: nodeHeight }, title, frame, sign, name), title, sign };
  });
  drawing.replaceChildren(drawn("defs", {}, tip("tip"), tip("tip-taken")), ...arrows, ...boxes.map(({ box }) => box));
}

function tip(id) {
  const shape = drawn("path", { d: "M0 0 7 3.5 0 7z" });
  return drawn("marker", { id, viewBox: "0 0 7 7", refX: 6, refY: 3.5, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto" }, shape);
}

/** Wide characters count as two, so that they stay inside their box. */
function shortened(text, room) {
  let shown = "", used = 0;
  for (const character of text) {
    used += character.codePointAt(0) > 0x2e7f ? 2 : 1;
    if (used > room) return shown + "…";
    shown += character;
  }
  return shown;
}
`;
