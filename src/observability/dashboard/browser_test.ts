/** The dashboard in a real browser: in both themes, on a telephone and on a wide screen, by mouse and by keyboard, while things happen. */
import { assert, assertEquals } from "@std/assert";
import type { Browser, Page } from "puppeteer-core";
import { assertFitsAndCanBeRead } from "../../report/html/testdata/accessibility.ts";
import { areTexts, ask, isBoolean, isNumber, isText, OVERFLOW } from "../../report/html/testdata/ask.ts";
import { browserTest, NARROW, resize, WIDE, withSite } from "../../report/html/testdata/browser.ts";
import { assertNoNameActs } from "../../report/html/testdata/hostile_page.ts";
import { HOSTILE_NAMES } from "../../report/testdata/sample_document.ts";
import { AlertManager } from "../alerts/alert_manager.ts";
import { EventBus } from "../events/event_bus.ts";
import { Registry } from "../metrics/registry.ts";
import type { RunEvents } from "../observe/run_events.ts";
import { type Dashboard, type DashboardOptions, serveDashboard } from "./serve_dashboard.ts";
import { shownText } from "./shown_text.ts";
import { largePlan, planOf, REPORT_PLAN, tellRun } from "./testdata/sample_runs.ts";

const VIEW = { width: WIDE, theme: "light" } as const;

interface Site {
  readonly browser: Browser;
  readonly events: EventBus<RunEvents>;
  readonly registry: Registry;
  readonly alerts: AlertManager;
  readonly dashboard: Dashboard;
  readonly options: DashboardOptions;
}

function siteTest(
  name: string,
  fn: (site: Site, test: Deno.TestContext) => Promise<void>,
  more: Partial<DashboardOptions> = {},
): void {
  browserTest(name, async (browser, test) => {
    using events = new EventBus<RunEvents>({ replayCapacity: 1_000 });
    const registry = new Registry();
    using alerts = new AlertManager({ source: registry });
    const options = {
      port: 0,
      events,
      metrics: registry,
      alerts,
      plans: { report: REPORT_PLAN, large: largePlan() },
      ...more,
    };
    await using dashboard = serveDashboard(options);
    await fn({ browser, events, registry, alerts, dashboard, options }, test);
  });
}

/** Waits until an expression in the page is true; to ask at every frame, as is usual, keeps the browser drawing. */
async function until(page: Page, expression: string): Promise<void> {
  await page.waitForFunction(expression, { polling: 50 });
}

const textOf = (page: Page, selector: string) =>
  ask(page, `[...document.querySelectorAll(${JSON.stringify(selector)})].map((node) => node.textContent)`, areTexts);
const classOf = (state: string) =>
  `[...document.querySelectorAll(".box")].find((box) => box.querySelector(".name").textContent === "${state}")?.getAttribute("class")`;

const ANIMATION = "getComputedStyle(document.querySelector('.box.running .sign')).animationName";

function populate({ events, registry, alerts }: Pick<Site, "events" | "registry" | "alerts">): void {
  for (let at = 0; at < 5; at++) tellRun(events, `r${at}`, at === 3 ? { fails: new Error("no key for price 7") } : {});
  tellRun(events, "live", { until: "join" });
  registry.counter({ name: "requests_total", help: "Requests", labels: ["route"] }).inc({ route: "/" }, 7);
  registry.histogram({ name: "state_seconds", help: "Time in states", unit: "seconds" }).observe(0.2);
  alerts.trigger("DiskFull", {
    severity: "critical",
    labels: { disk: "sda" },
    annotations: { summary: "Disk sda is full" },
  });
  alerts.silence({ match: { disk: "sda" }, durationMs: 3_600_000, createdBy: "ops", comment: "known" });
}

siteTest(
  "Dashboard's page fits every window in both themes, without a complaint and with nothing for axe to find",
  async (site, test) => {
    populate(site);
    await withSite(site.browser, { url: site.dashboard.url, ...VIEW }, async ({ page, complaints }) => {
      await until(page, "document.querySelectorAll('#series tr').length === 2");
      assertEquals(await textOf(page, "#connection"), ["Live"]);
      await test.step("of a run", () => assertFitsAndCanBeRead(page));
      await resize(page, WIDE);
      site.events.emit("state.start", { runId: "large", agent: "large", state: "state 0", attempt: 1 });
      await until(page, "document.querySelectorAll('.entry').length === 7");
      await page.keyboard.press("Home");
      await page.click(".entry");
      await until(page, "document.querySelectorAll('.box').length === 100");
      for (const width of [NARROW, WIDE]) {
        await resize(page, width);
        const least =
          "Math.min(...[...document.querySelectorAll('.box .name')].map((name) => name.getBoundingClientRect().height))";
        assert(await ask(page, least, isNumber) >= 11, `with ${width} pixels, its letters are too small`);
      }
      await test.step("with a graph of 100 states", () => assertFitsAndCanBeRead(page));
      assertEquals(complaints, []);
    });
  },
);

