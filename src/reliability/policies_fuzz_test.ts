import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Bulkhead } from "./bulkhead.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import { Coalescer } from "./coalescer.ts";
import { fallback } from "./fallback.ts";
import { hedge } from "./hedge.ts";
import type { Policy } from "./policy.ts";
import { retry } from "./retry_calls.ts";
import { RetryBudget } from "./retry_budget.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { timeout } from "./timeout.ts";
import { timers } from "./timer_wheel.ts";
import { wrap } from "./wrap.ts";

const kinds = ["retry", "cooperative", "aggressive", "breaker", "bulkhead", "fallback", "hedge", "coalescer"] as const;

const calls = fc.record({
  kind: fc.constantFrom("call", "call", "call", "succeed", "fail", "fail", "abort", "tick", "tick"),
  n: fc.nat(999),
  sameTurn: fc.boolean(),
});

Deno.test("Policies, wrapped in any order, answer every call and leave nothing behind", () =>
  withFakeTime((tick) =>
    fc.assert(fc.asyncProperty(
      fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 5 }),
      fc.array(calls, { maxLength: 60, size: "max" }),
      async (names, script) => {
        const bulkhead = new Bulkhead({ maxConcurrency: 2, maxQueue: 2 }), coalescer = new Coalescer();
        const policies: Record<typeof kinds[number], Policy<unknown>> = {
          retry: retry({ maxRetries: 2, initialDelayMs: 8, budget: new RetryBudget() }),
          cooperative: timeout(25),
          aggressive: timeout(25, { mode: "aggressive" }),
          breaker: new CircuitBreaker({ trip: { kind: "count", calls: 4, failureRatio: 0.5 }, openMs: 30 }),
          bulkhead,
          fallback: fallback(() => "instead", { when: (error) => error instanceof RangeError }),
          hedge: hedge({ delayMs: 10, maxHedges: 2 }),
          coalescer: coalescer.keyed("one"),
        };
        // A bulkhead inside itself may wait for itself, and so may a run that is shared with itself.
        const policy = wrap(...[...new Set(names)].map((name) => policies[name]));
        const work = new ScriptedCalls(),
          aborts: AbortController[] = [],
          runs: ReturnType<typeof watch<unknown>>[] = [];
        for (const { kind, n, sameTurn } of script) {
          if (kind === "call") {
            const abort = new AbortController();
            aborts.push(abort);
            runs.push(watch(policy.execute((context) => {
              if (n % 3 === 0) return work.fn(context); // one that never looks at its signal
              const { signal } = context, made = work.fn(context), { fail } = work.at(-1);
              if (signal.aborted) fail(signal.reason);
              signal.addEventListener("abort", () => fail(signal.reason));
              return made;
            }, n % 2 === 0 ? undefined : abort)));
          } else if (kind === "abort") aborts[n % (aborts.length || 1)]?.abort(new Error("gone"));
          else if (kind === "tick") await tick(n % 20);
          else if (work.list.length > 0) {
            const { succeed, fail } = work.at(n % work.list.length);
            if (kind === "succeed") succeed(n);
            else fail(n % 2 === 0 ? new RangeError("bad") : new Error("down"));
          }
          if (!sameTurn) await settle();
        }
        for (let turn = 0; turn < 100 && runs.some(({ outcome }) => outcome === "pending"); turn++) {
          for (const { succeed } of work.list) succeed("in the end");
          await tick(40);
        }
        assert(runs.every(({ outcome }) => outcome !== "pending"), "every call is answered");
        for (const { succeed } of work.list) succeed("nobody waits for it");
        await settle();
        assertEquals([timers.size, bulkhead.running, bulkhead.waiters, coalescer.size], [0, 0, 0, 0]);
      },
    ))
  ));
