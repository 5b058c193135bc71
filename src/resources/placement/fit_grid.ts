/**
 * Which combinations of amounts fit somewhere below a page.
 *
 * @module
 */

import type { DemandSample } from "./demand_sample.ts";
import { PAGE_SIZE, type Pages } from "./pages.ts";
import type { Demand } from "./placement.ts";

/** How many combinations are told apart. */
const CELLS = 256;
const WORDS = CELLS / 32;

/**
 * One bit for each page and each combination of thresholds, a few of every kind: set if one node below the page has all of them
 * free at once. That is what maxima cannot tell: those of two kinds may come from two nodes, neither of which has room.
 *
 * The bits of a page are the union of its children's, so they are kept up like maxima. A demand is looked up as the combination
 * of the largest thresholds that it reaches; for amounts that are thresholds themselves the answer is exact, for others it may
 * be too hopeful, never too bleak. The thresholds are amounts that were asked for lately, since only those matter.
 *
 * A look-up costs the number of kinds, a test of a page O(1). Noting a node costs the number of kinds while it stays between the
 * same thresholds, else at most {@linkcode PAGE_SIZE} steps for each word and level whose bits change.
 */
export class FitGrid {
  readonly #pages: Pages;
  readonly #levels: readonly Levels[];
  /** By node or page, {@linkcode WORDS} each. */
  readonly #marks: Int32Array;
  /** The combination that each node reaches; -1 if none is noted. */
  readonly #cells: Int32Array;
  /** By combination: the bits of all combinations that are nowhere above it. */
  readonly #within: Int32Array;
  #word = 0;
  #bit = 0;

  /** Takes thresholds from a sample of demands; nothing is noted yet. */
  constructor(pages: Pages, sample: DemandSample) {
    this.#pages = pages;
    this.#levels = chooseLevels(sample);
    this.#marks = new Int32Array(pages.ids * WORDS);
    this.#cells = new Int32Array(pages.nodes).fill(-1);
    this.#within = combinationsWithin(this.#levels);
  }

  /** Looks a demand up, for {@linkcode mayFit}. */
  seek({ length, places, units }: Demand): void {
    let cell = 0;
    for (const { kind, thresholds, stride } of this.#levels) {
      for (let i = 0; i < length; i++) {
        if (places[i] === kind) cell += levelOf(thresholds, units[i]!) * stride;
      }
    }
    this.#word = cell >>> 5;
    this.#bit = 1 << (cell & 31);
  }

