/**
 * Which processor threads run on.
 *
 * @module
 */

import { keptLibc, type Libc, openLibc } from "./libc.ts";

/** The largest set of processors that is asked for, in bytes: 8,192 processors. */
const SET_BYTES = 1024;

/** How V8's helper threads are named, as far as the system tells. */
const V8_HELPER = "V8 ";

/** To the system: the calling thread. */
const CALLER = 0;

/**
 * Keeps V8's helper threads on the processor of the thread that opens it, which is the one that runs the code.
 *
 * Each collection of the young generation wakes a helper, if only to find that nothing is left to do. On a processor that is idle,
 * which a virtual machine has to ask its host for, that takes long enough to make an allocating loop a third slower; on one that is
 * busy, or the caller's own, it does not. So beside some load two processes of equal code were up to 20 % apart for all their
 * lives, depending on where their helpers happened to be.
 */
export class HelperThreads {
  readonly #library: Libc;
  readonly #helpers = keptLibc()?.helpers ?? helpersOfV8();
  #processor = -1;

  private constructor(library: Libc) {
    this.#library = library;
  }

  /** Opens it where it can be done: on Linux with permission to call the C library; null elsewhere. */
  static open(): HelperThreads | null {
    const library = openLibc();
    return library === null ? null : new HelperThreads(library);
  }

  /** Brings the helpers to the processor that the caller is on now; takes a microsecond if they are there. */
  gather(): void {
    const processor = this.#library.symbols.sched_getcpu();
    if (processor < 0 || processor === this.#processor) return;
    for (const helper of this.#helpers) this.#keep(helper, processor);
    this.#processor = processor;
  }

  /**
   * Keeps the caller and the helpers on one of the processors that the caller may use. Threads that the caller makes later stay
   * there, too; all others are left where they are.
   *
   * @param turn Chooses the processor: two processes that may use the same ones are on the same for the same turn. Whole, 0 or above.
   * @returns The processor's number; null if there is only one, or the system refuses.
   */
  pin(turn: number): number | null {
    const allowed = new Uint8Array(SET_BYTES);
    if (this.#library.symbols.sched_getaffinity(CALLER, BigInt(SET_BYTES), allowed) < 0) return null;
    const processors = numbersIn(allowed);
    const processor = processors[turn % processors.length];
    if (processor === undefined || processors.length === 1 || !this.#keep(CALLER, processor)) return null;
    this.gather();
    return processor;
  }

  #keep(thread: number, processor: number): boolean {
    const wanted = new Uint8Array(SET_BYTES);
    wanted[processor >> 3] = 1 << (processor & 7);
    return this.#library.symbols.sched_setaffinity(thread, BigInt(SET_BYTES), wanted) >= 0;
  }

  /** Leaves the threads where they are. */
  [Symbol.dispose](): void {
    this.#library.close();
  }
}

/** The numbers of V8's helper threads in this process; none where it cannot be read. */
export function helpersOfV8(): number[] {
  try {
    return [...Deno.readDirSync("/proc/self/task")].map(({ name }) => name)
      .filter((thread) => Deno.readTextFileSync(`/proc/self/task/${thread}/comm`).startsWith(V8_HELPER))
      .map(Number);
  } catch {
    return []; // it may not be read, or a thread has just ended
  }
}

/** The numbers of the bits that are set. */
function numbersIn(set: Uint8Array): number[] {
  return [...set].flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte >> bit & 1).map((bit) => 8 * index + bit)
  );
}
