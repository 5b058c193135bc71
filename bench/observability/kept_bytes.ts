/**
 * What something takes in memory.
 *
 * @module
 */

import { findCollector } from "../../src/measure/fork/garbage.ts";

/**
 * How many bytes are in use, with typed arrays, because of what `make` answers; 0 where V8 was started without `--expose-gc`, since
 * garbage would be among them.
 */
export function keptBytes(make: () => object): number {
  const collect = findCollector();
  if (collect === undefined) return 0;
  const before = usedBytes(collect), kept = [make()], after = usedBytes(collect);
  kept.length = 0; // it was held until here
  return after - before;
}

function usedBytes(collect: (kind: "major") => void): number {
  collect("major");
  collect("major"); // typed arrays that the first one has found are given back by now
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}
