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

/** An open page, and everything that the browser complained about. */
export interface Opened {
  /** The page. */
  readonly page: Page;
  /** Messages on the console, errors of scripts, what the content security policy stopped, and requests. */
  readonly complaints: readonly string[];
}

/** Opens a page from a file, as a reader would, runs `use`, and closes it. */
export async function withPage<T>(browser: Browser, view: View, use: (opened: Opened) => Promise<T>): Promise<T> {
  const file = await Deno.makeTempFile({ prefix: "puffin-page-", suffix: ".html" });
  const page = await browser.newPage();
  try {
    await Deno.writeTextFile(file, view.html);
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!/^(?:file|data):/.test(request.url())) complaints.push(`asks for ${request.url()}`);
    });
    await page.setJavaScriptEnabled(view.script ?? true);
    await page.setViewport({ width: view.width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: view.theme }]);
    await page.goto(`file://${file}`);
    return await use({ page, complaints });
  } finally {
    await page.close();
    await Deno.remove(file);
  }
}
