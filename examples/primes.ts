/**
 * What the Workers of `agents_on_workers.ts` run.
 *
 * @module
 */

import { Agent } from "../mod.ts";

/** Counts the primes below `limit`, and looks now and then whether it should go on. */
export function countPrimes(limit: number, signal: AbortSignal): number {
  let found = 0;
  for (let n = 2; n < limit && !signal.aborted; n++) if (isPrime(n)) found++;
  return found;
}

/** An agent: run with the task's input as its variables, it answers with its outputs. */
export const factors = new Agent<{ n: number }, { factors: number[] }>("factors").state("divide", (ctx) => {
  const found: number[] = [];
  let rest = ctx.get("n");
  for (let divisor = 2; rest > 1; divisor++) {
    for (; rest % divisor === 0; rest /= divisor) found.push(divisor);
  }
  ctx.output("factors", found);
});

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}
