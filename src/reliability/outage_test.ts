import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Bulkhead } from "./bulkhead.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import { fallback } from "./fallback.ts";
import { hedge } from "./hedge.ts";
import type { PolicyContext } from "./policy.ts";
import { retry } from "./retry_calls.ts";
import { RetryBudget } from "./retry_budget.ts";
import { withFakeTime } from "./testdata/fake_time.ts";
import { timeout } from "./timeout.ts";
import { timers } from "./timer_wheel.ts";
import { wrap } from "./wrap.ts";

const RESERVE = 10, RETRIES_PER_SUCCESS = 0.1;

const outages = fc.record({
  fromMs: fc.nat(200),
  forMs: fc.nat(300),
  mode: fc.constantFrom("aggressive" as const, "cooperative" as const),
  /** One for each request: how long to wait for the next; how long it takes; whether it heeds its signal; how lucky it is. */
  requests: fc.array(fc.tuple(fc.nat(8), fc.nat(60), fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 50,
    maxLength: 100,
    size: "max",
  }),
});

Deno.test("All policies around one call, with one budget, ask a server in trouble no more often than the budget says", () =>
  withFakeTime((tick) =>
    fc.assert(
      fc.asyncProperty(outages, async ({ fromMs, forMs, mode, requests }) => {
        const budget = new RetryBudget({ reserve: RESERVE, retriesPerSuccess: RETRIES_PER_SUCCESS });
        const bulkhead = new Bulkhead({ maxConcurrency: 5, maxQueue: 20 }), startMs = performance.now();
        const careful = wrap(
          fallback(() => "instead"),
          retry({ maxRetries: 4, initialDelayMs: 5, budget }),
          hedge({ delayMs: 15, maxHedges: 2, budget }),
          new CircuitBreaker({ trip: { kind: "count", calls: 20, failureRatio: 0.9 }, openMs: 100 }),
          bulkhead,
          timeout(50, { mode }),
        );
        let calls = 0, firstCalls = 0, succeeded = 0, answered = 0, atOnce = 0, mostAtOnce = 0;
        for (const [pauseMs, takesMs, isHeedful, luck] of requests) {
          let wasAsked = false;
          const ask = ({ signal }: PolicyContext) =>
            new Promise<string>((resolve, reject) => {
              calls++;
              if (!wasAsked) firstCalls++;
              wasAsked = true;
              mostAtOnce = Math.max(mostAtOnce, ++atOnce);
              const sinceMs = performance.now() - startMs, isDown = sinceMs >= fromMs && sinceMs < fromMs + forMs;
              const timer = setTimeout(() => {
                atOnce--;
                if (luck < (isDown ? 0.9 : 0.05)) return reject(new Error("down"));
                succeeded++;
                resolve("fine");
              }, takesMs);
              if (!isHeedful) return;
              signal.addEventListener("abort", () => {
                clearTimeout(timer);
                atOnce--;
                reject(signal.reason);
              }, { once: true });
            });
          careful.execute(ask).then(() => answered++);
          await tick(pauseMs);
        }
        for (let turn = 0; turn < 50; turn++) await tick(40);
        assertEquals(answered, requests.length, "every request is answered");
        const most = firstCalls + RESERVE + 2 * RETRIES_PER_SUCCESS * succeeded; // both retry and hedge earn by a success
        assert(calls <= most, `${calls} calls for ${firstCalls} requests`);
        if (mode === "cooperative") assert(mostAtOnce <= 5, `${mostAtOnce} at once`);
        assertEquals([bulkhead.running, bulkhead.waiters, timers.size], [0, 0, 0]);
      }),
      { numRuns: 30 },
    )
  ));
