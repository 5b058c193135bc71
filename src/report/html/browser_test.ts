/**
 * The pages in a real browser: in both themes, on a telephone and on a wide screen, by mouse and by keyboard, with and without
 * scripts, for screen readers and on paper.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Page } from "puppeteer-core";
import { samplePairedComparison } from "../../compare/testdata/sample_comparison.ts";
import { PLAIN } from "../testdata/options.ts";
import { HOSTILE_NAMES, hostileDocument, sampleBenchmark, sampleDocument } from "../testdata/sample_document.ts";
import { visibleText } from "../../visible_text.ts";
import { render } from "./comparison_page.ts";
import { htmlReport } from "./result_page.ts";
import { assertFitsAndCanBeRead } from "./testdata/accessibility.ts";
import { areTexts, ask, isBoolean, isNumber, isText, OVERFLOW } from "./testdata/ask.ts";
import { browserTest, NARROW, resize, WIDE, withPage } from "./testdata/browser.ts";
import { hostileComparison } from "./testdata/hostile_comparison.ts";
import { assertNoNameActs } from "./testdata/hostile_page.ts";

const RESULT = { html: htmlReport.render(referencedDocument(), PLAIN), width: WIDE, theme: "light" } as const;
const COMPARISON = { html: render(samplePairedComparison(), PLAIN), width: WIDE, theme: "light" } as const;

/** A result with references, whose first benchmark's loop costs enough to be seen, and whose second samples collected garbage. */
function referencedDocument() {
  const document = sampleDocument();
  const [first, ...others] = document.benchmarks;
  assert(first?.status === "ok");
  const forks = first.forks.map((fork) => ({
    ...fork,
    overheadNs: 300,
    samples: { ...fork.samples, garbageCollected: [1] },
  }));
  const costly = { ...first, forks };
  return { ...document, benchmarks: [costly, ...others], references: document.benchmarks.slice(0, 2) };
}

const UNFOLD = "for (const details of document.querySelectorAll('details')) details.open = true";

/** The names of the lines that can be seen, in their order. */
function shownNames(page: Page): Promise<string[]> {
  return ask(
    page,
    `[...document.querySelectorAll("tbody.b")].filter((body) => body.checkVisibility())
       .map((body) => body.querySelector("th").firstChild.textContent.trim())`,
    areTexts,
  );
}

browserTest(
  "pages fit every window in both themes, without a complaint and with nothing for axe to find",
  async (browser, test) => {
    for (const [name, view] of [["result", RESULT], ["comparison", COMPARISON]] as const) {
      await test.step(name, () =>
        withPage(browser, view, async ({ page, complaints }) => {
          for (const width of [NARROW, WIDE]) {
            await resize(page, width);
            assert(await ask(page, OVERFLOW, isNumber) <= 0, `with ${width} pixels, it scrolls sideways`);
          }
          await page.evaluate(UNFOLD);
          await page.waitForSelector(name === "result" ? ".slider input" : "details[open] .chart");
          await assertFitsAndCanBeRead(page);
          assertEquals(complaints, []);
        }));
    }
  },
);

browserTest("pages show hostile texts as text, whatever the window", async (browser, test) => {
  for (
    const [name, html] of [["result", htmlReport.render(hostileDocument(), PLAIN)], [
      "comparison",
      render(hostileComparison(), PLAIN),
    ]] as const
  ) {
    await test.step(
      name,
      () =>
        withPage(browser, { html, width: WIDE, theme: "light" }, async ({ page, complaints }) => {
          await page.evaluate(UNFOLD);
          await assertNoNameActs(page);
          const text = await ask(page, "document.querySelector('main').textContent", isText);
          for (const hostile of HOSTILE_NAMES.map((name) => visibleText(name).slice(0, 60))) {
            assert(text.includes(hostile), hostile);
          }
          await assertFitsAndCanBeRead(page, ["light"]);
          assertEquals(complaints, []);
        }),
    );
  }
});

browserTest("pages are complete without scripts", async (browser) => {
  for (const { html } of [RESULT, COMPARISON]) {
    await withPage(browser, { html, width: WIDE, theme: "light", script: false }, async ({ page, complaints }) => {
      assertEquals(complaints, []);
      assert(
        !(await ask(page, "document.getElementById('tools').checkVisibility()", isBoolean)),
        "dead controls are hidden",
      );
      const line = await page.$("tbody.b summary");
      await line?.click();
      assert(
        await ask(page, "document.querySelector('tbody.b details').open", isBoolean),
        "a click on a line unfolds it",
      );
      assert(await ask(page, "document.querySelector('tbody.b .chart').checkVisibility()", isBoolean));
      assert(
        !(await ask(page, "document.getElementById('raw').checkVisibility()", isBoolean)),
        "scripts make the file",
      );
      assertStringIncludes(await ask(page, "document.getElementById('reproduce').innerText", isText), "--format json");
    });
  }
  await withPage(browser, { ...RESULT, script: false }, async ({ page }) => {
    await page.click(".suite > summary");
    assert(!(await ask(page, "document.querySelector('tbody.b').checkVisibility()", isBoolean)), "a suite folds");
  });
});

