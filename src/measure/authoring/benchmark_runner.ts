/**
 * Benchmarks as methods of a class, handed to a runner one by one.
 *
 * @module
 */

import type { BenchmarkOptions } from "../definition.ts";
import { bench } from "./bench.ts";

/** How a method is measured: all that a benchmark's options offer but parameters and state, which the class holds itself. */
export type RunnerOptions = Pick<
  BenchmarkOptions<undefined, Record<never, never>>,
  "group" | "baseline" | "iterations" | "timeoutMs" | "expected" | "throughput"
>;

/**
 * Takes methods to be measured. Each call of a method is an iteration: it returns `true`, or `false` if the operation failed.
 *
 * @example
 * ```ts
 * import { BenchmarkRunner } from "./benchmark_runner.ts";
 *
 * class MyBenchmarks {
 *   readonly numbers = [3, 1, 2];
 *   myOperation() {
 *     return this.numbers.toSorted()[0] === 1;
 *   }
 * }
 * const benchmarks = new MyBenchmarks();
 * const runner = new BenchmarkRunner(benchmarks);
 * runner.runBenchmark("My Operation", benchmarks.myOperation, { iterations: 1000 });
 * ```
 */
export class BenchmarkRunner {
  readonly #owners: readonly object[];

  /**
   * Makes a runner.
   *
   * @param owners Objects whose methods it will be given: JavaScript hands a method over without its object, so a method that uses
   * `this` is called on the first of these that has it.
   */
  constructor(...owners: readonly object[]) {
    this.#owners = owners;
  }

  /**
   * Defines a benchmark; it is measured once the whole file is loaded.
   *
   * @param name Any text that is not empty.
   * @param fn Does the operation once; returns `false`, throws or rejects if that failed.
   * @param options How it is repeated and judged; `iterations` is the number of calls in a sample.
   * @throws {TypeError} If the name or an option is not what it should be, or `fn` uses `this` and no owner has it.
   */
  runBenchmark(name: string, fn: () => unknown, options: RunnerOptions = {}): void {
    bench(name, options, typeof fn === "function" ? this.#bound(name, fn) : fn);
  }

  #bound(name: string, fn: () => unknown): () => unknown {
    const owner = this.#owners.find((object) => hasMethod(object, fn));
    if (owner === undefined) {
      if (usesThis(fn)) {
        throw new TypeError(
          `Cannot measure ${
            JSON.stringify(name)
          }: its method uses "this" and was handed over without its object; make the ` +
            "runner with it, as in new BenchmarkRunner(benchmarks), or pass () => benchmarks.method()",
        );
      }
      return fn;
    }
    // The hash of a definition is made from the text of its function, and a bound one has none.
    return Object.defineProperty(fn.bind(owner), "toString", { value: () => String(fn) });
  }
}

function hasMethod(owner: object, fn: () => unknown): boolean {
  for (let at: object | null = owner; at !== null; at = Reflect.getPrototypeOf(at)) {
    if (Object.values(Object.getOwnPropertyDescriptors(at)).some(({ value }) => value === fn)) return true;
  }
  return false;
}

/** Arrow functions keep the `this` of where they were made; of the others, the text tells. */
function usesThis(fn: () => unknown): boolean {
  const text = String(fn);
  const isArrow = /^(?:async\s*)?(?:\([^]*?\)|[\w$]+)\s*=>/.test(text);
  return !isArrow && /\b(?:this|super)\b/.test(text);
}
