/**
 * How a shared pool gets from one thread to another.
 *
 * @module
 */

import { KINDS_AT, LAYOUT_VERSION, VERSION_AT } from "./layout.ts";
import { openMemory, type PoolMemory } from "./memory.ts";

/** What another thread needs to attach itself: plain data for `postMessage`, which shares the buffer. */
export interface SharedPoolHandle<Kinds extends string> {
  /** Of the buffer's layout; both threads must run the same. */
  readonly version: number;
  /** What the pool lends, in the order of its capacity. */
  readonly kinds: readonly Kinds[];
  /** Everything else. */
  readonly buffer: SharedArrayBuffer;
}

/**
 * Opens the memory behind a handle.
 *
 * @throws {TypeError} If it is none, or of another version of this library.
 */
export function openHandle<Kinds extends string>(handle: SharedPoolHandle<Kinds>): PoolMemory {
  const given: unknown = handle;
  if (typeof given !== "object" || given === null) {
    throw new TypeError(
      `Cannot attach to a shared pool: expected the handle of one, got ${given === null ? "null" : typeof given}; ` +
        "post pool.handle to this thread and pass that",
    );
  }
  const { version, kinds, buffer }: { version?: unknown; kinds?: unknown; buffer?: unknown } = given;
  if (typeof version === "number" && version !== LAYOUT_VERSION) throw otherVersion(version);
  const memory = buffer instanceof SharedArrayBuffer ? openMemory(buffer) : undefined;
  if (
    version === undefined || memory === undefined || !Array.isArray(kinds) || kinds.length !== memory.words[KINDS_AT]
  ) {
    throw new TypeError(
      "Cannot attach to a shared pool: what was passed is no handle of one; post pool.handle as it is, in one message",
    );
  }
  const found = memory.words[VERSION_AT];
  if (found !== LAYOUT_VERSION) throw otherVersion(found);
  return memory;
}

function otherVersion(version: number | undefined): TypeError {
  return new TypeError(
    `Cannot attach to a shared pool: its layout has version ${version}, this thread's library has ${LAYOUT_VERSION}; ` +
      "load the same version of the library in all threads",
  );
}
