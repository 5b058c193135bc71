/**
 * Of the page's script: the stream of updates, and when to show what has changed.
 *
 * @module
 */

/** The source. */
export const SCRIPT_LIVE: string = String.raw`
const connection = byId("connection");
const SHOW = { runs: showRuns, metrics: showMetrics, alerts: showAlerts };
/** The server says something every 10 seconds at least; after this silence the connection is dead, whatever the browser thinks. */
const SILENCE_MS = 25_000;
const AGAIN_MS = 2_000;
let source, lastId = "", heardAtMs = 0, frame, again, calmAtMs = 0;

/** Shows what has changed once in the next frame, however many updates come before it; a hidden page shows nothing. */
function wake() {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    const parts = [...stale];
    stale.clear();
    for (const part of parts) SHOW[part]();
    if (stale.size > 0) wake();
  });
}

function tell(status, text) {
  set(connection, "class", status);
  say(connection, text);
}

function connect() {
  source?.close();
  heardAtMs = performance.now();
  source = new EventSource("events" + (lastId === "" ? "" : "?since=" + encodeURIComponent(lastId)));
  source.onmessage = ({ data, lastEventId }) => {
    heard();
    lastId = lastEventId;
    const update = JSON.parse(data);
    apply(update);
    if (update.merged > 0) calmAtMs = performance.now() + 3_000, tell("slow", "Live, but behind: " + many(update.merged, "update") + " came as one");
    wake();
  };
  source.addEventListener("beat", heard);
  source.onerror = () => {
    tell("lost", "Connection lost, trying again");
    if (source.readyState === EventSource.CLOSED) later();
  };
}

function heard() {
  heardAtMs = performance.now();
  if (heardAtMs >= calmAtMs) tell("live", "Live");
}

function later() {
  again ??= setTimeout(async () => {
    again = undefined;
    const { status } = await fetch("/", { method: "HEAD" }).catch(() => ({ status: 0 }));
    if (status === 401) tell("lost", "Signed out: the program was started anew; open its address with the token again");
    connect();
  }, AGAIN_MS);
}

setInterval(() => {
  if (performance.now() - heardAtMs > SILENCE_MS) {
    tell("lost", "Connection lost, trying again");
    connect();
  }
  const { atMs, events } = pace, now = performance.now();
  if (atMs > 0) pace.rate = Math.max(0, model.events - events) / (now - atMs) * 1000;
  Object.assign(pace, { atMs: now, events: model.events });
  say(byId("tile-rate"), number(Math.round(pace.rate)));
  if ([...model.runs.values()].some(({ durationMs }) => durationMs === null) || follow.checked) stale.add("runs"), wake();
}, 1_000);

connect();
`;
