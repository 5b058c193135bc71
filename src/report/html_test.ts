import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import puppeteer, { type Browser } from "puppeteer-core";
import { htmlReport } from "./html.ts";
import { PLAIN } from "./testdata/options.ts";
import { HOSTILE_NAMES, hostileDocument, sampleDocument } from "./testdata/sample_document.ts";
import { visibleText } from "./visible_text.ts";

Deno.test("html holds no script, asks for nothing from elsewhere, and allows only its own style", () => {
  const page = htmlReport.render(hostileDocument(), PLAIN);
  assert(!/<(?:script|img|iframe|object)/i.test(page));
  assert(!/(?:src|href)="(?!data:,")/.test(page));
  assertMatch(page, /content="default-src 'none'; style-src 'sha256-[\w+/=]+';/);
});

Deno.test("html shows an interrupted run as one", () => {
  const { run } = sampleDocument();
  const page = htmlReport.render(sampleDocument({ run: { ...run, status: "interrupted" } }), PLAIN);
  assertStringIncludes(page, "was interrupted");
});

const chromium = ["chromium", "chromium-browser", "google-chrome"].map(whereIs).find((path) => path !== undefined);

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

/** What a reader with such a window and theme would see. */
async function look(browser: Browser, view: { page: string; width: number; theme: "light" | "dark" }) {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.setViewport({ width: view.width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: view.theme }]);
  await page.goto(`data:text/html;charset=utf-8,${encodeURIComponent(view.page)}`);
  const seen = await page.evaluate(`({
    title: document.title,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    text: document.body.textContent,
    names: [...document.querySelectorAll("th[scope=row]")].map((cell) => cell.textContent),
    foreign: document.querySelectorAll("script, img, iframe, object, body style").length,
    background: getComputedStyle(document.body).backgroundColor,
    pairs: [...document.querySelectorAll("body, .quiet, .bad, .good, .doubtful, td.marks, svg text, .notice")]
      .map((element) => ({
        color: getComputedStyle(element)[element.closest("svg") === null ? "color" : "fill"],
        behind: getComputedStyle(element.closest(".notice, th.group") ?? document.body).backgroundColor,
      })),
  })`);
  await page.close();
  return { complaints, ...(seen as Seen) };
}

interface Seen {
  readonly title: string;
  readonly overflow: number;
  readonly text: string;
  readonly names: readonly string[];
  readonly foreign: number;
  readonly background: string;
  readonly pairs: readonly { readonly color: string; readonly behind: string }[];
}

/** The contrast of two `rgb(...)` colours, from 1 to 21, as WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => Number(part) / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

Deno.test({
  name: `html in a browser${chromium === undefined ? " (skipped: there is no Chromium on PATH)" : ""}`,
  ignore: chromium === undefined,
  async fn(test) {
    const profile = await Deno.makeTempDir({ prefix: "puffin-chromium-" });
    const browser = await puppeteer.launch({
      executablePath: chromium ?? "",
      userDataDir: profile,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    });
    try {
      for (const theme of ["light", "dark"] as const) {
        for (const width of [390, 1440]) {
          await test.step(`fits ${width} pixels in the ${theme} theme, legibly and without complaint`, async () => {
            const seen = await look(browser, { page: htmlReport.render(sampleDocument(), PLAIN), width, theme });
            assertEquals(seen.complaints, []);
            assert(seen.overflow <= 0, `the page scrolls sideways by ${seen.overflow} pixels`);
            for (const { color, behind } of seen.pairs) {
              assert(contrast(color, behind) >= 4.5, `${color} on ${behind}: ${contrast(color, behind)}`);
            }
            assertEquals(contrast(seen.background, "rgb(0, 0, 0)") > 4.5, theme === "light");
          });
        }
      }
      await test.step("shows hostile names as text", async () => {
        const page = htmlReport.render(hostileDocument(), PLAIN);
        const seen = await look(browser, { page, width: 390, theme: "light" });
        assertEquals(seen.complaints, []);
        assert(seen.overflow <= 0, `the page scrolls sideways by ${seen.overflow} pixels`);
        assertEquals(seen.title, "Benchmark results, 2026-11-23");
        assertEquals(seen.foreign, 0);
        for (const name of HOSTILE_NAMES.filter(({ length }) => length < 100)) {
          assert(seen.names.includes(visibleText(`${name} fails`)), name);
        }
      });
    } finally {
      await browser.close();
      await Deno.remove(profile, { recursive: true });
    }
  },
});
