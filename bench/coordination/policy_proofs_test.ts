import { assertEquals } from "@std/assert";
import { Bulkhead, CircuitBreaker, Coalescer, fallback, hedge, type Policy, retry, timeout } from "../../mod.ts";
import {
  answersInstead,
  hasATimer,
  leavesAtOnce,
  opens,
  refusesBeyond,
  sharesARun,
  triesAgain,
} from "./policy_proofs.ts";

/** Does nothing of its own, and cannot be told from a policy while calls succeed. */
const idle: Policy = {
  execute: async (fn, { signal = new AbortController().signal } = {}) => await fn({ attempt: 1, signal }),
};

Deno.test("Each policy does what it is for", async () => {
  assertEquals(
    await Promise.all([
      opens(new CircuitBreaker()),
      refusesBeyond(new Bulkhead({ maxConcurrency: 2 })),
      triesAgain(retry({ maxRetries: 1, initialDelayMs: 0 })),
      answersInstead(fallback(() => 2)),
      sharesARun(new Coalescer()),
    ]),
    [true, true, true, true, true],
  );
  assertEquals(await hasATimer(timeout(1_000)), true);
  assertEquals(await hasATimer(hedge({ delayMs: 1_000 })), true);
  assertEquals(await leavesAtOnce(timeout(1_000, { mode: "aggressive" })), true);
});

Deno.test("None of the proofs takes what does nothing for a policy", async () => {
  const proofs = [triesAgain, hasATimer, leavesAtOnce];
  for (const proof of proofs) {
    assertEquals(await proof(idle).catch(() => false), false, proof.name);
  }
});
