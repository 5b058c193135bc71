/**
 * Which threads take part, what they are called, and which of them are dead.
 *
 * @module
 */

import { SharedThreadsFullError } from "./errors.ts";
import type { HolderWatch } from "./lock_word.ts";
import { type Liveness, RollCall } from "./roll_call.ts";

/** How many threads can share primitives at the same time. */
export const MOST_THREADS = 256;
/** What the first word of a directory is. */
const MAGIC = 0x70_64_69_72;
const VERSION = 1;
/** Header, in words: magic, version, two of a random identity, one more than the last place ever used. */
const IDENTITY_AT = 2;
const END_AT = 4;
const HEADER_WORDS = 32;

/** A thread's record: two lines of the cache, the second for its label. */
const RECORD_WORDS = 32;
/**
 * The incarnation and one of the stages below, in one word: so nobody takes a record for a dead thread's that another has by now.
 */
const STATE = 0;
const STAGE_BITS = 2;
const TAKEN = 1;
const JOINING = 2;
/** Its answers whether it lives: three words. */
const ANSWERS = 1;
const LABEL_LENGTH = 4;
const LABEL = 16;
const LABEL_BYTES = (RECORD_WORDS - LABEL) * 4;

const PLACE_BITS = 8;
const MOST_INCARNATIONS = (1 << 20) - 1; // a name leaves room for the three bits of a lock's word