  /** Whether a node, or one below a page, may have room for the demand that was looked up. */
  mayFit(id: number): boolean {
    return (this.#marks[id * WORDS + this.#word]! & this.#bit) !== 0;
  }

  /** Takes note of all nodes below a page; what node `n` has free is at `n * columns`, by kind. */
  fill(page: number, free: Float64Array, columns: number): void {
    const { nodes, sizes, items } = this.#pages, start = (page - nodes) * PAGE_SIZE, end = start + sizes[page]!;
    for (let i = start; i < end; i++) {
      const id = items[i]!;
      if (id >= nodes) {
        this.fill(id, free, columns);
        continue;
      }
      const cell = this.#cells[id] = this.#cellOf(free, id * columns);
      for (let word = 0; word < WORDS; word++) this.#marks[id * WORDS + word] = this.#within[cell * WORDS + word]!;
    }
    this.gather(page);
  }

  /** Takes note of what a node has free, by kind, from `start` on. */
  note(node: number, free: Float64Array, start: number): void {
    const cell = this.#cellOf(free, start);
    if (this.#cells[node] === cell) return;
    this.#cells[node] = cell;
    for (let word = 0; word < WORDS; word++) this.#set(node, word, this.#within[cell * WORDS + word]!);
  }

  /** Forgets a node. */
  forget(node: number): void {
    if (this.#cells[node] === -1) return;
    this.#cells[node] = -1;
    for (let word = 0; word < WORDS; word++) this.#set(node, word, 0);
  }

  /** Works out a page's bits from its children's. */
  gather(page: number): void {
    const { items, sizes, nodes } = this.#pages, start = (page - nodes) * PAGE_SIZE, end = start + sizes[page]!;
    for (let word = 0; word < WORDS; word++) {
      let bits = 0;
      for (let i = start; i < end; i++) bits |= this.#marks[items[i]! * WORDS + word]!;
      this.#marks[page * WORDS + word] = bits;
    }
  }

  #cellOf(free: Float64Array, start: number): number {
    let cell = 0;
    for (const { kind, thresholds, stride } of this.#levels) cell += levelOf(thresholds, free[start + kind]!) * stride;
    return cell;
  }

  /** Sets a word of bits, and those of the pages above as far as anything changes. */
  #set(id: number, word: number, bits: number): void {
    const marks = this.#marks, { parents } = this.#pages;
    let before = marks[id * WORDS + word]!;
    if (before === bits) return;
    marks[id * WORDS + word] = bits;
    for (let page = parents[id]!; page >= 0; page = parents[page]!) {
      const at = page * WORDS + word, lost = before & ~bits;
      before = marks[at]!;
      bits |= before;
      if (lost !== 0) bits &= ~lost | this.#among(page, word, lost);
      if (bits === before) return;
      marks[at] = bits;
    }
  }

  /** Which of some bits a page's children have. */
  #among(page: number, word: number, wanted: number): number {
    const { items, sizes, nodes } = this.#pages, start = (page - nodes) * PAGE_SIZE, end = start + sizes[page]!;
    let bits = 0;
    for (let i = start; i < end && bits !== wanted; i++) bits |= this.#marks[items[i]! * WORDS + word]! & wanted;
    return bits;
  }
}

/** The thresholds of one kind, ascending, and the difference in a combination's number that one of them makes. */
interface Levels {
  readonly kind: number;
  readonly thresholds: Float64Array;
  readonly stride: number;
}

/** How many thresholds an amount reaches. */
function levelOf(thresholds: Float64Array, units: number): number {
  let level = 0;
  while (level < thresholds.length && units >= thresholds[level]!) level++;
  return level;
}

/** Shares the combinations out to the kinds that are asked for most often: 15 thresholds for one of two, 5 for one of three. */
function chooseLevels(sample: DemandSample): Levels[] {
  const kinds = [...sample.uses.keys()].filter((kind) => sample.uses[kind]! > 0)
    .sort((a, b) => sample.uses[b]! - sample.uses[a]!);
  const levels: Levels[] = [];
  let stride = 1;
  const most = Math.min(kinds.length, Math.log2(CELLS));
  for (let i = 0; i < most; i++) {
    // Whatever a kind with few amounts leaves over goes to those after it; the last term is for a root that is a whole number.
    const share = Math.floor(Math.pow(CELLS / stride, 1 / (most - i)) + 1e-9);
    const thresholds = Float64Array.from(sample.quantiles(kinds[i]!, share - 1));
    levels.push({ kind: kinds[i]!, thresholds, stride });
    stride *= thresholds.length + 1;
  }
  return levels;
}

/** A combination is within another if it is the other, or within one that has a threshold less of one kind. */
function combinationsWithin(levels: readonly Levels[]): Int32Array {
  const cells = levels.reduce((product, { thresholds }) => product * (thresholds.length + 1), 1);
  const within = new Int32Array(cells * WORDS);
  for (let cell = 0; cell < cells; cell++) {
    within[cell * WORDS + (cell >>> 5)] = 1 << (cell & 31);
    for (const { thresholds, stride } of levels) {
      if (Math.floor(cell / stride) % (thresholds.length + 1) === 0) continue;
      for (let word = 0; word < WORDS; word++) {
        within[cell * WORDS + word]! |= within[(cell - stride) * WORDS + word]!;
      }
    }
  }
  return within;
}
