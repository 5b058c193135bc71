/**
 * What must hold of a page whose names are hostile.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "puppeteer-core";
import { ask, isNumber, isText, OVERFLOW, violations } from "./ask.ts";
import { NARROW, resize } from "./browser.ts";

/** Fails if a name has become an element or a script, or has changed the title. */
export async function assertNoNameActs(page: Page): Promise<void> {
  assertEquals(await ask(page, "document.querySelectorAll('img, iframe, object, body style').length", isNumber), 0);
  assertEquals(await ask(page, "document.scripts.length", isNumber), 1);
  assert(!(await ask(page, "document.title", isText)).includes("owned"));
}

/** Fails if the page, or the same on a telephone, scrolls sideways or keeps anybody from reading it; it stays narrow. */
export async function assertFitsAndCanBeRead(page: Page): Promise<void> {
  assert(await ask(page, OVERFLOW, isNumber) <= 0, "it scrolls sideways");
  assertEquals(await violations(page), []);
  await resize(page, NARROW);
  assert(await ask(page, OVERFLOW, isNumber) <= 0, "on a telephone, it scrolls sideways");
  assertEquals(await violations(page, { rules: "no colours" }), []);
}
