/**
 * How a primitive gets from one thread to another, and the first words of its buffer.
 *
 * @module
 */

import { foundValue } from "../found_value.ts";
import { homeMembership, type Membership, membershipIn } from "./membership.ts";
import { ThreadDirectory } from "./thread_directory.ts";

/** What can be shared between threads. */
export type SharedPrimitiveType =
  | "mutex"
  | "read-write lock"
  | "semaphore"
  | "barrier"
  | "latch"
  | "event"
  | "counter"
  | "rate limiter"
  | "channel";

/** What another thread needs to attach itself to a primitive: plain data for `postMessage`, which shares the buffers. */
export interface SharedHandle<Type extends SharedPrimitiveType = SharedPrimitiveType> {
  /** Which primitive it is. */
  readonly type: Type;
  /** Of the buffers' layout; all threads must run the same. */
  readonly version: number;
  /** What people call it. */
  readonly name: string | undefined;
  /** The primitive itself. */
  readonly buffer: SharedArrayBuffer;
  /** Who takes part: the same for all primitives that were made in one thread. */
  readonly threads: SharedArrayBuffer;
}

/** How every shared primitive is made. */
export interface SharedPrimitiveOptions {
  /** What people call it, in errors and snapshots. */
  readonly name?: string;
  /**
   * Whether a snapshot tells how long holders have held and waiters have waited, in all threads. Off by default: a reading of the clock
   * costs as much as an uncontended lock.
   */
  readonly timing?: "on" | "off";
}

/** Changes with every release in which a layout or a protocol does: threads of two versions must not share a buffer. */
const LAYOUT_VERSION = 3;

const MAGIC = 0x70_75_66_73;
const MAGIC_AT = 0;
const VERSION_AT = 1;
const TYPE_AT = 2;
const LENGTH_AT = 3;
/** What the primitive was made with: four words. */
const PARAMETERS_AT = 4;
/** Whether time is measured. */
export const TIMING_AT = 8;
/** The primitive's lock; the words before it never change. */
export const LOCK_AT = 16;
/** A word that nobody changes, to sleep on. */
export const IDLE_AT = LOCK_AT + 3;
/** What is counted, in doubles; it lies in the lock's line of the cache, which whoever counts has just written to. */
export const ACCOUNTS_AT = LOCK_AT + 4;
/** The primitive's own words begin here. */
export const STATE_AT = 32;

const TYPE_CODES: Readonly<Record<SharedPrimitiveType, number>> = {
  "mutex": 1,
  "read-write lock": 2,
  "semaphore": 3,
  "barrier": 4,
  "latch": 5,
  "event": 6,
  "counter": 7,
  "rate limiter": 8,
  "channel": 9,
};

/** A primitive's buffer in this thread. */
export interface SharedPart<Type extends SharedPrimitiveType = SharedPrimitiveType> {
  readonly type: Type;
  readonly name: string | undefined;
  readonly buffer: SharedArrayBuffer;
  readonly member: Membership;
}

/** Makes the buffer of a primitive; all but its header is 0. */
function createBuffer(
  type: SharedPrimitiveType,
  byteLength: number,
  parameters: readonly number[] = [],
): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(Math.ceil(byteLength / 8) * 8), words = new Int32Array(buffer);
  words.set([MAGIC, LAYOUT_VERSION, TYPE_CODES[type], words.length, ...parameters]);
  return buffer;
}

/** Makes a primitive, all 0 but for its header, and what this thread needs of it. */
export function createPart<Type extends SharedPrimitiveType>(
  type: Type,
  { name, timing = "off" }: SharedPrimitiveOptions,
  { byteLength, parameters }: { readonly byteLength: number; readonly parameters?: readonly number[] },
): SharedPart<Type> {
  requireName(type, name);
  if (timing !== "on" && timing !== "off") {
    throw new TypeError(
      `Cannot create a shared ${type} with timing ${
        foundValue(timing)
      }: expected "on" or "off"; leave it out for "off"`,
    );
  }
  const buffer = createBuffer(type, byteLength, parameters);
  new Int32Array(buffer)[TIMING_AT] = timing === "on" ? 1 : 0;
  return { type, name, buffer, member: homeMembership() };
}

/** One of the four numbers that a primitive was made with. */
export function parameterOf({ buffer }: SharedPart, index: number): number {
  return new Int32Array(buffer)[PARAMETERS_AT + index]!;
}

/** What to pass to another thread. */
export function handleOf<Type extends SharedPrimitiveType>(part: SharedPart<Type>): SharedHandle<Type> {
  const { type, name, buffer, member } = part;
  member.beKnown();
  return { type, version: LAYOUT_VERSION, name, buffer, threads: member.directory.buffer };
}

/**
 * Opens a handle in this thread.
 *
 * @throws {TypeError} If it is none, of another primitive, of another version of this library, or its buffers are not what they were.
 * @throws {SharedThreadsFullError} If too many threads take part.
 */
export function openHandle<Type extends SharedPrimitiveType>(handle: SharedHandle<Type>, type: Type): SharedPart<Type> {
  const given: unknown = handle;
  if (typeof given !== "object" || given === null || !("buffer" in given) || !("threads" in given)) {
    const found = given === null ? "null" : typeof given === "object" ? "another object" : typeof given;
    throw refused(type, `expected the handle of one, got ${found}; post its handle to this thread and pass that`);
  }
  const { version, type: foundType, name, buffer, threads }: { [K in keyof SharedHandle]?: unknown } = given;
  if (foundType !== type) {
    throw refused(type, `it is the handle of ${foundValue(foundType)}; attach it as what it is, or pass another`);
  }
  if (version !== LAYOUT_VERSION) throw otherVersion(type, version);
  if (!(buffer instanceof SharedArrayBuffer)) {
    throw refused(type, "the handle's buffer is no SharedArrayBuffer; post the handle as it is");
  }
  const words = new Int32Array(buffer, 0, Math.min(LOCK_AT, buffer.byteLength >> 2));
  if (words[MAGIC_AT] === MAGIC && words[VERSION_AT] !== LAYOUT_VERSION) throw otherVersion(type, words[VERSION_AT]);
  if (words[MAGIC_AT] !== MAGIC || words[TYPE_AT] !== TYPE_CODES[type] || words[LENGTH_AT]! * 4 !== buffer.byteLength) {
    throw refused(
      type,
      `the handle's buffer of ${buffer.byteLength} bytes is none that create() has made for one; post the handle as it is`,
    );
  }
  const directory = ThreadDirectory.open(threads);
  if (directory === undefined) throw refused(type, "the handle's list of threads is none; post the handle as it is");
  const member = membershipIn(directory);
  member.beKnown();
  return { type, name: typeof name === "string" ? name : undefined, buffer, member };
}

/** @throws {TypeError} If `name` is no string, or empty. */
function requireName(type: SharedPrimitiveType, name: string | undefined): void {
  if (name === undefined || (typeof name === "string" && name !== "")) return;
  throw new TypeError(
    `Cannot create a shared ${type} with name ${foundValue(name)}: expected a string that is not empty; ` +
      "leave it out for none",
  );
}

function refused(type: SharedPrimitiveType, why: string): TypeError {
  return new TypeError(`Cannot attach to a shared ${type}: ${why}`);
}

function otherVersion(type: SharedPrimitiveType, version: unknown): TypeError {
  return refused(
    type,
    `its layout has version ${foundValue(version)}, this thread's library has ${LAYOUT_VERSION}; ` +
      "load the same version of the library in all threads",
  );
}
