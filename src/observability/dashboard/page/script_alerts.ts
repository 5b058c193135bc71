/**
 * Of the page's script: alerts and silences.
 *
 * @module
 */

/** The source. */
export const SCRIPT_ALERTS: string = String.raw`
const alertParts = new WeakMap();
let firingBefore = 0;

function showAlerts() {
  const { alerts: view } = model;
  byId("tile-alerts").hidden = view === undefined;
  byId("alerts").hidden = view === undefined || view.alerts.length + view.silences.length === 0;
  if (view === undefined) return;
  say(byId("tile-firing"), number(view.firing));
  byId("tile-firing").className = view.firing > 0 ? "some" : "";
  list(byId("alert-list"), view.alerts, {
    key: ({ name, labels }) => JSON.stringify([name, labels]),
    make: newAlert,
    update: updateAlert,
  });
  byId("alerts-more").hidden = view.unshown === 0;
  say(byId("alerts-more"), "And " + many(view.unshown, "further alert") + ".");
  byId("silences").hidden = view.silences.length === 0;
  list(byId("silence-list"), view.silences, {
    key: ({ id }) => id,
    make: () => element("li"),
    update: (item, { id, isActive, match, durationMs, createdBy, comment }) =>
      say(item, id + (isActive ? ", active: " : ", waiting: ") + match + ", for " + duration(durationMs) + " in all, by " + createdBy + ": " + comment),
  });
  if (view.firing !== firingBefore) say(byId("alert-news"), many(view.firing, "alert fires", "alerts fire"));
  firingBefore = view.firing;
  document.title = (view.firing > 0 ? "(" + view.firing + " firing) " : "") + "PuffinFlow";
}

function newAlert() {
  const severity = element("span", { class: "severity" }), name = element("h3"), since = element("p", { class: "quiet" });
  const texts = element("div"), labels = element("p", { class: "labels" });
  const card = element("li", { class: "card" }, severity, name, texts, labels, since);
  alertParts.set(card, { severity, name, texts, labels, since });
  return card;
}

function updateAlert(card, alert) {
  const parts = alertParts.get(card);
  set(card, "class", "card " + alert.state + (alert.silence === null ? "" : " muted"));
  say(parts.severity, alert.severity + " · " + alert.state + (alert.silence === null ? "" : " · silenced by " + alert.silence));
  say(parts.name, alert.name);
  list(parts.texts, alert.annotations, {
    key: ([name]) => name,
    make: () => element("p"),
    update: (line, [, text]) => say(line, text),
  });
  say(parts.labels, alert.labels.map(([label, text]) => label + " = " + text).join(", "));
  parts.labels.hidden = alert.labels.length === 0;
  say(parts.since, (alert.value === null ? "" : "value " + number(alert.value) + ", ") + "since " + clock.format(alert.sinceMs));
}
`;