browserTest(
  "page of a result is searched, filtered and sorted",
  (browser) =>
    withPage(browser, RESULT, async ({ page, complaints }) => {
      const all = await shownNames(page);
      assertEquals(all.length, 10);
      await page.keyboard.press("/");
      await page.keyboard.type("dependency 1000");
      assertEquals(await shownNames(page), [
        "State Dependency Resolution (states=1000)",
        "State Dependency Resolution (states=100000)",
      ]);
      assertEquals(await ask(page, "document.getElementById('count').value", isText), "2 of 10");
      await page.keyboard.type(" nothing has this");
      assert(await ask(page, "document.getElementById('nothing').checkVisibility()", isBoolean));
      await page.evaluate("search.value = ''; search.dispatchEvent(new Event('input'))");
      for (
        const [trait, names] of [["failed", ["Coordination Primitive"]], ["missed", ["Resource Heavy Agent"]]] as const
      ) {
        await page.select("#trait", trait);
        assertEquals(await shownNames(page), [...names]);
      }
      await page.select("#trait", "");
      await page.select("#suite", "s1");
      assertEquals(await shownNames(page), ["await chain", "agent.run()"]);
      await page.select("#suite", "");
      assertEquals(await shownNames(page), all, "as it was");

      const median = "th[data-sort='0'] button";
      await page.click(median);
      const rising = await shownNames(page);
      assertEquals(rising.slice(0, 2), ["Simple Agent Execution", "State Dependency Resolution (states=10)"]);
      assertEquals(await ask(page, "document.querySelector('th[data-sort=\"0\"]').ariaSort", isText), "ascending");
      await page.focus(median);
      await page.keyboard.press("Enter");
      const falling = await shownNames(page);
      assertEquals(falling[0], "Resource Heavy Agent", "by keyboard, the other way");
      assert(
        falling.indexOf("Coordination Primitive") > falling.indexOf("Simple Agent Execution"),
        "no figure comes last",
      );
      await page.click(median);
      assertEquals(await shownNames(page), all, "the third time, the order of definition");
      assertEquals(complaints, []);
    }),
);

browserTest("page of a result is sorted by a column that only one of its tables has", async (browser) => {
  const benchmarks = [["a", "one", 5], ["b", "one", 9], ["c", "two", 9], ["d", "two", 5]] as const;
  const document = sampleDocument({
    benchmarks: benchmarks.map(([name, suite, elements]) =>
      sampleBenchmark({
        name,
        nominalNs: 1000,
        changes: { suite, throughput: suite === "two" ? { elements, bytes: null } : null },
      })
    ),
    scaling: [],
    groups: [],
  });
  await withPage(browser, { ...RESULT, html: htmlReport.render(document, PLAIN) }, async ({ page, complaints }) => {
    await page.click("th[data-sort='3'] button");
    assertEquals(await shownNames(page), ["a", "b", "d", "c"]);
    await page.click("th[data-sort='3'] button");
    assertEquals(await shownNames(page), ["a", "b", "c", "d"]);
    assertEquals(await ask(page, "document.querySelectorAll('th[data-sort=\"3\"]').length", isNumber), 1);
    assertEquals(complaints, []);
  });
});

browserTest(
  "flags of a result tell what they mean: under the pointer, and where they lead",
  (browser) =>
    withPage(browser, RESULT, async ({ page }) => {
      const meaning = await ask(page, "document.querySelector('.b a[href^=\"#f\"]').title", isText);
      assertMatch(meaning, /^\w+: \w+/);
      await page.click(".b a[href^='#f']");
      assertEquals(await ask(page, "document.querySelector(':target').textContent", isText), meaning);
    }),
);

