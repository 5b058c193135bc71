/**
 * The part of the shared memory that one thread writes.
 *
 * @module
 */

import type { Membership } from "../../../coordination/shared/membership.ts";
import { SharedMetricsFullError } from "./errors.ts";
import {
  END,
  FIRST_RECORD,
  type MetricsMemory,
  OWNER,
  RECORD_HEADER,
  RECORD_LENGTH,
  RECORD_OF,
  RECORD_ROW,
  RECORD_TEXT,
} from "./layout.ts";

/** A metric or series to be written. */
export interface NewRecord {
  /** The place of its metric among the shard's, or `METRIC`. */
  readonly of: number;
  readonly text: string;
  /** Doubles of its row. */
  readonly doubles: number;
  /** What they are at first. */
  readonly initial: number;
}

/** A metric or series as it was written. */
export interface ShardRecord {
  readonly of: number;
  readonly text: string;
  /** The first double of its row. */
  readonly row: number;
}

/** Characters that one call makes of numbers. */
const CHUNK = 8_192;

/**
 * A thread's shard: records that are only ever added, and that the thread alone writes.
 *
 * A record is made known by one store of where the records end: what a thread that is killed has written of another one is behind the
 * end, and is written over. A thread that ends leaves its records, which go on counting, and the next one that comes goes on with them: so
 * totals stay as they are, and memory is needed for threads that live at the same time, not for all that ever lived.
 */
export class Shard {
  readonly memory: MetricsMemory;
  readonly member: Membership;
  readonly #place: number;

  private constructor(memory: MetricsMemory, member: Membership, place: number) {
    this.memory = memory;
    this.member = member;
    this.#place = place;
  }

  /**
   * Takes a shard: one that an ended thread has left, or else one that nobody had.
   *
   * @throws {SharedMetricsFullError} If all are taken.
   */
  static claim(memory: MetricsMemory, member: Membership): Shard {
    member.beKnown();
    for (const isNew of [false, true]) {
      for (let place = 0; place < memory.maxThreads; place++) {
        const at = memory.shardAt(place) + OWNER, owner = Atomics.load(memory.words, at);
        const isFree = owner === 0 ? isNew || memory.endOf(place) > FIRST_RECORD : isGone(member, owner);
        if (isFree && Atomics.compareExchange(memory.words, at, owner, member.name) === owner) {
          return new Shard(memory, member, place);
        }
      }
    }
    throw new SharedMetricsFullError("record metrics in another thread", "maxThreads", memory.maxThreads);
  }

  /** What it has been told so far, by threads that had it before. */
  records(): ShardRecord[] {
    return [...recordsOf(this.memory, this.#place, { from: FIRST_RECORD, end: this.memory.endOf(this.#place) })];
  }

  /** Adds a record; answers its first double, or undefined if there is no room. */
  append({ of, text, doubles, initial }: NewRecord): number | undefined {
    const { words, units, shardWords } = this.memory, shard = this.memory.shardAt(this.#place);
    const end = this.memory.endOf(this.#place), length = lengthOf(text, doubles), at = shard + end;
    if (end + length > shardWords) return undefined;
    words[at + RECORD_LENGTH] = length;
    words[at + RECORD_OF] = of;
    words[at + RECORD_TEXT] = text.length;
    words[at + RECORD_ROW] = doubles;
    const row = (at + RECORD_HEADER) / 2, textAt = 4 * (row + doubles);
    this.memory.doubles.fill(initial, row, row + doubles);
    for (let unit = 0; unit < text.length; unit++) units[textAt + unit] = text.charCodeAt(unit);
    Atomics.store(words, shard + END, end + length); // now it is known
    return row;
  }

  /** Says that there is no room for a metric. */
  fullFor(metric: string): SharedMetricsFullError {
    return new SharedMetricsFullError(`record metric "${metric}"`, "bytesPerThread", 4 * this.memory.shardWords);
  }

  /** Leaves it to the next thread. */
  leave(): void {
    Atomics.compareExchange(this.memory.words, this.memory.shardAt(this.#place) + OWNER, this.member.name, 0);
  }
}

/** Whether the thread that has a shard has not ended, as far as that is known. */
export function isShardAlive(memory: MetricsMemory, place: number, member: Membership): boolean {
  const owner = Atomics.load(memory.words, memory.shardAt(place) + OWNER);
  return owner !== 0 && !isGone(member, owner);
}

/** The records of a shard between two of its words. */
export function* recordsOf(
  memory: MetricsMemory,
  place: number,
  { from, end }: { readonly from: number; readonly end: number },
): Generator<ShardRecord> {
  const { words, units } = memory, shard = memory.shardAt(place);
  for (let at = shard + from; at < shard + end; at += words[at + RECORD_LENGTH]!) {
    const row = (at + RECORD_HEADER) / 2, textAt = 4 * (row + words[at + RECORD_ROW]!);
    yield { of: words[at + RECORD_OF]!, text: textOf(units, textAt, words[at + RECORD_TEXT]!), row };
  }
}

function isGone(member: Membership, owner: number): boolean {
  return owner !== member.name && member.directory.isDead(owner);
}

/** An even number of words. */
function lengthOf(text: string, doubles: number): number {
  return RECORD_HEADER + 2 * doubles + 2 * Math.ceil(text.length / 4);
}

function textOf(units: Uint16Array, at: number, length: number): string {
  let text = "";
  for (let from = at; from < at + length; from += CHUNK) {
    text += String.fromCharCode(...units.subarray(from, Math.min(from + CHUNK, at + length)));
  }
  return text;
}
