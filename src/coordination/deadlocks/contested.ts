/**
 * What can be waited for, as whoever looks for deadlocks sees it.
 *
 * @module
 */

/** Permits, `"read"` or `"write"` of a read-write lock, or amounts of a pool in words. */
export type Share = number | string;

/** Somebody who holds a share of something. */
export interface ContestedHolding {
  /** Who; undefined if nobody told. */
  readonly owner: string | undefined;
  /** How much, or how. */
  readonly share: Share;
}

/** Somebody who waits for a share. */
export interface ContestedWait extends ContestedHolding {
  /** Whether there is a time limit, so that the wait ends in any case. */
  readonly isLimited: boolean;
  /** Whether its owner does nothing else meanwhile; false if nobody need await what was asked for. */
  readonly isAwaited: boolean;
  /** Ends the wait with an error. */
  giveUp(reason: unknown): void;
}

/** Somebody with a name who waits. */
export type OwnedWait = ContestedWait & { readonly owner: string };

/** Whether an owner will give back what it holds, as far as is known. */
export type LetsGo = (owner: string | undefined) => boolean;

/** Something that owners hold and wait for. */
export interface Contested {
  /** What it is: `"mutex"`, `"semaphore"`, ... */
  readonly noun: string;
  /** What people call it. */
  readonly name: string | undefined;
  /** Which key of it, as errors show it. */
  readonly key?: string;
  /** Who holds shares of it. */
  holdings(): Iterable<ContestedHolding>;
  /** Who waits, in the order of service. */
  waits(): Iterable<ContestedWait>;
  /**
   * Which of those who wait would be served in the end, if all for whom `letsGo` answers true gave back what they have and get. It is
   * asked anew for each, so that whoever has been told of the ones before may have changed the answer. Of what tenants share, who may
   * hold it by several tasks that know nothing of each other, what an owner holds keeps it from nothing, unless its name is of one task
   * only: another task may give it back.
   */
  served(letsGo: LetsGo): Iterable<ContestedWait>;
}

/**
 * {@linkcode Contested.served} for whatever has a number of equal permits and serves strictly in order of its line: whoever cannot be
 * served holds up everybody behind, unless it may go on and so may call its wait off.
 *
 * @param capacity Permits in all.
 * @param weigh How many permits a share is.
 */
export function* servedInOrder(
  { holdings, waits }: { readonly holdings: Iterable<ContestedHolding>; readonly waits: Iterable<ContestedWait> },
  { capacity, weigh }: { readonly capacity: number; readonly weigh: (share: Share) => number },
  letsGo: LetsGo,
): Generator<ContestedWait> {
  let permits = capacity;
  for (const { owner, share } of holdings) if (!letsGo(owner)) permits -= weigh(share);
  for (const wait of waits) {
    const wanted = weigh(wait.share);
    if (wanted > permits) {
      if (letsGo(wait.owner)) continue;
      return;
    }
    yield wait;
    if (!letsGo(wait.owner)) permits -= wanted;
  }
}
