/**
 * A page: one file that needs no network and no other file. Its content security policy allows one style sheet and one script,
 * both by their hashes, so that nothing a document says can become either.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Eta } from "eta";

/** What fills a page. */
export interface Page {
  /** Its title. */
  readonly title: string;
  /** Which template makes its body: `templates/<body>.eta`. */
  readonly body: "result" | "comparison";
  /** What the template shows: text, which is escaped, and drawings, which are markup. */
  readonly model: Readonly<Record<string, unknown>>;
}

/** Renders a page from the templates, with every value escaped. */
export function renderPage({ title, body, model }: Page): string {
  const eta = templates();
  const style = stripped(STYLES.map((name) => readTemplate(`style/${name}.css`)).join(""));
  const script = stripped(SCRIPTS.map((name) => readTemplate(`script/${name}.js`)).join(""));
  return eta.render("@page", {
    title,
    style,
    script,
    styleHash: sha256(style),
    scriptHash: sha256(script),
    content: eta.render(`@${body}`, model).replace(/\n(?:\s*\n)+/g, "\n"),
  });
}

const STYLES = ["base", "table", "chart", "print"];
const SCRIPTS = ["unpack", "document", "rows", "samples", "main"];

const PARTIALS: readonly string[] = [
  "page",
  "result",
  "result/overview",
  "result/insights",
  "result/suite",
  "result/benchmark",
  "result/detail",
  "result/scaling",
  "result/groups",
  "comparison",
  "comparison/overview",
  "comparison/forest",
  "comparison/sides",
  "parts/tools",
  "parts/markers",
  "parts/facts",
  "parts/reproduce",
];

function templates(): Eta {
  const eta = new Eta({ autoEscape: true, cache: true });
  for (const name of PARTIALS) eta.loadTemplate(`@${name}`, readTemplate(`${name}.eta`));
  return eta;
}

/** Without indentation, and without the comments that have lines of their own. */
function stripped(text: string): string {
  return text.replace(/^\s*(?:\/\/.*|\/\*.*\*\/)$/gm, "").replace(/\n\s*/g, "\n");
}

/** Works from source and in the executable, which has the templates embedded at the same place. */
function readTemplate(name: string): string {
  return Deno.readTextFileSync(new URL(`../../../templates/${name}`, import.meta.url));
}

/** What the content security policy allows. */
function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
