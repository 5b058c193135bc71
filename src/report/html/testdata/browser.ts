/**
 * A real browser for the tests of pages.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { Browser, ConsoleMessage, HTTPRequest, Page } from "puppeteer-core";
import { CHROMIUM, Chromium } from "./chromium.ts";

/** What follows a test's name where it cannot run. */
export const SKIPPED: string = CHROMIUM === undefined ? " (skipped: there is no Chromium on PATH)" : "";

/** The one of all tests of a file, or of files that are loaded together. */
let chromium: Chromium | undefined;

if (CHROMIUM !== undefined) {
  Deno.test.beforeAll(async () => {
    chromium = await Chromium.start();
  });
  Deno.test.afterAll(() => chromium?.[Symbol.asyncDispose]());
}

/** A test with a browser; skipped, and named so, where there is none. */
export function browserTest(name: string, fn: (browser: Browser, test: Deno.TestContext) => Promise<void>): void {
  Deno.test({
    name: `${name}${SKIPPED}`,
    ignore: CHROMIUM === undefined,
    fn: (test) => chromium?.connected((browser) => fn(browser, test)),
  });
}

/** Runs `start`, which makes the browser download a file, and gives the name that was proposed for it and its text. */
export async function downloadFrom(
  browser: Browser,
  start: () => Promise<void>,
): Promise<{ readonly name: string; readonly text: string }> {
  const folder = await Deno.makeTempDir({ prefix: "puffin-download-" });
  const session = await browser.target().createCDPSession();
  try {
    await session.send("Browser.setDownloadBehavior", {
      behavior: "allowAndName",
      downloadPath: folder,
      eventsEnabled: true,
    });
    const { promise: finished, resolve } = Promise.withResolvers<{ readonly name: string; readonly id: string }>();
    let name = "";
    session.on("Browser.downloadWillBegin", ({ suggestedFilename }) => name = suggestedFilename);
    session.on("Browser.downloadProgress", ({ state, guid }) => {
      if (state !== "inProgress") resolve({ name, id: guid });
    });
    await start();
    const file = await finished;
    return { name: file.name, text: await Deno.readTextFile(`${folder}/${file.id}`) };
  } finally {
    await session.detach();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Width of a telephone's window, in pixels. */
export const NARROW = 390;

/** Width of a large screen's window, in pixels. */
export const WIDE = 1440;

/** What a reader prefers. */
export type Theme = "light" | "dark";

/** A window onto a page. */
export interface View {
  /** The page itself. */
  readonly html: string;
  /** Width of the window, in pixels. */
  readonly width: number;
  /** The reader's theme. */
  readonly theme: Theme;
  /** Whether scripts run; default true. */
  readonly script?: boolean;
}

/** A window onto a page that a server has. */
export interface SiteView extends Omit<View, "html"> {
  /** The page's address; its server's are the only requests that are no complaint. */
  readonly url: string;
}

/** An open page, and everything that the browser complained about. */
export interface Opened {
  /** The page. */
  readonly page: Page;
  /** Messages on the console, errors of scripts, what the content security policy stopped, and requests. */
  readonly complaints: string[];
}

/** Opens a page from a file, as a reader would, runs `use`, and leaves it. */
export async function withPage<T>(browser: Browser, view: View, use: (opened: Opened) => Promise<T>): Promise<T> {
  const file = await Deno.makeTempFile({ prefix: "puffin-page-", suffix: ".html" });
  try {
    await Deno.writeTextFile(file, view.html);
    return await withUrl(
      browser,
      { ...view, url: `file://${file}`, mayAsk: (url) => /^(?:file|data):/.test(url) },
      use,
    );
  } finally {
    await Deno.remove(file);
  }
}

/** Opens a page from its server, runs `use`, and leaves it. */
export function withSite<T>(browser: Browser, view: SiteView, use: (opened: Opened) => Promise<T>): Promise<T> {
  const { origin } = new URL(view.url);
  return withUrl(browser, { ...view, mayAsk: (url) => url.startsWith("data:") || new URL(url).origin === origin }, use);
}

/** How long anything may take: a page that is there in a second takes a minute on a host where all else runs, too. */
const TIMEOUT_MS = 150_000;

/** In the one tab that there is: to open another costs as much as a page. */
async function withUrl<T>(
  browser: Browser,
  { url, width, theme, script = true, mayAsk }: SiteView & { readonly mayAsk: (url: string) => boolean },
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const [page] = await browser.pages();
  assert(page !== undefined, "Chromium begins with a tab, and nothing closes it");
  const complaints: string[] = [];
  const onConsole = (message: ConsoleMessage) => complaints.push(message.text());
  const onError = (error: unknown) => complaints.push(String(error));
  const onRequest = (request: HTTPRequest) => {
    if (!mayAsk(request.url())) complaints.push(`asks for ${request.url()}`);
  };
  page.on("console", onConsole).on("pageerror", onError).on("request", onRequest);
  page.setDefaultTimeout(TIMEOUT_MS);
  try {
    await page.setJavaScriptEnabled(script);
    await resize(page, width);
    await prefer(page, theme);
    await page.goto(url);
    return await use({ page, complaints });
  } finally {
    page.off("console", onConsole).off("pageerror", onError).off("request", onRequest);
    await page.goto("about:blank");
  }
}

/** Makes the window of an open page as wide as that. */
export function resize(page: Page, width: number): Promise<void> {
  return page.setViewport({ width, height: 900 });
}

/** Changes the reader's theme while a page is open. */
export function prefer(page: Page, theme: Theme): Promise<void> {
  return page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
}
