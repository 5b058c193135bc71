import FakeTimers from "@sinonjs/fake-timers";
import { assert, assertEquals } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import type { Alert } from "../alerts/alert.ts";
import { AlertManager } from "../alerts/alert_manager.ts";
import type { AlertFilter } from "../alerts/alert_manager_options.ts";
import { EventBus } from "../events/event_bus.ts";
import { Registry } from "../metrics/registry.ts";
import type { RunEvents } from "../observe/run_events.ts";
import { AlertBoard } from "./alert_board.ts";
import { LiveFeed, type LiveUpdate, MOST_VIEWERS, STALL_MS } from "./live_feed.ts";
import { MetricHistory } from "./metric_history.ts";
import { RunHistory } from "./run_history.ts";
import { tellRun } from "./testdata/sample_runs.ts";

/** What a page reads. */
class Reader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  lastId = "";

  constructor(stream: ReadableStream<Uint8Array> | undefined) {
    assert(stream !== undefined);
    this.#reader = stream.getReader();
  }

  /** The next message's text; `undefined` at the end. */
  async text(): Promise<string | undefined> {
    const { value } = await this.#reader.read();
    return value === undefined ? undefined : new TextDecoder().decode(value);
  }

  async update(): Promise<LiveUpdate> {
    const text = await this.text(), data = /^data: (.*)$/m.exec(text ?? "")?.[1];
    this.lastId = /^id: (.*)$/m.exec(text ?? "")?.[1] ?? this.lastId;
    assert(data !== undefined, text);
    return JSON.parse(data);
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

/** Counts how often somebody walks along all alerts, and who watches them. */
class CountedAlerts extends AlertManager {
  looks = 0;
  watchers = 0;

  override watch(changed: () => void): () => void {
    const unwatch = super.watch(changed);
    this.watchers++;
    return () => {
      this.watchers--;
      unwatch();
    };
  }

  override list(filter?: AlertFilter): readonly Alert[] {
    this.looks++;
    return super.list(filter);
  }
}

type Parts = {
  clock: FakeTimers.Clock;
  bus: EventBus<RunEvents>;
  feed: LiveFeed;
  registry: Registry;
  alerts: CountedAlerts;
};

/** A test under a clock of its own, after which no timer may be left. */
function feedTest(name: string, fn: (parts: Parts) => Promise<void>): void {
  Deno.test(name, async () => {
    const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
    const before = timers.size;
    try {
      using bus = new EventBus<RunEvents>();
      const runs = new RunHistory(100, new Map()), registry = new Registry();
      using alerts = new CountedAlerts({ source: registry });
      {
        using feed = new LiveFeed({ runs, metrics: new MetricHistory(registry), alerts: new AlertBoard(alerts) });
        bus.onMatching("*", (event) => {
          runs.record(event);
          feed.changed();
        });
        await fn({ clock, bus, feed, registry, alerts });
      }
      assertEquals(timers.size, before, "a timer is left");
    } finally {
      clock.uninstall();
    }
  });
}

feedTest(
  "LiveFeed tells a page everything at first, then one update for all that happens within 100 ms",
  async ({ clock, bus, feed }) => {
    tellRun(bus, "before");
    const page = new Reader(feed.open(null)), first = await page.update();
    assertEquals([first.isAll, first.merged, first.runs?.runs.length, first.runs?.agents.length], [true, 0, 1, 1]);
    for (let at = 0; at < 1_000; at++) tellRun(bus, `r${at}`, { until: "fetch" });
    await clock.tickAsync(100);
    const second = await page.update();
    assertEquals([second.isAll, second.runs?.runs.length, second.runs?.events], [false, 100, 14 + 2_000]);
    tellRun(bus, "last", { until: "fetch" });
    await clock.tickAsync(99);
    assertEquals(second.runs?.agents, []);
    await clock.tickAsync(1);
    assertEquals((await page.update()).runs?.runs.map(({ name }) => name), ["last"]);
  },
);

feedTest(
  "LiveFeed tells a page that comes back what it has missed, and one with a strange id everything",
  async ({ clock, bus, feed }) => {
    tellRun(bus, "first");
    const page = new Reader(feed.open(null));
    await page.update();
    await page.leave();
    assertEquals(feed.viewers, 0);
    tellRun(bus, "second");
    await clock.tickAsync(5_000);
    const again = new Reader(feed.open(page.lastId)), missed = await again.update();
    assertEquals([missed.isAll, missed.runs?.runs.map(({ name }) => name)], [false, ["second"]]);
    const [instance] = page.lastId.split(".");
    for (
      const id of [
        "",
        "other.1.1.0",
        `${instance}.9999.1.0`,
        `${instance}.-1.1.0`,
        `${instance}.x.1.0`,
        instance ?? "",
        "\u202e",
      ]
    ) {
      assertEquals((await new Reader(feed.open(id)).update()).isAll, true, id);
    }
  },
);

feedTest(
  "LiveFeed merges updates for a page that is behind, and drops one that takes nothing",
  async ({ clock, bus, feed }) => {
    const slow = new Reader(feed.open(null)), dead = new Reader(feed.open(null));
    await slow.update();
    for (let at = 0; at < 5; at++) {
      tellRun(bus, `r${at}`);
      await clock.tickAsync(100);
    }
    assertEquals((await slow.update()).runs?.runs.map(({ name }) => name), ["r0"]);
    await clock.tickAsync(100);
    const merged = await slow.update();
    assertEquals([merged.merged, merged.runs?.runs.map(({ name }) => name)], [4, ["r1", "r2", "r3", "r4"]]);
    tellRun(bus, "r5");
    await clock.tickAsync(100);
    assertEquals((await slow.update()).merged, 0, "it has caught up");
    const reading = (async () => {
      while (await slow.text() !== undefined);
    })();
    await clock.tickAsync(STALL_MS + 2_000);
    assertEquals(feed.viewers, 1, "only the one that reads is left");
    assertEquals(
      [(await dead.update()).isAll, await dead.text()],
      [true, undefined],
      "what it was told at first is all that was kept for it",
    );
    feed[Symbol.dispose]();
    await reading;
  },
);

feedTest(
  "LiveFeed says something every ten seconds, and samples metrics once a second",
  async ({ clock, feed, registry }) => {
    const load = registry.gauge({ name: "load", help: "Load" });
    const page = new Reader(feed.open(null));
    const [series] = (await page.update()).metrics?.series ?? [];
    assertEquals([series?.about?.name, series?.values], ["load", [0]]);
    load.set(3);
    await clock.tickAsync(1_100);
    const told = await page.update();
    assertEquals([told.metrics?.series, told.runs], [[{ id: 1, values: [3] }], undefined]);
    for (let second = 0; second < 8; second++) {
      await clock.tickAsync(1_000);
      assertEquals((await page.update()).metrics?.series, [], "nothing has changed");
    }
    await clock.tickAsync(1_000);
    assertEquals(await page.text(), "event: beat\ndata:\n\n");
  },
);

feedTest("LiveFeed does nothing while nobody looks, and shows that time as one without values", async (parts) => {
  const { clock, bus, feed, registry, alerts } = parts, none = timers.size;
  let asked = 0;
  const load = registry.gauge({ name: "load", help: "Load" });
  registry.observable({ type: "gauge", name: "depth", help: "Depth", collect: () => ++asked });
  load.set(1);
  tellRun(bus, "before");
  assertEquals(timers.size, none);
  await clock.tickAsync(10_000);
  assertEquals([timers.size, asked, alerts.watchers], [none, 0, 0]);

  const page = new Reader(feed.open(null)), values = async (reader: Reader) => (await reader.update()).metrics;
  assertEquals(
    (await values(page))?.series.map(({ values }) => values),
    [[1]],
    "at once, and callbacks a second later",
  );
  assertEquals(asked, 1);
  await clock.tickAsync(1_100);
  assertEquals((await values(page))?.series.map(({ values }) => values), [[1]]);
  assertEquals(alerts.watchers, 1);
  await page.leave();
  assertEquals([timers.size, alerts.watchers], [none, 0]);
  await clock.tickAsync(3_600);
  assertEquals([timers.size, asked], [none, 2]);

  load.set(2);
  const again = new Reader(feed.open(page.lastId)), all = await values(again);
  assertEquals(all?.isAll, true);
  assertEquals(all?.series.map(({ values }) => values), [[1, 1, null, null, 2], [null, 1, null, null, 2]]);
  await again.leave();
  const reloaded = new Reader(feed.open(again.lastId));
  assertEquals(await values(reloaded), undefined, "within the same second nothing is sampled");
  await clock.tickAsync(1_100);
  assertEquals((await values(reloaded))?.samples, 1);
});

feedTest("LiveFeed tells of an alert within 100 ms, and of many changes of alerts once a second", async (parts) => {
  const { clock, feed, alerts } = parts, page = new Reader(feed.open(null));
  assertEquals((await page.update()).alerts?.firing, 0);
  await clock.tickAsync(1_150);
  await page.update(); // metrics
  alerts.trigger("First");
  await clock.tickAsync(100);
  assertEquals((await page.update()).alerts?.alerts.map(({ name }) => name), ["First"]);
  const firing: (number | undefined)[] = [], before = alerts.looks;
  await clock.tickAsync(5_000);
  await page.update();
  assertEquals(alerts.looks, before, "nothing has changed");
  for (let at = 0; at < 20; at++) {
    alerts.trigger(`A${at}`);
    await clock.tickAsync(100);
    if (at % 10 === 9) firing.push((await page.update()).alerts?.firing);
  }
  assert(firing.every((count) => count !== undefined), firing.join());
  assert(alerts.looks <= before + 3, `${alerts.looks - before} looks within two seconds`);
  await page.leave();
  alerts.trigger("Meanwhile");
  await clock.tickAsync(5_000);
  assertEquals((await new Reader(feed.open(page.lastId)).update()).alerts?.firing, 22);
});

feedTest("LiveFeed refuses the thirty-third page, and all once it is closed", async ({ feed }) => {
  const pages = Array.from({ length: MOST_VIEWERS }, () => new Reader(feed.open(null)));
  assertEquals(feed.open(null), undefined);
  await pages[0]?.leave();
  assert(feed.open(null) !== undefined);
  feed[Symbol.dispose]();
  assertEquals([feed.viewers, feed.open(null)], [0, undefined]);
  await pages[1]?.update();
  assertEquals(await pages[1]?.text(), undefined);
});
