/**
 * What can be waited for, as whoever looks for deadlocks sees it.
 *
 * @module
 */

/** Somebody who holds a share of something. */
export interface Holding {
  /** Who; undefined if nobody told. */
  readonly owner: string | undefined;
  /** How much: permits, or the amounts of a lease. */
  readonly share: number;
}

/** Somebody who waits for a share. */
export interface Waiting extends Holding {
  /** Ends the wait with an error. */
  refuse(reason: unknown): void;
}

/** Whether an owner will give back what it holds, as far as is known. */
export type LetsGo = (owner: string | undefined) => boolean;

/** Something that owners hold and wait for. */
export interface Contested {
  /** What it is: `"mutex"`, `"semaphore"`, ... */
  readonly type: string;
  /** What people call it. */
  readonly name: string | undefined;
  /** Who holds shares of it. */
  holdings(): Iterable<Holding>;
  /** Who waits, in the order of service. */
  line(): Iterable<Waiting>;
  /** Which of those who wait would be served in the end, if all for whom `letsGo` answers true gave back what they have and get. */
  served(letsGo: LetsGo): Iterable<Waiting>;
}

/**
 * {@linkcode Contested.served} for whatever has a number of equal permits and serves strictly in order of its line: whoever cannot be
 * served holds up everybody behind.
 *
 * @param free Permits that nobody holds.
 */
export function* servedInOrder(
  { holdings, line }: { readonly holdings: Iterable<Holding>; readonly line: Iterable<Waiting> },
  free: number,
  letsGo: LetsGo,
): Generator<Waiting> {
  let permits = free;
  for (const { owner, share } of holdings) if (letsGo(owner)) permits += share;
  for (const waiting of line) {
    if (waiting.share > permits) return;
    yield waiting;
    if (!letsGo(waiting.owner)) permits -= waiting.share;
  }
}
