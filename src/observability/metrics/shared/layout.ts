/**
 * How the numbers of all threads lie in one buffer.
 *
 * @module
 */

/** Changes with every release in which the layout or a protocol does. */
export const LAYOUT_VERSION = 2;
/** The most threads that can record, as many as can share anything. */
export { MOST_THREADS } from "../../../coordination/shared/thread_directory.ts";

const MAGIC = 0x70_75_66_6d;
const MAGIC_AT = 0, VERSION_AT = 1, THREADS_AT = 2, SHARD_WORDS_AT = 3;
const HEADER_WORDS = 16;

/** The words of a shard: which thread has it, 0 for none; where its records end, 0 if it never had one. */
export const OWNER = 0;
export const END = 1;
/** The records follow, each at an even word. */
export const FIRST_RECORD = 16;

/**
 * The words of a record: how many it has; the metric that it is a series of, by the place of that metric's record among the shard's
 * metrics, or {@linkcode METRIC}, or what {@linkcode pagesOf} answers; how many UTF-16 units its text has; how many doubles its row has. Then the row, then the text.
 */
export const RECORD_LENGTH = 0;
export const RECORD_OF = 1;
export const RECORD_TEXT = 2;
export const RECORD_ROW = 3;
export const RECORD_HEADER = 4;
/** The record is a metric itself: its text is the declaration, its row counts what was folded. */
export const METRIC = -1;

/** What the records have that are further rows of a series, given its first row: their text tells what is in them. */
export function pagesOf(row: number): number {
  return METRIC - 1 - row;
}

/** The first row of the series that a record is a further row of; undefined if it is something else. */
export function seriesOfPage(of: number): number | undefined {
  return of < METRIC ? METRIC - 1 - of : undefined;
}

/** The numbers that were chosen when the memory was made. */
export interface MemorySize {
  readonly maxThreads: number;
  /** Even. */
  readonly shardWords: number;
}

/** Memory as words and as doubles: shared, or a thread's own. */
export interface MetricsViews {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
}

/** The views of the buffer. Doubles lie at even words, so that a processor of 64 bits writes them in one piece. */
export class MetricsMemory implements MetricsViews {
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly doubles: Float64Array<SharedArrayBuffer>;
  readonly units: Uint16Array<SharedArrayBuffer>;
  readonly maxThreads: number;
  readonly shardWords: number;

  private constructor(buffer: SharedArrayBuffer, { maxThreads, shardWords }: MemorySize) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.units = new Uint16Array(buffer);
    this.maxThreads = maxThreads;
    this.shardWords = shardWords;
  }

  /** Makes it; the system gives pages as they are written to. */
  static create(size: MemorySize): MetricsMemory {
    const buffer = new SharedArrayBuffer(byteLengthOf(size));
    new Int32Array(buffer).set([MAGIC, LAYOUT_VERSION, size.maxThreads, size.shardWords]);
    return new MetricsMemory(buffer, size);
  }

  /** Opens a buffer; undefined if it is none of this version. */
  static open(buffer: unknown): MetricsMemory | undefined {
    if (!(buffer instanceof SharedArrayBuffer) || buffer.byteLength < HEADER_WORDS * 4) return undefined;
    const header = new Int32Array(buffer, 0, HEADER_WORDS);
    if (header[MAGIC_AT] !== MAGIC || header[VERSION_AT] !== LAYOUT_VERSION) return undefined;
    const size = { maxThreads: header[THREADS_AT]!, shardWords: header[SHARD_WORDS_AT]! };
    return byteLengthOf(size) === buffer.byteLength ? new MetricsMemory(buffer, size) : undefined;
  }

  /** The first word of a shard. */
  shardAt(place: number): number {
    return HEADER_WORDS + place * this.shardWords;
  }

  /** The words in use of a shard. */
  endOf(place: number): number {
    return Math.max(FIRST_RECORD, Atomics.load(this.words, this.shardAt(place) + END));
  }
}

function byteLengthOf({ maxThreads, shardWords }: MemorySize): number {
  return (HEADER_WORDS + maxThreads * shardWords) * 4;
}
