/**
 * Where a file's definitions go while it is loaded by the program that will measure it.
 *
 * It is found in the global scope: a file may bring a copy of this package of its own.
 *
 * @module
 */

import type { BenchmarkDefinition, Suite } from "../definition.ts";

/** Takes what a file defines. */
export interface Collector {
  /** Takes a suite. */
  suite(suite: Suite): void;
  /** Takes a benchmark that is in no suite: it belongs to that of the file. */
  bench(definition: BenchmarkDefinition): void;
}

const KEY = Symbol.for("puffin-bench.collector");

/** The collector of the file that is being loaded; undefined if no program collects. */
export function activeCollector(): Collector | undefined {
  const collector: unknown = Reflect.get(globalThis, KEY);
  return isCollector(collector) ? collector : undefined;
}

/** Has `collector` take what is defined from now on; undefined for nobody. */
export function setCollector(collector: Collector | undefined): void {
  Reflect.set(globalThis, KEY, collector);
}

function isCollector(value: unknown): value is Collector {
  return typeof value === "object" && value !== null && "suite" in value && typeof value.suite === "function" &&
    "bench" in value && typeof value.bench === "function";
}
