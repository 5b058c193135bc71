/**
 * Runs the same definitions under `deno bench`.
 *
 * @module
 */

import type { BenchmarkDefinition, Parameters, Suite } from "./definition.ts";
import { combinations, parameterSuffix } from "./parameters.ts";
import { isThenable } from "../thenable.ts";

/**
 * Registers every benchmark of a suite, one for each combination of its parameters, with `Deno.bench`; does nothing when the
 * file is run in any other way.
 *
 * `deno bench` has no rounds and no teardown of a benchmark: `setup` and then `beforeRound` run once, before the first
 * iteration; `afterRound` and `teardown` do not run, since the process ends.
 */
export function registerWithDenoBench(suite: Suite): void {
  for (const definition of suite.benchmarks) {
    for (const params of combinations(definition.options.params ?? {})) register(definition, params);
  }
}

function register(definition: BenchmarkDefinition, params: Parameters): void {
  const { group, baseline, params: space } = definition.options;
  const suffix = parameterSuffix(params);
  // Deno knows one baseline a group: with parameters, each combination is a group of its own.
  const label = group === undefined ? undefined : space === undefined ? group : group + suffix;
  Deno.bench({
    name: definition.name + suffix,
    ...(label === undefined ? {} : { group: label, baseline: baseline === true }),
    fn: needsAwait(definition) ? asyncBody(definition, params) : syncBody(definition, params),
  });
}

const AsyncFunction = (async () => {}).constructor;

function isAsync(fn: ((...values: never[]) => unknown) | undefined): boolean {
  return fn?.constructor === AsyncFunction;
}

function needsAwait({ fn, options }: BenchmarkDefinition): boolean {
  return [fn, options.setup, options.beforeRound, options.beforeIteration, options.afterIteration].some(isAsync);
}

/** `deno bench` does not await what a synchronous function returns: it would report the time to make a promise. */
function notThenable<T>(value: T, definition: BenchmarkDefinition, part: string): T {
  if (isThenable(value)) {
    throw new TypeError(
      `Cannot measure "${definition.name}" under deno bench: its ${part} returned a promise without being declared async, ` +
        "so deno bench would not await it; declare it as an async function",
    );
  }
  return value;
}

function check(result: unknown, definition: BenchmarkDefinition): void {
  if (result === false) throw new Error(`Benchmark "${definition.name}" failed: it returned false`);
}

function syncBody(definition: BenchmarkDefinition, params: Parameters): (b: Deno.BenchContext) => void {
  const { fn, options: { setup, beforeRound, beforeIteration, afterIteration } } = definition;
  let ready = false;
  let state: unknown;
  const prepare = () => {
    state = notThenable(setup?.(params), definition, "setup");
    notThenable(beforeRound?.(state, params), definition, "beforeRound");
    ready = true;
  };
  if (beforeIteration === undefined && afterIteration === undefined) {
    return () => {
      if (!ready) prepare();
      check(notThenable(fn(state, params), definition, "function"), definition);
    };
  }
  return (b) => {
    if (!ready) prepare();
    notThenable(beforeIteration?.(state, params), definition, "beforeIteration");
    b.start();
    const result = fn(state, params);
    b.end();
    check(notThenable(result, definition, "function"), definition);
    notThenable(afterIteration?.(state, params), definition, "afterIteration");
  };
}

function asyncBody(definition: BenchmarkDefinition, params: Parameters): (b: Deno.BenchContext) => Promise<void> {
  const { fn, options: { setup, beforeRound, beforeIteration, afterIteration } } = definition;
  let ready = false;
  let state: unknown;
  const prepare = async () => {
    state = await setup?.(params);
    await beforeRound?.(state, params);
    ready = true;
  };
  if (beforeIteration === undefined && afterIteration === undefined) {
    return async () => {
      if (!ready) await prepare();
      check(await fn(state, params), definition);
    };
  }
  return async (b) => {
    if (!ready) await prepare();
    await beforeIteration?.(state, params);
    b.start();
    const result = await fn(state, params);
    b.end();
    check(result, definition);
    await afterIteration?.(state, params);
  };
}
