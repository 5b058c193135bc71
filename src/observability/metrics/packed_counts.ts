/**
 * Counts of buckets in little memory.
 *
 * A block of 16-bit words has the counts of one sketch in one of two forms, whichever is smaller:
 *
 * - a list: one word for each value, its bucket's distance from a given one, in the order in which values came. The first word tells
 *   how many they are.
 * - digits: half a byte for each bucket with the lowest hexadecimal digit of its count. Then, for each further digit that some count has,
 *   the same for the range of buckets that need it; two words before it tell where that range begins, and how long it is.
 *
 * So a series of few values takes two bytes for each, however far they spread; one of many takes log₂(count) / 8 bytes for a bucket, to the
 * next half, where other representations spend 2, 4 or 8. An increment changes one word in 15 cases of 16.
 *
 * @module
 */

import type { BucketCounts } from "./bucket_counts.ts";

/** Buckets of a word. */
export const BUCKETS_PER_WORD = 4;
/** Words that tell the range of a digit. */
const DIGIT_HEADER = 2;
/** A list has room for that many values at least. */
const SHORTEST_LIST = 12;
/** More values than that are not listed. */
const MOST_LISTED = 1_000;

/** How counts are packed. */
export class PackPlan {
  /** Words of the block. */
  size = 0;
  /** How many digits; 0 for a list. */
  digits = 0;
  /** Of each digit: the first word, counted from bucket 0 on; how many words. */
  readonly firsts = new Int32Array(16);
  readonly words = new Int32Array(16);

  /** Chooses the form for counts that are trimmed, and whose words have no more buckets than there may be. */
  make(buckets: BucketCounts, maxBuckets: number): void {
    this.#planDigits(buckets, Math.floor(maxBuckets / BUCKETS_PER_WORD));
    const total = buckets.total(), listSize = 1 + Math.max(SHORTEST_LIST, total + (total >> 2) + 4);
    if (total > MOST_LISTED || listSize > this.size) return;
    this.size = listSize;
    this.digits = 0;
  }

  #planDigits({ counts, start, length }: BucketCounts, maxWords: number): void {
    let low = 0, high = length - 1;
    this.size = this.digits = 0;
    for (let least = 1;; least *= 16) {
      while (low <= high && counts[low]! < least) low++;
      if (low > high) return;
      while (counts[high]! < least) high--;
      const first = (start + low) >> 2, words = ((start + high) >> 2) - first + 1;
      // So that a growing range costs a constant time for each word.
      const margin = this.digits === 0 ? Math.min(words >> 5, (maxWords - words) >> 1) : 0;
      this.firsts[this.digits] = first - margin;
      this.words[this.digits] = words + 2 * margin;
      this.size += words + 2 * margin + (this.digits === 0 ? 0 : DIGIT_HEADER);
      this.digits++;
    }
  }
}

/** Writes counts as a list; answers the bucket from which distances are measured. */
export function packList(cells: Uint16Array, offset: number, { counts, start, length }: BucketCounts): number {
  const middle = start + (length >> 1);
  let used = 0;
  for (let at = 0; at < length; at++) {
    for (let count = counts[at]!; count > 0; count--) cells[offset + 1 + used++] = start + at - middle;
  }
  cells[offset] = used;
  return middle;
}

/** Reads a list. */
export function unpackList(cells: Uint16Array, offset: number, middle: number, into: BucketCounts): void {
  const end = offset + 1 + cells[offset]!;
  let low = 32_767, high = -32_768;
  for (let at = offset + 1; at < end; at++) {
    const distance = signed(cells[at]!);
    if (distance < low) low = distance;
    if (distance > high) high = distance;
  }
  into.reset(middle + low, high - low + 1);
  for (let at = offset + 1; at < end; at++) into.counts[signed(cells[at]!) - low]!++;
}

/** Writes counts as digits, by their plan. */
export function packDigits(cells: Uint16Array, offset: number, buckets: BucketCounts, plan: PackPlan): void {
  const base = plan.firsts[0]!;
  let at = offset;
  for (let digit = 0, worth = 1; digit < plan.digits; digit++, worth *= 16) {
    const first = plan.firsts[digit]!, words = plan.words[digit]!;
    if (digit > 0) {
      cells[at++] = first - base;
      cells[at++] = words;
    }
    for (let word = 0; word < words; word++) cells[at++] = wordOf(buckets, (first + word) * BUCKETS_PER_WORD, worth);
  }
}

/** Reads digits. */
export function unpackDigits(
  cells: Uint16Array,
  offset: number,
  { first, words, digits }: { readonly first: number; readonly words: number; readonly digits: number },
  into: BucketCounts,
): void {
  into.reset(first * BUCKETS_PER_WORD, words * BUCKETS_PER_WORD);
  addDigit(cells, offset, { bucket: 0, words, worth: 1 }, into.counts);
  let at = offset + words;
  for (let digit = 1, worth = 16; digit < digits; digit++, worth *= 16) {
    const bucket = cells[at]! * BUCKETS_PER_WORD, own = cells[at + 1]!;
    addDigit(cells, at + DIGIT_HEADER, { bucket, words: own, worth }, into.counts);
    at += DIGIT_HEADER + own;
  }
  into.trim();
}

/** Where a bucket is in a block of digits. */
export interface DigitPlace {
  /** The block. */
  readonly offset: number;
  /** Words of the lowest digit. */
  readonly words: number;
  readonly digits: number;
  /** The bucket's word, counted from the block's first one. */
  readonly word: number;
  /** All bits of its digit in the word. */
  readonly mask: number;
}

/**
 * Adds one to a bucket whose lowest digit is full: empties that one, and adds to the next.
 *
 * @returns What is still to be added, since no digit that there is can take it.
 */
export function carry(cells: Uint16Array, { offset, words, digits, word, mask }: DigitPlace): number {
  cells[offset + word]! &= ~mask;
  let at = offset + words, worth = 16;
  for (let digit = 1; digit < digits; digit++, worth *= 16) {
    const within = word - cells[at]!, own = cells[at + 1]!, cell = at + DIGIT_HEADER + within;
    if (within < 0 || within >= own) return worth;
    if ((cells[cell]! & mask) !== mask) {
      cells[cell]! += mask / 15;
      return 0;
    }
    cells[cell]! &= ~mask;
    at += DIGIT_HEADER + own;
  }
  return worth;
}

/** Four digits of the buckets from an index on. */
function wordOf({ counts, start, length }: BucketCounts, index: number, worth: number): number {
  let word = 0;
  for (let nibble = 0; nibble < BUCKETS_PER_WORD; nibble++) {
    const at = index + nibble - start;
    if (at < 0 || at >= length) continue;
    word |= (counts[at]! / worth & 15) << 4 * nibble; // the lowest bits are right, however many there are
  }
  return word;
}

function addDigit(
  cells: Uint16Array,
  offset: number,
  { bucket, words, worth }: { readonly bucket: number; readonly words: number; readonly worth: number },
  counts: Float64Array,
): void {
  for (let word = 0; word < words; word++) {
    const cell = cells[offset + word]!, at = bucket + BUCKETS_PER_WORD * word;
    if (cell === 0) continue;
    counts[at]! += (cell & 15) * worth;
    counts[at + 1]! += (cell >> 4 & 15) * worth;
    counts[at + 2]! += (cell >> 8 & 15) * worth;
    counts[at + 3]! += (cell >> 12) * worth;
  }
}

function signed(cell: number): number {
  return (cell << 16) >> 16;
}
