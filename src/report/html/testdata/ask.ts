/**
 * Questions to an open page.
 *
 * @module
 */

import { assert } from "@std/assert";
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