browserTest(
  "page of a result tells the sample under the pointer and under the slider",
  (browser) =>
    withPage(browser, RESULT, async ({ page, complaints }) => {
      await page.focus("tbody.b summary");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".slider input");
      await page.focus(".slider input");
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowRight");
      const first = referencedDocument().benchmarks[0];
      assert(first?.status === "ok");
      const [fork] = first.forks;
      assert(fork !== undefined);
      const valueNs = (fork.samples.wallNs[1] ?? 0) / fork.batchSize - fork.overheadNs;
      const told = "document.querySelector('.slider output').value";
      assertEquals(
        await ask(page, told, isText),
        `${valueNs.toFixed(2)} ns: fork 1, sample 2 of 12, 0.25 s after its start, collected garbage`,
      );
      const box = await (await page.$(".samples"))?.boundingBox();
      assert(box);
      await page.mouse.move(box.x + box.width * 330 / 340, box.y + box.height / 2);
      assertMatch(await ask(page, told, isText), /fork 3, sample 12 of 12, [\d.]+ s after its start$/);
      assertEquals(complaints, []);
    }),
);

browserTest(
  "page of a result unfolds what a link points to, and all at once",
  (browser) =>
    withPage(browser, RESULT, async ({ page }) => {
      await page.evaluate("location.hash = '#b3'");
      await page.waitForFunction("document.getElementById('b3').checkVisibility()");
      await page.click("#unfold");
      assert(await ask(page, "[...document.querySelectorAll('tbody.b details')].every(({ open }) => open)", isBoolean));
      await page.click("#unfold");
      assert(
        await ask(page, "[...document.querySelectorAll('tbody.b details')].every(({ open }) => !open)", isBoolean),
      );
    }),
);

browserTest(
  "page of a result folds a group by its heading, and shows what is searched or linked to all the same",
  (browser) =>
    withPage(browser, RESULT, async ({ page, complaints }) => {
      const all = await shownNames(page);
      const heading = "tbody.group button";
      const expanded = `document.querySelector("${heading}").ariaExpanded`;
      await page.focus(heading);
      await page.keyboard.press("Enter");
      const others = await shownNames(page);
      const inside = all.filter((name) => !others.includes(name));
      assert(inside.length > 0 && others.length > 0, "its own lines, and no others");
      assertEquals(await ask(page, expanded, isText), "false");
      assertEquals(await ask(page, "document.getElementById('count').value", isText), `${all.length} of ${all.length}`);
      await page.type("#search", inside[0] ?? "");
      assert((await shownNames(page)).includes(inside[0] ?? ""), "found within a folded group");
      await page.evaluate("search.value = ''; search.dispatchEvent(new Event('input'))");
      assertEquals(await shownNames(page), others, "folded again");
      const key = `[...document.querySelectorAll("tbody.b")].find((body) => body.hidden).querySelector(".detail").id`;
      await page.evaluate(`location.hash = ${key}`);
      await page.waitForFunction("document.querySelector(location.hash).checkVisibility()");
      assertEquals(await shownNames(page), all);
      assertEquals(await ask(page, expanded, isText), "true");
      await page.click(heading);
      await page.click("#unfold");
      assertEquals(await shownNames(page), all, "unfolding all unfolds groups");
      assertEquals(complaints, []);
    }),
);

browserTest(
  "page of a comparison is filtered by verdict and sorted by change",
  (browser) =>
    withPage(browser, COMPARISON, async ({ page, complaints }) => {
      assertEquals((await shownNames(page)).slice(0, 2), ["Coordination Primitive", "Complex Agent Execution"]);
      await page.select("#trait", "inconclusive");
      assertEquals(await shownNames(page), ["Metrics Recording", "Concurrent Agents"]);
      await page.select("#trait", "");
      await page.click("th[data-sort='0'] button");
      assertEquals((await shownNames(page))[0], "Resource Heavy Agent", "the largest gain first");
      assertEquals(complaints, []);
    }),
);

browserTest("pages print on white, without controls", async (browser) => {
  for (const { html } of [RESULT, COMPARISON]) {
    await withPage(browser, { html, width: 800, theme: "dark" }, async ({ page }) => {
      await page.emulateMediaType("print");
      assertEquals(await ask(page, "getComputedStyle(document.body).color", isText), "rgb(26, 29, 33)");
      assert(!(await ask(page, "document.getElementById('tools').checkVisibility()", isBoolean)));
      assert(!(await ask(page, "document.querySelector('nav').checkVisibility()", isBoolean)));
      assert(await ask(page, "document.querySelector('tbody.b').checkVisibility()", isBoolean));
      await page.evaluate("for (const suite of document.querySelectorAll('.suite')) suite.open = false");
      assert(
        await ask(page, "[...document.querySelectorAll('tbody.b')].every((body) => body.checkVisibility())", isBoolean),
        "a folded suite is printed",
      );
      assert((await page.pdf({ format: "a4" })).length > 10_000);
    });
  }
});
