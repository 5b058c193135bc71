/**
 * Of the page's script: elements, texts and numbers. Whatever comes from the program becomes a text node, never markup.
 *
 * @module
 */

/** The source. */
export const SCRIPT_ELEMENTS: string = String.raw`
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function drawn(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(made, attributes, children) {
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** Sets a text only if it is another: what has not changed is not laid out again. */
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function set(node, attribute, value) {
  if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
}

const rowsOf = new WeakMap();

/** Makes the children of a parent those of the items, in their order; what was there before is kept, and only moved and updated. */
function list(parent, items, { key, make, update }) {
  const before = rowsOf.get(parent) ?? new Map(), rows = new Map();
  for (const item of items) {
    const id = key(item);
    rows.set(id, before.get(id) ?? make(item));
    before.delete(id);
  }
  for (const row of before.values()) row.remove();
  let next = parent.firstChild;
  for (const item of items) {
    const row = rows.get(key(item));
    if (row === next) next = next.nextSibling;
    else parent.insertBefore(row, next);
    update(row, item);
  }
  rowsOf.set(parent, rows);
}

const MARKS = { running: "●", completed: "✓", failed: "✕", cancelled: "–", timed_out: "!", retrying: "↻", preempted: "‖", waiting: "○" };
const wordsOf = (status) => status === "timed_out" ? "timed out" : status;

/** A sign for who sees it, and a word for who does not. */
function newMark() {
  const sign = element("span", { "aria-hidden": "true" }), word = element("span", { class: "hidden" });
  return element("span", { class: "mark" }, sign, word);
}

function showMark(mark, status) {
  set(mark, "class", "mark " + status);
  say(mark.firstChild, MARKS[status] ?? "?");
  say(mark.lastChild, wordsOf(status));
}

function duration(ms) {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return "–";
  if (ms < 0.001 && ms > 0) return (ms * 1e6).toFixed(0) + " ns";
  if (ms < 1) return ms === 0 ? "0 ms" : (ms * 1000).toPrecision(3).replace(/\.?0+$/, "") + " µs";
  if (ms < 1000) return (ms < 100 ? ms.toFixed(1).replace(/\.0$/, "") : ms.toFixed(0)) + " ms";
  if (ms < 60_000) return (ms / 1000).toFixed(2) + " s";
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return minutes + " min " + Math.floor(ms / 1000) % 60 + " s";
  if (minutes < 48 * 60) return Math.floor(minutes / 60) + " h " + minutes % 60 + " min";
  return Math.floor(minutes / 1440) + " days";
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });

function number(value) {
  if (value === null || value === undefined) return "–";
  return Math.abs(value) >= 1e6 ? short.format(value) : plain.format(value);
}

function measured(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "seconds") return duration(value * 1000);
  if (unit === "ratio") return plain.format(value * 100) + " %";
  if (unit !== "bytes") return number(value);
  let left = value, at = 0;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  while (Math.abs(left) >= 1024 && at < units.length - 1) left /= 1024, at++;
  return plain.format(left) + " " + units[at];
}

const many = (count, one, others = one + "s") => number(count) + " " + (count === 1 ? one : others);
`;
