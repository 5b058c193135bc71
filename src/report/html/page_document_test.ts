/** What the scripts of a page do with the document that it holds, in a real browser. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { visibleJson } from "../../visible_text.ts";
import { jsonReport } from "../json.ts";
import { PLAIN } from "../testdata/options.ts";
import { hostileDocument } from "../testdata/sample_document.ts";
import { render } from "./comparison_page.ts";
import { htmlReport } from "./result_page.ts";
import { violations } from "./testdata/accessibility.ts";
import { areTexts, ask } from "./testdata/ask.ts";
import { browserTest, downloadFrom, WIDE, withPage } from "./testdata/browser.ts";
import { hostileComparison } from "./testdata/hostile_comparison.ts";
import { largeDocument } from "./testdata/large_document.ts";

browserTest(
  "pages give their document as the file that --format json writes, hostile as it may be",
  async (browser) => {
    const pages = [
      [htmlReport.render(hostileDocument(), PLAIN), jsonReport.render(hostileDocument(), PLAIN)],
      [render(hostileComparison(), PLAIN), visibleJson(hostileComparison()) + "\n"],
    ] as const;
    for (const [html, json] of pages) {
      await withPage(browser, { html, width: WIDE, theme: "light" }, async ({ page, complaints }) => {
        for (const attempt of ["first", "second"]) {
          const { name, text } = await downloadFrom(browser, () => page.click("#raw"));
          assertMatch(name, /^puffin-bench_(?:comparison_)?\d{14}\.json$/);
          assert(text === json, attempt);
        }
        assertEquals(complaints, []);
      });
    }
  },
);

browserTest(
  "page that is kept small draws all samples of the lines that are unfolded, the first of them where they were",
  async (browser) => {
    const sample = largeDocument(2), [result, other] = sample.benchmarks;
    assert(result?.status === "ok" && other !== undefined);
    const others = Array.from({ length: 59 }, (_, index) => ({ ...other, id: `${other.id} ${index}` }));
    const benchmarks = [result, ...others];
    const html = htmlReport.render({ ...sample, benchmarks, scaling: [], groups: [], references: [] }, PLAIN);
    const causes = result.forks.flatMap(({ samples }) => samples.excluded.map(({ cause }) => cause));
    const drawn = { dots: 8 * 24 - causes.length, steal: 0, preemption: 0 };
    for (const cause of causes) if (cause !== "suspend") drawn[cause]++;
    const points = (name: string) =>
      `(() => { const path = document.querySelector("#b0 .samples .${name}"); const points = [];
      for (const [, command, rest] of path.getAttribute("d").matchAll(/([MLlhv])([^MLlhv]*)/g)) {
        const numbers = rest.match(/-?[\\d.]+/g).map(Number), step = /[ML l]/.test(command) ? 2 : 1;
        for (let i = 0; i < numbers.length; i += step) {
          const [x, y] = points.at(-1) ?? [0, 0], [a, b] = numbers.slice(i);
          points.push({ M: [a, b], L: [a, b], l: [x + a, y + b], h: [x + a, y], v: [x, y + a] }[command]);
        }
      }
      return points.map(String); })()`;
    await withPage(browser, { html, width: WIDE, theme: "light" }, async ({ page, complaints }) => {
      const before = await ask(page, points("dots"), areTexts);
      assert(before.length < drawn.dots, "it brings a part of them");
      await page.evaluate("location.hash = '#b0'");
      await page.waitForSelector("#b0 .slider input");
      for (const [name, count] of Object.entries(drawn)) {
        assertEquals((await ask(page, points(name), areTexts)).length, count, name);
      }
      const after = (await ask(page, points("dots"), areTexts)).map((point) => point.split(",").map(Number));
      for (const [x = 0, y = 0] of before.map((point) => point.split(",").map(Number))) {
        assert(after.some(([a = 0, b = 0]) => Math.abs(a - x) < 1 && Math.abs(b - y) < 1), `${x} ${y}`);
      }
      await page.evaluate("for (const line of [...document.querySelectorAll('tbody.b')].slice(3)) line.remove()");
      assertEquals(await violations(page, "#b0"), []);
      assertEquals(complaints, []);
    });
  },
);
