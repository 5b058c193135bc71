/**
 * Bodies that go through arrays: arithmetic, branches, and the first level of cache.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";
import { createRandom } from "../random.ts";

/** The sum of 1,000 numbers. */
export function sum1000(bench: DefineBenchmark): void {
  bench("sum_1000", { setup: () => Array.from({ length: 1000 }, (_, index) => index + 0.5) }, (numbers) => {
    let total = 0;
    for (let i = 0; i < numbers.length; i++) total += numbers[i] ?? 0;
    return total === 500_000;
  });
}

/** A sorted copy of 100 shuffled numbers. */
export function sort100(bench: DefineBenchmark): void {
  const setup = () => createRandom(100).shuffle(Array.from({ length: 100 }, (_, index) => index));
  bench("sort_100", { setup }, (numbers) => {
    const sorted = numbers.toSorted((left, right) => left - right);
    return sorted[0] === 0 && sorted[50] === 50 && sorted[99] === 99;
  });
}

/** 100 numbers filtered, mapped and added up by way of closures and two arrays in between. */
export function filterMap(bench: DefineBenchmark): void {
  bench("filter_map", { setup: () => Array.from({ length: 100 }, (_, index) => index) }, (numbers) => {
    const odd = numbers.filter((number) => number % 2 === 1);
    return odd.map((number) => number * 2).reduce((total, number) => total + number, 0) === 5_000;
  });
}

/** 4 KiB of a typed array filled with another number. */
export function typedFill(bench: DefineBenchmark): void {
  bench("typed_fill", { setup: () => ({ turn: 0, array: new Float64Array(512) }) }, (state) => {
    const turn = state.turn = (state.turn + 1) % 1024;
    state.array.fill(turn);
    return state.array[0] === turn && state.array[511] === turn;
  });
}

/** FNV-1a of 64 bytes, 32 bits wide (Fowler, Noll and Vo, RFC 9923). */
export function hashSmall(bench: DefineBenchmark): void {
  const setup = () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index * 7 % 256);
    let hash = 0x811c9dc5n;
    for (const byte of bytes) hash = (hash ^ BigInt(byte)) * 0x01000193n % 2n ** 32n;
    return { bytes, expected: Number(hash) };
  };
  bench("hash_small", { setup }, ({ bytes, expected }) => {
    let hash = 0x811c9dc5;
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
    return hash >>> 0 === expected;
  });
}

/** A binary heap of 64 numbers: a larger one is pushed, the least is popped. */
export function heapPushPop(bench: DefineBenchmark): void {
  const setup = () => ({ heap: Array.from({ length: 64 }, (_, index) => index), least: 0 });
  bench("heap_push_pop", { setup }, (state) => {
    const { heap } = state;
    // The numbers go round within 20 bits, in order: what is pushed is always the largest, counted from the least.
    const order = (value: number) => (value - state.least) & 0xfffff;
    const pushed = (state.least + heap.length) & 0xfffff;
    let at = heap.push(pushed) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1, above = heap[parent] ?? 0;
      if (order(above) <= order(pushed)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = pushed;
    const popped = heap[0], last = heap.pop() ?? 0;
    at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && order(heap[child + 1] ?? 0) < order(heap[child] ?? 0)) child++;
      const below = heap[child] ?? 0;
      if (order(last) <= order(below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    const isLeast = popped === state.least;
    state.least = (state.least + 1) & 0xfffff;
    return isLeast;
  });
}

/** A value put into a histogram of 64 buckets, found by halving. */
export function histogramRecord(bench: DefineBenchmark): void {
  const setup = () => {
    const random = createRandom(64);
    return {
      turn: 0,
      values: Array.from({ length: 256 }, () => random.nextInt(65_536)),
      bounds: Array.from({ length: 64 }, (_, index) => (index + 1) * 1024),
      counts: new Uint32Array(65),
    };
  };
  bench("histogram_record", { setup }, (state) => {
    const turn = state.turn = (state.turn + 1) % 256;
    const { bounds, counts } = state;
    const value = state.values[turn] ?? 0;
    let low = 0, high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    counts[low] = ((counts[low] ?? 0) + 1) & 0xffff;
    return (bounds[low] ?? 65_536) >= value && (low === 0 || (bounds[low - 1] ?? 0) < value);
  });
}
