/**
 * Charts, rendered in advance to SVG.
 *
 * By Observable Plot: it draws statistics in layers (strips, densities, intervals, log scales), needs no browser (linkedom is
 * its document), runs in the executable, takes about 3 ms and 2 kB a chart, and takes its colours from the page's style sheet;
 * ECharts and Vega are three to ten times larger and write colours and sizes into every element.
 *
 * @module
 */

import * as Plot from "@observablehq/plot";
// @ts-types="./linkedom.d.ts"
import { type DrawnElement, parseHTML } from "linkedom";
import { visibleText } from "../../../visible_text.ts";
import { compactPath } from "./compact_path.ts";

export { Plot };

/** What a drawing is, besides its marks. */
export interface Drawing {
  /** What a screen reader says; null for a drawing that repeats what the text beside it says. */
  readonly label: string | null;
  /** Its class in the style sheet. */
  readonly className: string;
  /** Whether it is stretched to its place: only for drawings without text. */
  readonly stretched?: boolean;
  /** What the page's script needs to know, as `data-…` attributes. */
  readonly data?: Readonly<Record<string, string | number>>;
  /** What another drawing shows too, by {@linkcode copyOf}: the parts of these classes. */
  readonly shared?: { readonly id: string; readonly classes: readonly string[] };
}

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/**
 * Draws marks as an `<svg>` element that holds no style of its own: the page's content security policy allows none, and colours
 * follow the reader's theme. Marks that bear a class are coloured by it alone.
 */
export function draw(
  { label, className, stretched = false, data = {}, shared }: Drawing,
  options: Plot.PlotOptions,
): string {
  const svg: DrawnElement = Plot.plot({ ...options, document });
  for (const style of [...svg.querySelectorAll("style")]) style.remove();
  for (const element of [svg, ...svg.querySelectorAll("*")]) clean(element);
  for (const group of [...svg.querySelectorAll("g")]) {
    mergeLines(group);
    mergePaths(group);
    placeTexts(group);
    unwrap(group);
  }
  if (shared !== undefined) share(svg, shared);
  for (const name of ["width", "height", "font-family", "font-size", "text-anchor", "fill"]) svg.removeAttribute(name);
  svg.setAttribute("class", className);
  if (stretched) svg.setAttribute("preserveAspectRatio", "none");
  for (const [name, value] of Object.entries(data)) svg.setAttribute(`data-${name}`, marked(String(value)));
  if (label === null) {
    svg.setAttribute("aria-hidden", "true");
  } else {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", marked(visibleText(label)));
  }
  return svg.outerHTML.replaceAll(" />", "/>").replace(/[\ufdd0-\ufdd2]/g, (mark) => ENTITIES[mark] ?? "");
}

/** A mark that shows what another drawing of the page shares; its class moves it to its place. */
export function copyOf(id: string, className: string): Plot.Markish {
  return () => {
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#${id}`);
    use.setAttribute("class", className);
    return use;
  };
}

function share(svg: DrawnElement, { id, classes }: { readonly id: string; readonly classes: readonly string[] }): void {
  const parts = classes.flatMap((name) => [...svg.querySelectorAll(`.${name}`)]);
  const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
  group.setAttribute("id", id);
  svg.append(group);
  parts[0]?.replaceWith(group);
  group.append(...parts);
}

/** linkedom escapes quotes in attributes, but leaves entities and angle brackets as they are: they pass it in disguise. */
const ENTITIES: Readonly<Record<string, string>> = { "\ufdd0": "&amp;", "\ufdd1": "&lt;", "\ufdd2": "&gt;" };

function marked(text: string): string {
  return text.replaceAll("&", "\ufdd0").replaceAll("<", "\ufdd1").replaceAll(">", "\ufdd2");
}

const NUMERIC = new Set(["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height", "transform"]);

/** What the class of a group decides, or what nobody needs. */
const PRESENTATION = [
  "stroke",
  "fill",
  "stroke-width",
  "stroke-opacity",
  "fill-opacity",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-miterlimit",
  "stroke-dasharray",
  "font-variant",
];

function clean(element: DrawnElement): void {
  for (const name of ["style", "aria-label", "aria-hidden", "aria-description"]) element.removeAttribute(name);
  if (element.getAttribute("class") !== null) { for (const name of PRESENTATION) element.removeAttribute(name); }
  for (const name of element.getAttributeNames()) {
    const value = element.getAttribute(name) ?? "";
    if (name === "d") element.setAttribute(name, compactPath(value));
    if (NUMERIC.has(name)) element.setAttribute(name, value.replace(/-?\d+\.\d+/g, (number) => `${round(number)}`));
  }
}

/** One decimal is a quarter of a pixel of the finest screen. */
function round(number: string): number {
  return Math.round(Number(number) * 10) / 10;
}

/** The lines of a group, such as a grid, as one path. */
function mergeLines(group: DrawnElement): void {
  const lines = [...group.children];
  const bare = lines.length > 0 &&
    lines.every((line) => line.tagName.toLowerCase() === "line" && [...line.children].length === 0);
  if (!bare) return;
  const at = (line: DrawnElement, name: string) => line.getAttribute(name) ?? "0";
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute(
    "d",
    compactPath(
      lines.map((line) => `M${at(line, "x1")},${at(line, "y1")}L${at(line, "x2")},${at(line, "y2")}`).join(""),
    ),
  );
  group.replaceChildren(path);
}

/** The paths of a group, such as a line for each fork, as one: markers stand at every corner all the same. */
function mergePaths(group: DrawnElement): void {
  const [first, ...others] = [...group.children];
  if (first === undefined || others.length === 0) return;
  for (const path of [first, ...others]) {
    if (path.tagName.toLowerCase() !== "path" || path.getAttributeNames().join() !== "d") return;
  }
  first.setAttribute("d", [first, ...others].map((path) => path.getAttribute("d") ?? "").join(""));
  group.replaceChildren(first);
}

/** A group of a single path is that path: what its class says would be inherited anyway. */
function unwrap(group: DrawnElement): void {
  const [path, ...others] = [...group.children];
  const [only, ...more] = group.getAttributeNames();
  if (path?.tagName.toLowerCase() !== "path" || others.length > 0 || only !== "class" || more.length > 0) return;
  path.setAttribute("class", group.getAttribute("class") ?? "");
  group.replaceWith(path);
}

/** Size of all text in the style sheet, in the drawing's units. */
const FONT_SIZE = 11;

/** The texts of a group, such as an axis, by plain coordinates in the place of shifts of shifts. */
function placeTexts(group: DrawnElement): void {
  const texts = [...group.children];
  if (texts.length === 0 || texts.some((text) => text.tagName.toLowerCase() !== "text")) return;
  const [groupX, groupY] = shiftOf(group);
  for (const text of texts) {
    const [x, y] = shiftOf(text);
    const [dx, dy] = ["x", "y"].map((name) => FONT_SIZE * Number((text.getAttribute(name) ?? "0").replace("em", "")));
    text.removeAttribute("transform");
    text.setAttribute("x", String(Math.round(groupX + x + (dx ?? 0))));
    text.setAttribute("y", String(Math.round(groupY + y + (dy ?? 0))));
  }
  group.removeAttribute("transform");
  group.removeAttribute("text-anchor"); // the class says it
}

function shiftOf(element: DrawnElement): [number, number] {
  const [x = 0, y = 0] = (element.getAttribute("transform")?.match(/-?[\d.]+/g) ?? []).map(Number);
  return [x, y];
}
