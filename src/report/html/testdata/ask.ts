/**
 * Questions to an open page.
 *
 * @module
 */

import { assert } from "@std/assert";
import axe from "axe-core";
import type { Page } from "puppeteer-core";

/** How much wider than its window a page is. */
export const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** What a script in the page says; scripts of this test may read the page only through it. */
export async function ask<T>(page: Page, expression: string, check: (answer: unknown) => answer is T): Promise<T> {
  const answer: unknown = await page.evaluate(expression);
  assert(check(answer), `${expression} said ${JSON.stringify(answer)}`);
  return answer;
}

/** Whether it is a number. */
export const isNumber = (value: unknown): value is number => typeof value === "number";
/** Whether it is a text. */
export const isText = (value: unknown): value is string => typeof value === "string";
/** Whether it is true or false. */
export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
/** Whether it is a list of texts. */
export const areTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/** Rules that look at colours: most of what axe-core takes its time for, and all that a theme can break. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** What axe-core looks at. */
export interface AxeScope {
  /** Only colours, all but colours, or everything, which is the default. */
  readonly rules?: "colours" | "no colours" | "all";
  /** A selector of the one part that it looks at; all of the page by default. */
  readonly within?: string;
}

/** What axe-core finds, by the rules of WCAG 2.2 and its best practices. */
export async function violations(page: Page, { rules = "all", within = "html" }: AxeScope = {}): Promise<string[]> {
  if (!await ask(page, "'axe' in globalThis", isBoolean)) await page.evaluate(axe.source);
  const options = {
    resultTypes: ["violations"],
    ...rules === "colours" ? { runOnly: COLOUR_RULES } : {},
    ...rules === "no colours"
      ? { rules: Object.fromEntries(COLOUR_RULES.map((rule) => [rule, { enabled: false }])) }
      : {},
  };
  return await ask(
    page,
    `axe.run(${JSON.stringify(within)}, ${JSON.stringify(options)}).then(({ violations }) =>
       violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.html.slice(0, 200))))`,
    areTexts,
  );
}
