import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { AlertManager } from "./alert_manager.ts";
import { FakeMetric, sourceOf } from "./testdata/fake_metrics.ts";

/** What an alert does, looked at each millisecond. */
class PlainAlert {
  state = "";
  #nowMs = 0;
  #sinceMs = 0;
  #endedMs: number | undefined = undefined;
  #resolvedMs: number | undefined = undefined;

  constructor(readonly forMs: number, readonly keepFiringForMs: number, readonly keepResolvedMs: number) {}

  pass(value: number): void {
    const nowMs = this.#nowMs++, holds = value > (this.state === "firing" ? 5 : 10);
    if (this.state === "firing") {
      this.#endedMs = holds ? undefined : this.#endedMs ?? nowMs;
      if (this.#endedMs !== undefined && nowMs - this.#endedMs >= this.keepFiringForMs) {
        this.state = "resolved";
        this.#resolvedMs = nowMs;
      }
    } else if (holds) {
      if (this.state !== "pending") this.#sinceMs = nowMs;
      this.state = nowMs - this.#sinceMs >= this.forMs ? "firing" : "pending";
      if (this.state === "firing") this.#resolvedMs = this.#endedMs = undefined;
    } else if (this.state === "pending") this.state = this.#resolvedMs === undefined ? "" : "resolved";
    if (this.state === "resolved" && nowMs - (this.#resolvedMs ?? nowMs) >= this.keepResolvedMs) {
      this.state = "";
      this.#resolvedMs = undefined;
    }
  }
}

// Multiples of 20 ms, from which every deadline is at least 5 ms away: it may come a little late.
const scripts = fc.array(
  fc.record({
    value: fc.constantFrom(0, 5, 6, 11, 11),
    ms: fc.integer({ min: 1, max: 12 }).map((units) => units * 20),
  }),
  { maxLength: 20, size: "max" },
);
const KEEP_RESOLVED_MS = 330;

Deno.test("AlertManager has an alert as a look at each millisecond would have it, and tells of every change", async () => {
  await fc.assert(
    fc.asyncProperty(
      scripts,
      fc.constantFrom(0, 50, 110),
      fc.constantFrom(0, 155),
      (script, forMs, keepFiringForMs) =>
        withFakeTime(async (tick) => {
          const metric = new FakeMetric("queue", 0), model = new PlainAlert(forMs, keepFiringForMs, KEEP_RESOLVED_MS);
          using alerts = new AlertManager({
            source: sourceOf(metric),
            resolutionMs: 1,
            now: () => performance.now(), // no step of the wall clock moves the times that are listed
            keepResolvedMs: KEEP_RESOLVED_MS,
            rules: [{ name: "A", type: "threshold", metric: "queue", above: 10, resolveAt: 5, forMs, keepFiringForMs }],
          });
          let calls = 0, before = JSON.stringify(alerts.list());
          alerts.watch(() => calls++);
          for (const { value, ms } of script) {
            const callsBefore = calls;
            metric.set(value);
            for (let each = 0; each < ms; each++) model.pass(value);
            await tick(ms);
            assertEquals(alerts.list().map(({ state }) => state).join(), model.state);
            const now = JSON.stringify(alerts.list());
            assert(now === before || calls > callsBefore, "a change was not told");
            before = now;
          }
        }),
    ),
    { numRuns: 200 },
  );
});
