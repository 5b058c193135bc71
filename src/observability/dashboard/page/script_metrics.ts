/**
 * Of the page's script: metrics, with what they read in the last minutes.
 *
 * @module
 */

/** The source. */
export const SCRIPT_METRICS: string = String.raw`
const metricSearch = byId("metric-search"), hideZeros = byId("hide-zeros");
const MOST_ROWS = 200;

function showMetrics() {
  byId("metrics").hidden = !model.hasMetrics;
  if (!model.hasMetrics) return;
  const words = metricSearch.value.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [...model.series.values()], found = all.filter(({ about, values }) => {
    const text = (about.name + " " + about.help + " " + about.labels.map((label) => label.join("=")).join(" ")).toLowerCase();
    return words.every((word) => text.includes(word)) && !(hideZeros.checked && values.at(-1) === 0);
  });
  // The series of a metric stay together, whenever they have come.
  found.sort((one, other) => one.about.name.localeCompare(other.about.name) || one.id - other.id);
  const rows = found.slice(0, MOST_ROWS);
  const unshown = model.unshown > 0 ? ", and " + many(model.unshown, "series", "series") + " beyond what is kept" : "";
  say(byId("metric-count"), (rows.length < all.length ? number(rows.length) + " of " : "") + many(all.length, "series", "series") + unshown);
  list(byId("series"), rows, { key: ({ id }) => id, make: newSeriesRow, update: updateSeriesRow });
}

const seriesParts = new WeakMap();

function newSeriesRow({ about }) {
  const name = element("b", { title: about.help }), labels = element("span", { class: "labels" });
  const value = element("span"), note = element("small"), spread = element("td", { class: "spread" });
  const area = drawn("path", { class: "area" }), line = drawn("path", { class: "line" });
  const spark = drawn("svg", { class: "spark", viewBox: "0 0 180 30", preserveAspectRatio: "none", "aria-hidden": "true" }, area, line);
  name.textContent = about.name;
  labels.textContent = about.labels.map(([label, text]) => label + " = " + text).join(", ");
  const row = element(
    "tr", {}, element("th", { scope: "row" }, name, labels), element("td", {}, value, note), spread, element("td", { class: "drawn" }, spark),
  );
  seriesParts.set(row, { value, note, spread, area, line });
  return row;
}

const isCount = ({ type }) => type === "counter" || type === "histogram" || type === "summary";

function updateSeriesRow(row, { about, values, quantiles }) {
  const parts = seriesParts.get(row), last = values.at(-1) ?? null;
  const points = isCount(about) ? growth(values) : values;
  say(parts.value, about.type === "counter" || !isCount(about) ? measured(last, about.unit) : many(last ?? 0, "value"));
  say(parts.note, isCount(about) ? rateText(points, about) : "");
  say(parts.spread, quantiles === undefined || quantiles[0] === null ? "" : quantiles.map((value) => measured(value, about.unit)).join(" · "));
  const path = sparkline(points, isCount(about) ? 0 : Infinity);
  set(parts.line, "d", path.line);
  set(parts.area, "d", path.area);
}

/** What a counter has grown by in each second; what was reset begins at 0. */
function growth(values) {
  return values.map((value, at) => {
    const before = values[at - 1];
    if (at === 0 || value === null || before === null || before === undefined) return null;
    return value >= before ? value - before : value;
  });
}

function rateText(points, { unit, type }) {
  const recent = points.slice(-10).filter((value) => value !== null);
  if (recent.length === 0) return "";
  const rate = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  const shown = Number(rate.toPrecision(3));
  return (type === "counter" ? measured(shown, unit) : number(shown)) + " a second";
}

/** A minute at least is as wide as the picture. Of a gauge it shows how it varies, not how far that is from 0. */
const LEAST_WINDOW = 60;

function sparkline(points, floor) {
  const known = points.filter((value) => value !== null);
  if (known.length < 2) return { line: "", area: "" };
  const most = Math.max(...known), least = Math.min(floor, ...known), range = most - least;
  const isFlat = range <= Math.abs(most) * 1e-3;
  const place = (value) => isFlat ? (most === 0 ? "28.0" : "15.0") : (28 - 26 * (value - least) / range).toFixed(1);
  const span = Math.max(points.length, LEAST_WINDOW) - 1;
  const across = (at) => (180 * (1 - (points.length - 1 - at) / span)).toFixed(1);
  let line = "", area = "", start;
  const close = (end) => {
    if (start !== undefined) area += "L" + across(end) + " 30L" + across(start) + " 30Z";
    start = undefined;
  };
  points.forEach((value, at) => {
    if (value === null) return close(at - 1);
    const step = (start === undefined ? "M" : "L") + across(at) + " " + place(value);
    start ??= at;
    line += step;
    area += step;
  });
  close(points.length - 1);
  return { line, area };
}

for (const control of [metricSearch, hideZeros]) control.addEventListener("input", () => (stale.add("metrics"), wake()));
`;
