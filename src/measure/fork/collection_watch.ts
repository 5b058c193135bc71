/**
 * Whether V8 collected garbage while something ran, without tracing it, which would slow what is timed.
 *
 * @module
 */

import { nextTurn } from "./event_loop.ts";
import { type Collect, readHeap } from "./garbage.ts";

/**
 * How much the heap must have shrunk for that alone to mean a collection, in bytes: it was seen to shrink by 0.4 MB without one.
 */
const SHRUNK_BYTES = 2 ** 20;

/**
 * Watches for collections by an object that nothing refers to but a `WeakRef`: every collection, of the young generation or of
 * everything, takes it away. The heap's own figures are less sure: `total_allocated_bytes` counts the areas that V8 sets aside
 * for allocation, not what is allocated in them, and so runs ahead by up to 1.5 MB where nothing was collected, which is more
 * than a small young generation holds.
 *
 * Against V8's own trace (`--trace-gc`, unbuffered; Deno 2.7.11, three sets of V8's flags), over 22,032 samples of 18 bodies
 * that allocate nothing, small and large objects, buffers, code and growing heaps: none of the 19,565 samples without a
 * collection was marked, none of those with a collection of the young generation alone was missed, and 11 of the 2,467 samples
 * with any collection were. In those a full collection ended whose marking had begun before the sample and had found the object
 * alive, and the heap, the second sign, was not 1 MB smaller afterwards.
 */
export class CollectionWatch {
  #token: object | undefined;
  #weak: WeakRef<object> | undefined;
  #usedBytes = 0;

  private constructor() {}

  /** Tries whether V8 tells: null where it cannot be asked for a collection, or lets the object live through one. */
  static async open(collect: Collect | undefined): Promise<CollectionWatch | null> {
    if (collect === undefined) return null;
    const watch = new CollectionWatch();
    await watch.begin();
    collect("minor");
    return watch.end() ? watch : null;
  }

  /**
   * Watches from the moment at which it resolves, two turns of the event loop later, about 10 µs: V8 keeps alive whatever a
   * task made a `WeakRef` of until that task is over, in a list of the task. A turn before makes the list a new one, for a list
   * that has lived through two collections is old, and what an old list held survives the young generation's next ones.
   */
  async begin(): Promise<void> {
    await nextTurn();
    this.#makeToken();
    await nextTurn();
    this.#usedBytes = readHeap().usedBytes;
    this.#token = undefined;
  }

  /** Whether garbage was collected since {@linkcode begin}. Takes about 2 µs. */
  end(): boolean {
    return this.#weak?.deref() === undefined || readHeap().usedBytes < this.#usedBytes - SHRUNK_BYTES;
  }

  /** A function of its own: no frame of a caller may hold the object. */
  #makeToken(): void {
    this.#token = {};
    this.#weak = new WeakRef(this.#token);
  }
}
