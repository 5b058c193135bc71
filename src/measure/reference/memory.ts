/**
 * A body that waits for memory: it shows what neighbours do to the caches, which arithmetic does not.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";
import { createRandom } from "../random.ts";

/**
 * A single cycle through all cells, in random order (S. Sattolo, "An algorithm to generate a random cyclic permutation",
 * Information Processing Letters 22, 1986): each cell holds the number of the next one.
 */
function randomCycle(cells: number): Int32Array {
  const random = createRandom(cells);
  const next = Int32Array.from({ length: cells }, (_, index) => index);
  for (let last = cells - 1; last > 0; last--) {
    const other = random.nextInt(last);
    const moved = next[last] ?? 0;
    next[last] = next[other] ?? 0;
    next[other] = moved;
  }
  return next;
}

/**
 * 64 steps through a cycle of 131,072 cells, each load's address being the result of the one before.
 *
 * The cells take 512 KiB: more than the first cache holds, about what the second does. On a busy host of two shared cores the
 * duration then differs by 10 % (standard deviation of its logarithm) between processes, with 256 KiB by 1 %, with 1 MiB or more by
 * 30 to 70 %: that would tell of the neighbours' memory, and drown what the other references say.
 */
export function pointerChase(bench: DefineBenchmark): void {
  const setup = () => ({ next: randomCycle(2 ** 17), at: 0, turn: 0 });
  bench("pointer_chase", { setup }, (state) => {
    const { next } = state;
    let at = state.at;
    for (let hop = 0; hop < 64; hop++) at = next[at] ?? 0;
    state.at = at;
    const turn = state.turn = (state.turn + 1) % (2 ** 17 / 64);
    return (at === 0) === (turn === 0); // the cycle is as long as there are cells: then, and only then, it begins again
  });
}