siteTest(
  "Dashboard's page shows runs, their graph, metrics and alerts as they change",
  ({ browser, dashboard, events, registry, alerts }) =>
    withSite(browser, { url: dashboard.url, ...VIEW }, async ({ page, complaints }) => {
      await until(page, "document.getElementById('connection').textContent === 'Live'");
      assertEquals(await textOf(page, "#runs-none"), ["No run yet. Runs show up here as they begin."]);
      tellRun(events, "one", { until: "join" });
      await until(page, `${classOf("join")} === "box running"`);
      assertEquals(await ask(page, ANIMATION, isText), "breathe");
      await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
      assertEquals(await ask(page, ANIMATION, isText), "none");
      assertEquals(await ask(page, classOf("fetch"), isText), "box completed");
      assertEquals(await ask(page, classOf("publish"), isText), "box waiting");
      assertEquals(await textOf(page, "#states tr th div > span:last-child > span"), [
        "fetch",
        "parse orders",
        "parse prices",
        "join",
      ]);
      assertEquals((await textOf(page, "#states td:nth-child(2)"))[2], "2", "a retried state says so");
      const bars = await ask(
        page,
        "[...document.querySelectorAll('#states .bars')].map((bars) => bars.childElementCount + ' ' + bars.ariaLabel.split(',')[0])",
        areTexts,
      );
      assert(bars[2]?.startsWith("2 attempt 1 retrying"), bars[2]);

      const origin = { runId: "one", agent: "report" };
      events.emit("state.end", {
        ...origin,
        state: "join",
        status: "failed",
        attempts: 1,
        durationMs: 9,
        error: new Error("no key"),
      });
      events.emit("run.end", { ...origin, status: "failed", durationMs: 99, error: new Error("no key") });
      await until(page, `${classOf("join")} === "box failed"`);
      assertEquals(await textOf(page, "#run-error"), ["Error: no key"]);
      assertEquals(await textOf(page, "#tile-failed"), ["1"]);

      registry.counter({ name: "requests_total", help: "Requests", labels: ["route"] }).inc({ route: "/login" }, 1234);
      registry.gauge({ name: "heap_bytes", help: "Heap", unit: "bytes" }).set(3 * 2 ** 20);
      await until(page, "document.querySelectorAll('#series tr').length === 2");
      assertEquals(await textOf(page, "#series td:nth-child(2) > span"), ["3 MiB", "1,234"]);
      await until(page, "document.querySelector('.spark .line').getAttribute('d').includes('L')");
      registry.gauge({ name: "idle", help: "Idle" }).set(0);
      await until(page, "document.querySelectorAll('#series tr').length === 3");
      await page.click("#hide-zeros");
      await until(page, "document.querySelectorAll('#series tr').length === 2");
      await page.type("#metric-search", "login");
      await until(page, "document.querySelectorAll('#series tr').length === 1");
      assertEquals(await textOf(page, "#metric-count"), ["1 of 3 series"]);

      assert(!(await ask(page, "document.getElementById('alerts').checkVisibility()", isBoolean)), "nothing fires");
      alerts.trigger("DiskFull", { labels: { disk: "sda" } });
      await until(page, "document.querySelectorAll('.card.firing').length === 1");
      assertEquals(await textOf(page, ".card h3"), ["DiskFull"]);
      assertEquals(await textOf(page, "#alert-news"), ["1 alert fires"]);
      alerts.resolve("DiskFull");
      await until(page, "document.querySelectorAll('.card.resolved').length === 1");
      assertEquals(complaints, []);
    }),
);

