/**
 * How fast main memory answers, and how much it moves.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";

/** Bytes of a cache line on x64; Apple's have 128, of which a load then fetches both halves. */
const LINE_BYTES = 64;

/**
 * Bytes that each memory benchmark goes through: the same on every host, so that figures can be compared, and more than the last
 * cache of all but the largest servers. Where the cache is as large, the figure is the cache's, and reports say so.
 */
export const BUFFER_BYTES = 128 * 1024 * 1024;

/** Loads in one iteration. */
export const LOADS = 256;

const CELL_STRIDE = LINE_BYTES / Int32Array.BYTES_PER_ELEMENT;

const CELLS = BUFFER_BYTES / LINE_BYTES;

/**
 * A single cycle through all cells, one in each cache line: the sequence of a linear congruential generator, which has its full
 * period because the multiplier is 1 modulo 4 and the increment odd (T. Hull and A. Dobell, "Random Number Generators", SIAM
 * Review 4, 1962). No prefetcher guesses it, and unlike a shuffled order it is made in one pass.
 */
export function cycleOfLines(cells: number): Int32Array {
  const next = new Int32Array(cells * CELL_STRIDE);
  for (let cell = 0; cell < cells; cell++) {
    const successor = (Math.imul(1_664_525, cell) + 1_013_904_223) & (cells - 1);
    next[cell * CELL_STRIDE] = successor * CELL_STRIDE;
  }
  return next;
}

/** Bytes of the smallest page of memory; a page table's cache line covers eight of them. */
const PAGE_BYTES = 4096;
const PAGE_STRIDE = PAGE_BYTES / Int32Array.BYTES_PER_ELEMENT;

/**
 * A walk through all cache lines of the buffer in an order that nobody foresees, every load's address being the result of the one
 * before: main memory's latency, the page tables' part included. Before each sample one line of every page is read, so that the
 * page tables are in the caches, as they are for a program that goes on using its memory: without, on a virtual machine, samples
 * of 3,000 loads said 500 ns where a walk of 200,000 said 240, and differed between processes by as much. People read ns a load.
 */
export function memoryLatency(bench: DefineBenchmark): void {
  const setup = () => ({ next: cycleOfLines(CELLS), at: 0, touched: 0 });
  const beforeRound = (state: ReturnType<typeof setup>) => {
    let touched = 0;
    for (let at = 0; at < state.next.length; at += PAGE_STRIDE) touched ^= state.next[at] ?? 0;
    state.touched = touched;
  };
  bench("memory_latency", { setup, beforeRound }, (state) => {
    const { next } = state;
    let at = state.at;
    for (let load = 0; load < LOADS; load++) at = next[at] ?? 0;
    state.at = at;
    return at >= 0;
  });
}

/** Bytes copied in one iteration. */
const CHUNK_BYTES = 2 * 1024 * 1024;

/** Bytes read and bytes written in one iteration, as STREAM counts a copy. */
export const MOVED_BYTES = 2 * CHUNK_BYTES;

/**
 * Copying from one half of the buffer to the other, chunk after chunk, by the runtime's own `memmove`: main memory's bandwidth.
 * People read GB/s, bytes read and bytes written both counted (J. McCalpin, "Memory Bandwidth and Machine Balance in Current High
 * Performance Computers", IEEE TCCA Newsletter, December 1995).
 */
export function memoryBandwidth(bench: DefineBenchmark): void {
  const half = BUFFER_BYTES / 2;
  // Both are written first: the system makes a page only when it is touched, which takes longer than copying it.
  const setup = () => ({ from: new Uint8Array(half).fill(1), to: new Uint8Array(half).fill(2), at: 0 });
  bench("memory_bandwidth", { setup }, (state) => {
    const { from, to, at } = state;
    to.set(from.subarray(at, at + CHUNK_BYTES), at);
    state.at = (at + CHUNK_BYTES) % half;
    return to[at + CHUNK_BYTES - 1] === 1;
  });
}
