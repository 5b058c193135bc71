/**
 * Draws the README's picture of a report, in both themes, from a result: `./denow task picture results/benchmark_results_….json`. Needs
 * Chromium.
 *
 * @module
 */

import { readDocument } from "../src/measure/mod.ts";
import { loadReport } from "../src/report/mod.ts";
import { Chromium } from "../src/report/html/testdata/chromium.ts";

const SIZE = { width: 1_200, height: 900 };

const [path] = Deno.args;
if (path === undefined) {
  console.error("picture: usage: picture RESULT");
  Deno.exit(2);
}
const { render } = await loadReport("html");
const page = render(await readDocument(path), { width: 0, color: false, savedTo: [] });
await using chromium = await Chromium.start();
await chromium.connected(async (browser) => {
  for (const theme of ["light", "dark"]) {
    const tab = await browser.newPage();
    await tab.setViewport(SIZE);
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    await tab.setContent(page);
    // From the table on, with its first line unfolded: the head of a page is words.
    await tab.$eval("tbody details", (line) => line.setAttribute("open", ""));
    const top = await tab.$eval("table", (table) => table.closest("details")?.getBoundingClientRect().top);
    await tab.screenshot({ path: `docs/report-${theme}.png`, clip: { x: 0, y: top ?? 0, ...SIZE } });
  }
});