siteTest(
  "Dashboard's page learns a graph, and chooses runs by keyboard and by search",
  ({ browser, dashboard, events }) =>
    withSite(browser, { url: dashboard.url, ...VIEW }, async ({ page }) => {
      tellRun(events, "first");
      for (const state of ["a", "b", "c"]) {
        const origin = { runId: "learnt", agent: "unplanned", state };
        events.emit("state.start", { ...origin, attempt: 1 });
        events.emit("state.end", { ...origin, status: "completed", attempts: 1, durationMs: 1 });
      }
      await until(page, "document.querySelectorAll('.entry').length === 2");
      await page.focus("#run-list");
      await page.keyboard.press("Home");
      await until(page, "document.querySelectorAll('.arrow.seen.taken').length === 2");
      assert((await textOf(page, "#graph-caption"))[0]?.includes("seen to follow"));
      await page.keyboard.press("ArrowDown");
      await until(page, "document.getElementById('run-facts').textContent.includes('first')");
      assert(!(await ask(page, "document.getElementById('follow').checked", isBoolean)), "who chooses follows no more");
      assertEquals(
        await ask(
          page,
          "document.activeElement.getAttribute('aria-activedescendant') === document.querySelector('.entry[aria-selected=true]').id",
          isBoolean,
        ),
        true,
      );
      await page.type("#run-search", "UNPLANNED running");
      await until(page, "document.querySelectorAll('.entry').length === 1");
      assertEquals(await textOf(page, ".entry .agent"), ["unplanned"]);
    }),
);

const HOSTILE_PLAN = planOf(
  Object.fromEntries(HOSTILE_NAMES.map((name, at) => [name, HOSTILE_NAMES.slice(0, at).slice(-1)])),
);

siteTest(
  "Dashboard's page shows hostile names as text, whatever the window",
  async ({ browser, dashboard, events, registry, alerts }) => {
    const labels = registry.gauge({ name: "hostile", help: "<img src=x onerror=alert(1)>", labels: ["name"] });
    for (const name of HOSTILE_NAMES) {
      for (const agent of [name, "hostile"]) {
        const origin = { runId: `${agent} ${name}`, agent };
        events.emit("run.start", origin);
        events.emit("state.start", { ...origin, state: name, attempt: 1 });
        events.emit("state.end", { ...origin, state: name, status: "failed", attempts: 1, durationMs: 1, error: name });
        events.emit("run.end", { ...origin, status: "failed", durationMs: 1, error: new Error(name) });
      }
      labels.set({ name }, 1);
      alerts.trigger(name, { annotations: { summary: name }, labels: { name } });
      alerts.silence({ match: { name }, durationMs: 3_600_000, createdBy: name, comment: name });
    }
    await withSite(browser, { url: dashboard.url, ...VIEW }, async ({ page, complaints }) => {
      await until(page, `document.querySelectorAll('#series tr').length === ${HOSTILE_NAMES.length}`);
      await page.click(".entry");
      await assertNoNameActs(page);
      const text = await ask(page, "document.querySelector('main').textContent", isText);
      for (const name of HOSTILE_NAMES) assert(text.includes(shownText(name, 160)), name.slice(0, 50));
      assert(
        text.isWellFormed() && !/[\u202a-\u202e\u2066-\u2069]/.test(text) && !text.includes("\x1b"),
        "nothing acts",
      );
      await assertFitsAndCanBeRead(page, ["light"]);
      assertEquals(complaints, []);
    });
  },
  { plans: { hostile: HOSTILE_PLAN } },
);

siteTest(
  "Dashboard's page comes back when its server does",
  ({ browser, dashboard, events, options }) =>
    withSite(browser, { url: dashboard.url, ...VIEW }, async ({ page }) => {
      tellRun(events, "before");
      await until(page, "document.querySelectorAll('.entry').length === 1");
      await dashboard.stop();
      await until(page, "document.getElementById('connection').className === 'lost'");
      assertEquals(await textOf(page, "#connection"), ["Connection lost, trying again"]);
      tellRun(events, "meanwhile");
      await using _again = serveDashboard({ ...options, port: dashboard.port });
      await until(page, "document.getElementById('connection').className === 'live'");
      await until(page, "document.querySelectorAll('.entry').length === 2");
    }),
);

siteTest(
  "Dashboard's page gets in by a token that leaves the address",
  ({ browser, dashboard, options }) =>
    withSite(browser, { url: `${dashboard.url}?token=${options.token}`, ...VIEW }, async ({ page, complaints }) => {
      await until(page, "document.getElementById('connection').textContent === 'Live'");
      assertEquals(page.url(), dashboard.url);
      assertEquals(complaints, []);
    }),
  { token: "0123456789abcdef-token" },
);

const longText = (what: string) => what.padEnd(10_000, " and so on");
const HUGE_PLAN = planOf(
  Object.fromEntries(
    Array.from({ length: 1_000 }, (_, at) => {
      const nameOf = (at: number) => at % 10 === 7 ? longText(`state ${at}`) : `state ${at}`;
      return [nameOf(at), at < 10 ? [] : [nameOf(at - 10), nameOf(Math.floor(at / 2))]];
    }),
  ),
);

