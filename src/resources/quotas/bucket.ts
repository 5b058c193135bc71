/**
 * A bucket of tokens that is exact: whatever is taken out comes back to the last token, on time to the microsecond.
 *
 * @module
 */

/** Microseconds in a second: the denominator of a flow that is given in tokens a second. */
export const MICROS_PER_SECOND = 1_000_000;

/** A time as long as any, some 142 years: sums of it and a clock's reading are still exact. */
export const LONGEST_MICROS = 2 ** 52;

/**
 * What is missing in a bucket. A flow is a fraction, tokens over microseconds, and what has flowed of the next token is carried
 * over; so nothing drifts, however often one looks.
 *
 * Denominators are at most 2^26, numerators and times below 2^52, so that every number that decides is a safe integer.
 */
export class Bucket {
  /** Tokens that are missing, not counting what has flowed in of the next one; 0 when it is full. At most 2^53 - 1. */
  missing = 0;
  /** What has flowed in of the next token, over the denominator of the flow; 0 when it is full. */
  #carried = 0;
  /** Up to when it is settled. */
  #micros: number;

  /** Makes a full one. */
  constructor(micros: number) {
    this.#micros = micros;
  }

  /** Lets it flow until now, at a constant rate: `numerator / denominator` tokens in a microsecond, out of it if negative. */
  settle(micros: number, numerator: number, denominator: number): void {
    const elapsed = micros - this.#micros;
    if (elapsed <= 0) return;
    this.#micros = micros;
    if (numerator > 0) {
      if (this.missing > 0) this.#flowIn(elapsed, numerator, denominator);
    } else if (numerator < 0) {
      this.#flowOut(elapsed, -numerator, denominator);
    }
  }

  /** Takes tokens out. */
  take(tokens: number): void {
    this.missing = Math.min(this.missing + tokens, Number.MAX_SAFE_INTEGER);
  }

  /** Drops what has flowed in of the next token: from now on, the flow has another denominator. */
  dropFraction(): void {
    this.#carried = 0;
  }

  /**
   * After how many microseconds no more than `missing` will be missing, at the rate of {@linkcode settle}, which flows in; a whole
   * number, at most {@linkcode LONGEST_MICROS}.
   */
  microsUntil(missing: number, numerator: number, denominator: number): number {
    const wanted = this.missing - missing;
    if (wanted <= 0) return 0;
    // An estimate, which is put right by what exactly will have flowed in.
    let micros = Math.ceil((wanted - this.#carried / denominator) * denominator / numerator);
    if (!(micros < LONGEST_MICROS)) return LONGEST_MICROS;
    while (micros > 0 && this.#inflow(micros - 1, numerator, denominator) >= wanted) micros--;
    while (this.#inflow(micros, numerator, denominator) < wanted) micros++;
    return micros;
  }

  #flowIn(elapsed: number, numerator: number, denominator: number): void {
    const fine = fineFlow(elapsed, numerator, denominator) + this.#carried, whole = Math.floor(fine / denominator);
    const tokens = coarseFlow(elapsed, numerator, denominator) + whole;
    const isFull = tokens >= this.missing;
    this.missing = isFull ? 0 : this.missing - tokens;
    this.#carried = isFull ? 0 : fine - whole * denominator;
  }

  #flowOut(elapsed: number, numerator: number, denominator: number): void {
    const fine = fineFlow(elapsed, numerator, denominator), whole = Math.floor(fine / denominator);
    const carried = this.#carried - (fine - whole * denominator);
    this.take(coarseFlow(elapsed, numerator, denominator) + whole + (carried < 0 ? 1 : 0));
    this.#carried = carried < 0 ? carried + denominator : carried; // the token that was begun flows in again, less what went
  }

  #inflow(micros: number, numerator: number, denominator: number): number {
    const fine = fineFlow(micros, numerator, denominator) + this.#carried;
    return coarseFlow(micros, numerator, denominator) + Math.floor(fine / denominator);
  }
}

/** `micros * numerator / denominator`, without what {@linkcode fineFlow} adds to it: an integer, or more than 2^53. */
function coarseFlow(micros: number, numerator: number, denominator: number): number {
  const turns = Math.floor(micros / denominator);
  return turns * numerator + (micros - turns * denominator) * Math.floor(numerator / denominator);
}

/** What {@linkcode coarseFlow} leaves over, times the denominator: an integer below 2^52. */
function fineFlow(micros: number, numerator: number, denominator: number): number {
  return (micros - Math.floor(micros / denominator) * denominator) *
    (numerator - Math.floor(numerator / denominator) * denominator);
}
