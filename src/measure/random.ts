/**
 * Random numbers that a seed reproduces: every random choice of a run (orders, resamples, paddings) comes from here.
 *
 * @module
 */

/** A reproducible source of random numbers; not for secrets. */
export interface Random {
  /** The next number, uniform over the integers in [0, 2^32). */
  nextUint32(): number;
  /** The next number, uniform over the multiples of 2^-53 in [0, 1). */
  nextFloat(): number;
  /** The next integer in [0, `bound`), each equally likely up to 2^-21; `bound` is an integer from 1 to 2^32. */
  nextInt(bound: number): number;
  /** A copy of `items` in random order, every order equally likely. */
  shuffle<Item>(items: readonly Item[]): Item[];
}

const TWO_32 = 2 ** 32;

/**
 * xoshiro128** 1.1 of D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators" (ACM Transactions on
 * Mathematical Software 47, 2021; https://prng.di.unimi.it/xoshiro128starstar.c): 128 bits of state, period 2^128 - 1.
 */
export class Xoshiro128 implements Random {
  /** In fields, words above 2^30 would be boxed doubles, of which each draw would write four. */
  readonly #state: Int32Array;

  /** Starts from four words of 32 bits, not all of them 0. */
  constructor(state: readonly [number, number, number, number]) {
    this.#state = Int32Array.from(state);
  }

  /** The next number, uniform over the integers in [0, 2^32). */
  nextUint32(): number {
    const state = this.#state, a = state[0]!, b = state[1]!, c = state[2]! ^ a, d = state[3]! ^ b;
    const scrambled = Math.imul(b, 5);
    state[0] = a ^ d;
    state[1] = b ^ c;
    state[2] = c ^ (b << 9);
    state[3] = (d << 11) | (d >>> 21);
    return Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
  }

  /** The next number, uniform over the multiples of 2^-53 in [0, 1). */
  nextFloat(): number {
    const high = this.nextUint32() >>> 5; // 27 bits
    const low = this.nextUint32() >>> 6; // 26 bits
    return (high * 2 ** 26 + low) * 2 ** -53;
  }

  /** The next integer in [0, `bound`). */
  nextInt(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32) {
      throw new RangeError(`Cannot draw an integer: bound must be an integer from 1 to 2^32, it is ${bound}`);
    }
    return Math.floor(this.nextFloat() * bound);
  }

  /** A copy in random order, by sorting random keys: two are equal, and keep their order, once in 2^53 pairs. */
  shuffle<Item>(items: readonly Item[]): Item[] {
    const keyed = items.map((item) => ({ item, key: this.nextFloat() }));
    return keyed.sort((left, right) => left.key - right.key).map(({ item }) => item);
  }
}

/**
 * splitmix, which spreads a seed's few bits over the state: G. Steele, D. Lea and C. Flood, "Fast Splittable Pseudorandom Number
 * Generators" (OOPSLA 2014), here over 32 bits.
 */
function splitmix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state);
  };
}

/** The finalizer of A. Appleby's MurmurHash3: a bijection of 32 bits in which each input bit moves about half of the output. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * Makes a generator; equal seeds give equal numbers on every platform.
 *
 * @param seed Integer from 0 to 2^32 - 1.
 * @throws {RangeError} If `seed` is anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createRandom } from "./random.ts";
 *
 * assertEquals(createRandom(7).shuffle(["a", "b", "c"]), createRandom(7).shuffle(["a", "b", "c"]));
 * ```
 */
export function createRandom(seed: number): Random {
  assertSeed(seed);
  const next = splitmix32(seed);
  return new Xoshiro128([next(), next(), next(), next()]); // four outputs in a row are never all 0
}

/**
 * A seed for one purpose out of the run's seed: streams for different parts (a fork's number, a benchmark's id) are
 * unrelated, and the same parts always give the same stream, whatever else has been drawn.
 *
 * @param seed Integer from 0 to 2^32 - 1.
 * @param parts What the stream is for; `1` and `"1"` differ, as do `("ab", "c")` and `("a", "bc")`.
 * @returns Integer from 0 to 2^32 - 1.
 * @throws {RangeError} If `seed` is anything else.
 *
 * @example
 * ```ts
 * import { assertNotEquals } from "@std/assert";
 * import { deriveSeed } from "./random.ts";
 *
 * assertNotEquals(deriveSeed(7, "order", 0), deriveSeed(7, "order", 1));
 * ```
 */
export function deriveSeed(seed: number, ...parts: readonly (string | number)[]): number {
  assertSeed(seed);
  let derived = mix(seed ^ 0x9e3779b9);
  for (const character of JSON.stringify(parts)) {
    derived = mix(Math.imul(derived, 31) + (character.codePointAt(0) ?? 0));
  }
  return derived;
}

function assertSeed(seed: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed >= TWO_32) {
    throw new RangeError(`Cannot seed a generator: seed must be an integer from 0 to 2^32 - 1, it is ${seed}`);
  }
}