siteTest(
  "Dashboard's page stays short and answers with more of everything than it shows, and names of 10,000 characters",
  async ({ browser, dashboard, events, registry, alerts }) => {
    const tell = (run: number) => {
      const origin = { runId: run % 9 === 0 ? longText(`r${run}`) : `r${run}`, agent: longText(`agent ${run % 200}`) };
      events.emit("state.start", { ...origin, state: "only", attempt: 1 });
      events.emit("run.end", { ...origin, status: "failed", durationMs: 1, error: new Error(longText("broken")) });
    };
    for (let run = 0; run < 10_000; run++) tell(run);
    for (const state of HUGE_PLAN.states) {
      events.emit("state.start", { runId: "whole", agent: "huge", state, attempt: 1 });
    }
    const load = registry.gauge({ name: "load", help: longText("Load"), labels: ["host"], maxSeries: 20_000 });
    for (let host = 0; host < 20_000; host++) load.set({ host: String(host) }, host);
    for (let host = 0; host < 1_000; host++) {
      alerts.trigger("Down", {
        labels: { host: longText(String(host)) },
        annotations: { summary: longText("It is down") },
      });
    }
    await withSite(browser, { url: dashboard.url, width: WIDE, theme: "dark" }, async ({ page, complaints }) => {
      await until(page, "document.querySelectorAll('#series tr').length === 200");
      await page.type("#run-search", "whole");
      await until(page, "document.querySelectorAll('.entry').length === 1");
      await page.click(".entry");
      await until(page, "document.querySelectorAll('.box').length === 500");
      assertEquals(await ask(page, ANIMATION, isText), "none", "with so many that run, none of them moves");
      const [caption] = await textOf(page, "#graph-caption");
      assert(caption?.startsWith("500 states: ") && caption.includes("500 further states not shown."), caption);
      await page.click("#run-search", { count: 3 });
      await page.keyboard.press("Backspace");
      await until(page, "document.querySelectorAll('.entry').length === 200");
      assertEquals(await textOf(page, "#runs-more"), ["And 800 older runs: search for them."]);
      assertEquals(await textOf(page, "#metric-count"), [
        "200 of 1,000 series, and 19,000 series beyond what is kept",
      ]);
      assertEquals(await textOf(page, "#alerts-more"), ["And 800 further alerts."]);
      assertEquals(await ask(page, "document.querySelectorAll('.card').length", isNumber), 200);
      const runsAt = "document.getElementById('runs-title').getBoundingClientRect().top + scrollY";
      for (const width of [WIDE, NARROW]) {
        await resize(page, width);
        assert(await ask(page, OVERFLOW, isNumber) <= 0, `with ${width} pixels, it scrolls sideways`);
        assert(await ask(page, runsAt, isNumber) < 1_000, "runs are within reach below the alerts");
      }
      for (let run = 0; run < 1_200; run++) { // more than are kept
        tell(run);
        if (run % 100 === 0) assert(await ask(page, "document.querySelectorAll('*').length", isNumber) < 20_000);
      }
      await until(page, "document.getElementById('run-facts').textContent.includes('whole')");
      assertEquals(complaints, []);
    });
  },
  { plans: { huge: HUGE_PLAN }, maxRuns: 1_000 },
);

siteTest(
  "Dashboard's page keeps up with 50,000 events as fast as they come",
  ({ browser, dashboard, events }) =>
    withSite(browser, { url: dashboard.url, ...VIEW }, async ({ page, complaints }) => {
      await until(page, "document.getElementById('connection').textContent === 'Live'");
      const eventsOfRun = 14, runs = Math.ceil(50_000 / eventsOfRun);
      for (let run = 0; run < runs; run++) {
        tellRun(events, `r${run}`);
        if (run % 100 === 0) {
          assert(
            await ask(page, "document.querySelectorAll('.entry').length", isNumber) <= 200,
            "it answers meanwhile",
          );
        }
      }
      await until(page, `document.getElementById('tile-completed').textContent === "${runs.toLocaleString("en")}"`);
      assertEquals((await textOf(page, ".entry:first-child .about"))[0]?.endsWith(` · r${runs - 1}`), true);
      assertEquals(await ask(page, "document.querySelectorAll('.entry').length", isNumber), 200);
      assertEquals(complaints, []);
    }),
);
