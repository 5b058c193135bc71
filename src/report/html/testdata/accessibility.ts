/**
 * Whether anybody can read an open page: in any window, in any theme, and by a screen reader.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
// @ts-types="axe-core"
import axe from "axe-core/axe.min.js";
import type { Page } from "puppeteer-core";
import { areTexts, ask, isBoolean, isNumber, isText, OVERFLOW } from "./ask.ts";
import { NARROW, prefer, resize, type Theme, WIDE } from "./browser.ts";

/** Colour of the page in each theme, as the browser computes it. */
const BACKGROUNDS: Readonly<Record<Theme, string>> = { light: "rgb(255, 255, 255)", dark: "rgb(15, 19, 23)" };

/** Rules that look at colours, with what they look at: all that a theme can break. */
const COLOUR_RULES = [
  { id: "color-contrast", selector: "[data-look]" },
  { id: "link-in-text-block", selector: "a[href][data-look], [role=link][data-look]" },
];

/**
 * Marks two elements of each look. A look is all that rules of colours go by: what an element and those around it are, their colours
 * and letters, and whether it has text. All lines of a table share theirs.
 */
const MARK_LOOKS = `{
  const seen = new Map(), looks = new Map();
  for (const marked of document.querySelectorAll("[data-look]")) marked.removeAttribute("data-look");
  for (const element of document.querySelectorAll("body, body *")) {
    const style = getComputedStyle(element);
    const text = [...element.childNodes].map(({ nodeType, data }) => nodeType === Node.TEXT_NODE ? data : "").join("").trim();
    const look = [looks.get(element.parentElement), element.localName, element.getAttribute("class"),
      element.getAttributeNames(), Math.min(2, text.length), style.color, style.fill, style.backgroundColor,
      style.backgroundImage, style.opacity, style.fontSize, style.fontWeight, style.textDecorationLine, style.textShadow,
      style.position, style.display, element.checkVisibility()].join();
    looks.set(element, look);
    const count = seen.get(look) ?? 0;
    if (count === 2 || text === "" && !element.matches("input, select, textarea, a, [role=link]")) continue;
    seen.set(look, count + 1);
    element.setAttribute("data-look", "");
  }
}`;

const COLOURS_BY_LOOK = `axe.configure({ rules: ${JSON.stringify(COLOUR_RULES)} })`;

/** Fails if the page, at either width and in each theme, scrolls sideways or has something for axe to find; it stays narrow. */
export async function assertFitsAndCanBeRead(page: Page, themes: readonly Theme[] = ["light", "dark"]): Promise<void> {
  await loadAxe(page);
  await page.evaluate(COLOURS_BY_LOOK);
  for (const width of [WIDE, NARROW]) {
    await resize(page, width);
    assert(await ask(page, OVERFLOW, isNumber) <= 0, `with ${width} pixels, it scrolls sideways`);
    for (const theme of themes) {
      await prefer(page, theme);
      assertEquals(await ask(page, "getComputedStyle(document.body).backgroundColor", isText), BACKGROUNDS[theme]);
      await page.evaluate(MARK_LOOKS);
      // A run of axe costs most before its first rule: those of colours have one of their own only where the others have had theirs.
      const rules = theme === themes[0] ? {} : { runOnly: COLOUR_RULES.map(({ id }) => id) };
      const found = await violationsBy(page, "html", rules);
      assertEquals(found, [], `with ${width} pixels, ${theme}`);
    }
  }
}

/** What axe-core finds within what a selector selects, by the rules of WCAG 2.2 and its best practices. */
export async function violations(page: Page, within: string): Promise<string[]> {
  await loadAxe(page);
  return await violationsBy(page, within, {});
}

async function loadAxe(page: Page): Promise<void> {
  if (!await ask(page, "'axe' in globalThis", isBoolean)) await page.evaluate(axe.source);
}

function violationsBy(page: Page, within: string, rules: axe.RunOptions): Promise<string[]> {
  const options = { resultTypes: ["violations"], ...rules };
  return ask(
    page,
    `axe.run(${JSON.stringify(within)}, ${JSON.stringify(options)}).then(({ violations }) =>
       violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.html.slice(0, 200))))`,
    areTexts,
  );
}
