/**
 * What must hold of a page whose names are hostile.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "puppeteer-core";
import { ask, isNumber, isText } from "./ask.ts";

/** Fails if a name has become an element or a script, or has changed the title. */
export async function assertNoNameActs(page: Page): Promise<void> {
  assertEquals(await ask(page, "document.querySelectorAll('img, iframe, object, body style').length", isNumber), 0);
  assertEquals(await ask(page, "document.scripts.length", isNumber), 1);
  assert(!(await ask(page, "document.title", isText)).includes("owned"));
}
