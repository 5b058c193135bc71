/**
 * A real browser for the tests of pages.
 *
 * @module
 */

import puppeteer, { type Browser, type Page } from "puppeteer-core";

/** The path of Chromium; undefined where there is none. */
export const CHROMIUM: string | undefined = ["chromium", "chromium-browser", "google-chrome"].map(whereIs)
  .find((path) => path !== undefined);

/** What follows a test's name where it cannot run. */
export const SKIPPED: string = CHROMIUM === undefined ? " (skipped: there is no Chromium on PATH)" : "";

/** A test with a browser; skipped, and named so, where there is none. */
export function browserTest(name: string, fn: (browser: Browser, test: Deno.TestContext) => Promise<void>): void {
  Deno.test({
    name: `${name}${SKIPPED}`,
    ignore: CHROMIUM === undefined,
    fn: (test) => withBrowser((browser) => fn(browser, test)),
  });
}

/** The path of a program, or undefined. */
function whereIs(program: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  return folders.map((folder) => `${folder}/${program}`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** Runs `use` with a fresh browser that asks the network for nothing; everything is gone afterwards. */
export async function withBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  const profile = await Deno.makeTempDir({ prefix: "puffin-chromium-" });
  try {
    const browser = await puppeteer.launch({
      executablePath: CHROMIUM ?? "",
      userDataDir: profile,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    try {
      await use(browser);
    } finally {
      await browser.close();
    }
  } finally {
    await Deno.remove(profile, { recursive: true });
  }
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

/** A window onto a page. */
export interface View {
  /** The page itself. */
  readonly html: string;
  /** Width of the window, in pixels. */
  readonly width: number;
  /** The reader's theme. */
  readonly theme: "light" | "dark";
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

/** Opens a page from a file, as a reader would, runs `use`, and closes it. */
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

/** Opens a page from its server, runs `use`, and closes it. */
export function withSite<T>(browser: Browser, view: SiteView, use: (opened: Opened) => Promise<T>): Promise<T> {
  const { origin } = new URL(view.url);
  return withUrl(browser, { ...view, mayAsk: (url) => url.startsWith("data:") || new URL(url).origin === origin }, use);
}

async function withUrl<T>(
  browser: Browser,
  { url, width, theme, script = true, mayAsk }: SiteView & { readonly mayAsk: (url: string) => boolean },
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  const page = await browser.newPage();
  try {
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!mayAsk(request.url())) complaints.push(`asks for ${request.url()}`);
    });
    await page.setJavaScriptEnabled(script);
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    await page.goto(url);
    return await use({ page, complaints });
  } finally {
    await page.close();
  }
}
