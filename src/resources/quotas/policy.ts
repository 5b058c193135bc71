/**
 * What a quota allows.
 *
 * @module
 */

/** At most `limit` may be held at once; whoever asks for more is refused, and may wait. */
export interface HardPolicy {
  /** Which policy this is. */
  readonly type: "hard";
  /** The most that may be held, in the kind's own unit; finite, at least 0. */
  readonly limit: number;
}

/** Any amount may be held; what goes beyond `limit` is counted and reported. */
export interface SoftPolicy {
  /** Which policy this is. */
  readonly type: "soft";
  /** How much may be held without a report, in the kind's own unit; finite, at least 0. */
  readonly limit: number;
}

/**
 * At most `limit` may be held for good, and up to `peak` for a while.
 *
 * A bucket of tokens, each worth one unit held for one second, holds at most `(peak - limit) * burstMs / 1000`: a full one
 * carries the peak for `burstMs`. While more than `limit` is held it drains by the difference, while less is held it fills by
 * the difference. Whoever asks for no more than `limit` in all is never refused; whoever would go beyond needs a bucket that is
 * not empty. Nothing is revoked when it runs empty: what is held beyond the limit from then on is owed, and no new peak is
 * allowed until that is made up for. So over any time of T seconds that ends with nothing owed, the units held add up to at
 * most `limit * T` and one bucket.
 */
export interface BurstPolicy {
  /** Which policy this is. */
  readonly type: "burst";
  /** What may be held for good, in the kind's own unit; finite, above 0. */
  readonly limit: number;
  /** The most that may ever be held; finite, above `limit`. */
  readonly peak: number;
  /** How long a full bucket carries the peak, in milliseconds; finite, above 0. */
  readonly burstMs: number;
}

/**
 * At most `perSecond` may be taken in a second, on average; a release gives nothing back.
 *
 * A bucket of tokens, full at first, that holds `capacity` and fills at `perSecond`; what is granted is taken out of it.
 */
export interface RatePolicy {
  /** Which policy this is. */
  readonly type: "rate";
  /** Units of the kind in a second; finite, above 0. Write one a minute as `1 / 60`: it is counted as exactly that. */
  readonly perSecond: number;
  /** The most that may be taken at once, in the kind's own unit; finite, above 0. Default: what comes in one second. */
  readonly capacity?: number;
}

/** What a quota allows. */
export type QuotaPolicy = HardPolicy | SoftPolicy | BurstPolicy | RatePolicy;

/** The name of a policy. */
export type QuotaPolicyType = QuotaPolicy["type"];
