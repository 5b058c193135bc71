/**
 * A shared pool's buffer, opened.
 *
 * @module
 */

import { toUnits, unitsPerWhole } from "../units.ts";
import {
  AHEAD,
  BEHIND,
  FIRST_AT,
  FREE_LEASE_AT,
  GRANTED_LEASE,
  KINDS_AT,
  LAST_AT,
  Layout,
  LAYOUT_VERSION,
  MAGIC,
  MAGIC_AT,
  MAX_LEASES_AT,
  MAX_THREADS_AT,
  MAX_WAITERS_AT,
  NEXT_FREE,
  type TableSizes,
  VERSION_AT,
} from "./layout.ts";

/** The views for plain access, which a test may replace to stop a thread at any write. */
export interface PlainViews {
  readonly ints: Int32Array<SharedArrayBuffer>;
  readonly doubles: Float64Array<SharedArrayBuffer>;
}

/**
 * The views of a buffer.
 *
 * `words` is for what threads touch without the lock: only `Atomics` reads and writes it. `ints` and `doubles` are for what only the
 * holder of the lock touches; taking and leaving the lock orders these accesses between threads, so they are plain.
 */
export class PoolMemory implements PlainViews {
  readonly buffer: SharedArrayBuffer;
  readonly layout: Layout;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly ints: Int32Array<SharedArrayBuffer>;
  readonly doubles: Float64Array<SharedArrayBuffer>;

  /** Opens a buffer that has this layout. */
  constructor(buffer: SharedArrayBuffer, layout: Layout, plain?: PlainViews) {
    this.buffer = buffer;
    this.layout = layout;
    this.words = new Int32Array(buffer);
    this.ints = plain?.ints ?? this.words;
    this.doubles = plain?.doubles ?? new Float64Array(buffer, 0, buffer.byteLength >> 3);
  }
}

/** Makes the buffer of a pool, all of it free. */
export function createMemory(capacity: readonly number[], sizes: TableSizes): PoolMemory {
  const layout = new Layout(sizes);
  const memory = new PoolMemory(new SharedArrayBuffer(layout.byteLength), layout);
  const { ints, doubles } = memory;
  capacity.forEach((amount, place) => {
    doubles[layout.capacityAt + place] = amount;
    doubles[layout.freeAt + place] = toUnits(amount, unitsPerWhole(amount));
  });
  for (let place = 0; place < layout.maxLeases; place++) {
    ints[layout.lease(place) + NEXT_FREE] = place + 1 < layout.maxLeases ? place + 1 : -1;
  }
  for (let place = 0; place < layout.maxWaiters; place++) {
    const at = layout.waiter(place);
    ints[at + AHEAD] = ints[at + BEHIND] = ints[at + GRANTED_LEASE] = -1;
  }
  ints[FREE_LEASE_AT] = 0;
  ints[FIRST_AT] = ints[LAST_AT] = -1;
  ints[KINDS_AT] = sizes.kinds;
  ints[MAX_THREADS_AT] = sizes.maxThreads;
  ints[MAX_LEASES_AT] = sizes.maxLeases;
  ints[MAX_WAITERS_AT] = sizes.maxWaiters;
  ints[VERSION_AT] = LAYOUT_VERSION;
  ints[MAGIC_AT] = MAGIC;
  return memory;
}

/** Opens a buffer made by {@linkcode createMemory}; undefined if it is none. */
export function openMemory(buffer: SharedArrayBuffer): PoolMemory | undefined {
  if (buffer.byteLength < new Layout({ kinds: 0, maxThreads: 0, maxLeases: 0, maxWaiters: 0 }).byteLength) {
    return undefined;
  }
  const words = new Int32Array(buffer, 0, MAX_WAITERS_AT + 1);
  const [magic, , kinds = 0, maxThreads = 0, maxLeases = 0, maxWaiters = 0] = words;
  if (magic !== MAGIC) return undefined;
  const layout = new Layout({ kinds, maxThreads, maxLeases, maxWaiters });
  return layout.byteLength === buffer.byteLength ? new PoolMemory(buffer, layout) : undefined;
}