/** The threads that share primitives: one record each, in a buffer that travels with every handle. */
export class ThreadDirectory implements HolderWatch {
  readonly buffer: SharedArrayBuffer;
  /** The same in all threads, which the buffer's object is not. */
  readonly identity: string;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #rollCall: RollCall;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#rollCall = new RollCall(this.#words);
    this.identity = `${this.#words[IDENTITY_AT]},${this.#words[IDENTITY_AT + 1]}`;
  }

  /** Makes one in which nobody is. */
  static create(): ThreadDirectory {
    const buffer = new SharedArrayBuffer((HEADER_WORDS + MOST_THREADS * RECORD_WORDS) * 4),
      words = new Int32Array(buffer);
    words.set([MAGIC, VERSION, ...crypto.getRandomValues(new Int32Array(2))]);
    return new ThreadDirectory(buffer);
  }

  /** Opens a buffer; undefined if it is none of this version. */
  static open(buffer: unknown): ThreadDirectory | undefined {
    if (!(buffer instanceof SharedArrayBuffer)) return undefined;
    if (buffer.byteLength !== (HEADER_WORDS + MOST_THREADS * RECORD_WORDS) * 4) return undefined;
    const [magic, version] = new Int32Array(buffer, 0, 2);
    return magic === MAGIC && version === VERSION ? new ThreadDirectory(buffer) : undefined;
  }

  /**
   * Takes a record; answers the thread's name, above 0 and unique for a million threads of a place.
   *
   * @throws {SharedThreadsFullError} If {@linkcode MOST_THREADS} take part and none is found dead.
   */
  enrol(label: string): number {
    for (const isDesperate of [false, true]) {
      for (let place = 0; place < MOST_THREADS; place++) {
        const at = recordAt(place), state = Atomics.load(this.#words, at + STATE), last = state >> STAGE_BITS;
        const isVacant = (state & (TAKEN | JOINING)) === 0;
        if (!isVacant && !(isDesperate && this.#isFoundDead(last, place))) continue;
        const incarnation = last === MOST_INCARNATIONS ? 1 : last + 1;
        const joining = incarnation << STAGE_BITS | JOINING; // before the answers of the last one are forgotten, nobody may ask
        if (Atomics.compareExchange(this.#words, at + STATE, state, joining) !== state) continue;
        this.#rollCall.begin(at + ANSWERS);
        for (let end = this.end; end <= place; end = this.end) {
          Atomics.compareExchange(this.#words, END_AT, end, place + 1);
        }
        this.#write(place, label);
        Atomics.store(this.#words, at + STATE, takenBy(incarnation));
        return incarnation << PLACE_BITS | place;
      }
    }
    throw new SharedThreadsFullError(MOST_THREADS);
  }

  /** No thread has, or had, a place at or above this one. */
  get end(): number {
    return Atomics.load(this.#words, END_AT);
  }

  /**
   * Gives the calling thread's record back: it has nothing any more that is shared with the others here, who from now on take it for
   * dead.
   */
  leave(name: number): void {
    const at = recordAt(placeOf(name)), incarnation = name >> PLACE_BITS;
    const isMine = Atomics.compareExchange(this.#words, at + STATE, takenBy(incarnation), leaving(incarnation)) ===
      takenBy(incarnation);
    if (!isMine) return;
    this.#rollCall.end(at + ANSWERS); // before the record is vacant
    Atomics.store(this.#words, at + STATE, incarnation << STAGE_BITS);
  }

  /** Fills up the calling thread's own answers; again by itself, in a later turn, whenever one was used, until it has left. */
  arm(name: number): void {
    const at = recordAt(placeOf(name));
    if (Atomics.load(this.#words, at + STATE) !== takenBy(name >> PLACE_BITS)) return;
    this.#rollCall.arm(at + ANSWERS, () => this.arm(name));
  }

  /** Whether the thread of a name has certainly died; asks it at most five times a second, by whomever, and else does not know. */
  isDead(name: number): boolean {
    const place = placeOf(name), incarnation = name >> PLACE_BITS, at = recordAt(place);
    if (Atomics.load(this.#words, at + STATE) !== takenBy(incarnation)) return true; // or its record is another thread's by now
    if (!this.#isProven(this.#rollCall.askIfDue(at + ANSWERS), { incarnation, at })) return false;
    Atomics.compareExchange(this.#words, at + STATE, takenBy(incarnation), incarnation << STAGE_BITS); // from now on all know
    return true;
  }

  /** What the thread of a name is called; it may be dead. */
  label(name: number): string {
    const at = recordAt(placeOf(name));
    if (Atomics.load(this.#words, at + STATE) !== takenBy(name >> PLACE_BITS)) return `thread ${name}`;
    const bytes = new Uint8Array(LABEL_BYTES);
    bytes.set(new Uint8Array(this.buffer, (at + LABEL) * 4, LABEL_BYTES)); // a decoder refuses shared memory
    const length = Math.min(Atomics.load(this.#words, at + LABEL_LENGTH), LABEL_BYTES);
    return new TextDecoder().decode(bytes.subarray(0, length));
  }

  /** Calls the thread of a name something else. */
  rename(name: number, label: string): void {
    this.#write(placeOf(name), label);
  }

  #write(place: number, label: string): void {
    const at = recordAt(place), bytes = new Uint8Array(LABEL_BYTES);
    const { written } = new TextEncoder().encodeInto(label, bytes);
    new Uint8Array(this.buffer, (at + LABEL) * 4, LABEL_BYTES).set(bytes);
    Atomics.store(this.#words, at + LABEL_LENGTH, written);
  }

  /** Whether the thread of an incarnation has a place, but is dead. */
  #isFoundDead(incarnation: number, place: number): boolean {
    const at = recordAt(place);
    if (Atomics.load(this.#words, at + STATE) !== takenBy(incarnation)) return false;
    return this.#isProven(this.#rollCall.ask(at + ANSWERS), { incarnation, at });
  }

  /** Whether an answer proves that a thread is dead; or its record is another's by now. */
  #isProven(liveness: Liveness, { incarnation, at }: { readonly incarnation: number; readonly at: number }): boolean {
    if (liveness === "unknown") return false;
    if (Atomics.load(this.#words, at + STATE) === takenBy(incarnation)) return liveness === "dead";
    if (liveness === "alive") this.#rollCall.misused(at + ANSWERS); // it is the answer of the thread that has the record now
    return true;
  }
}

/** A thread's place, in [0, {@linkcode MOST_THREADS}). */
export function placeOf(name: number): number {
  return name & (MOST_THREADS - 1);
}

function takenBy(incarnation: number): number {
  return incarnation << STAGE_BITS | TAKEN;
}

/** No thread's any more, but not vacant yet. */
function leaving(incarnation: number): number {
  return incarnation << STAGE_BITS | JOINING;
}

function recordAt(place: number): number {
  return HEADER_WORDS + place * RECORD_WORDS;
}
