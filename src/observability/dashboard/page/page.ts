/**
 * The dashboard's page: one document that asks for nothing but its stream of events. Its parts are texts in modules, so that it is there
 * wherever the library is: published, compiled into an executable, without permission to read files.
 *
 * @module
 */

import { MARKUP } from "./markup.ts";
import { SCRIPT_ALERTS } from "./script_alerts.ts";
import { SCRIPT_ELEMENTS } from "./script_elements.ts";
import { SCRIPT_GRAPH } from "./script_graph.ts";
import { SCRIPT_LIVE } from "./script_live.ts";
import { SCRIPT_METRICS } from "./script_metrics.ts";
import { SCRIPT_MODEL } from "./script_model.ts";
import { SCRIPT_RUNS } from "./script_runs.ts";
import { SCRIPT_TIMELINE } from "./script_timeline.ts";
import { STYLE } from "./style.ts";

/** The tab's picture. */
const ICON =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='4' fill='#0b5fb0'/>" +
  "<path d='M4 8.5 7 11.5 12.5 5' fill='none' stroke='#fff' stroke-width='2' stroke-linecap='round'/></svg>";

const SCRIPT = [
  SCRIPT_ELEMENTS,
  SCRIPT_MODEL,
  SCRIPT_GRAPH,
  SCRIPT_TIMELINE,
  SCRIPT_RUNS,
  SCRIPT_METRICS,
  SCRIPT_ALERTS,
  SCRIPT_LIVE,
].join("\n");

/** The page; `nonce` is what the content security policy of this answer lets run. Nothing of the program is in it. */
export function dashboardPage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>PuffinFlow</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<style nonce="${nonce}">${STYLE}</style>
</head>
${MARKUP}
<script type="module" nonce="${nonce}">${SCRIPT}</script>
</html>
`;
}
