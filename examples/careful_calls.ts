/**
 * A server that fails, asked by a state and by other code without making its trouble worse:
 * `deno run examples/careful_calls.ts`.
 *
 * @module
 */

import { Agent, CircuitBreaker, retry, RetryBudget, type RetryOptions, timeout, wrap } from "../mod.ts";

/** Says no, for good. */
class RefusedError extends Error {}

// One set of options for all that ask this server: its retries come from one budget, and a refusal is not retried.
const options: RetryOptions = {
  maxRetries: 3,
  initialDelayMs: 1,
  backoff: "decorrelated",
  rules: [{ matches: (error) => error instanceof RefusedError, maxRetries: 0 }],
  budget: new RetryBudget({ reserve: 5 }),
};
const breaker = new CircuitBreaker({ name: "prices", trip: { kind: "consecutive", failures: 10 } });

let calls = 0;
const prices = (item: string): Promise<number> => {
  calls++;
  if (item === "secret") return Promise.reject(new RefusedError("none of your business"));
  return calls % 2 === 1 ? Promise.reject(new Error("busy")) : Promise.resolve(item.length);
};

// A state takes policies as options; its fallback runs when it has failed for good.
const quote = new Agent<{ item: string }>("quote").state("ask", {
  retry: options,
  circuitBreaker: breaker,
  timeoutMs: 1_000,
  fallback: (error, ctx) => ctx.output("price", `none: ${error instanceof Error ? error.message : error}`),
}, async (ctx) => {
  ctx.output("price", await prices(ctx.get("item")));
});
for (const item of ["lamp", "secret"]) {
  const { outputs, states } = await quote.run({ variables: { item } });
  console.log(`${item}: ${outputs.price}, after ${states.ask?.attempts} attempts`);
}

// Other code wraps the same around a call, outermost first.
const careful = wrap(retry(options), breaker, timeout(1_000));
console.log(`table: ${await careful.execute(() => prices("table"))}, after ${calls} calls in all`);

// Prints:
// lamp: 4, after 2 attempts
// secret: none: none of your business, after 2 attempts
// table: 5, after 4 calls in all
