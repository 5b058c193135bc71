/**
 * Buckets that grow by a constant factor.
 *
 * @module
 */

/** The finest: buckets grow by 2^(1/256). The range of schemas is that of Prometheus. */
export const MAX_SCHEMA = 8;
/** The coarsest: buckets grow by 2^16. */
export const MIN_SCHEMA = -4;
/** What is not above counts as zero: 2^−128, as in Prometheus. */
export const ZERO_THRESHOLD = 2 ** -128;

const LOWEST_EXPONENT = -128;
/** 2^e at e + 128. */
const POWERS = Float64Array.from({ length: 1_024 - LOWEST_EXPONENT }, (_, at) => 2 ** (at + LOWEST_EXPONENT));
/** To look at the bits of a number. */
const NUMBER = new Float64Array(1);
const WORDS = new Uint32Array(NUMBER.buffer);
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The index of a bucket one schema coarser: two neighbours become one. */
export function coarser(index: number): number {
  return ((index - 1) >> 1) + 1;
}

/**
 * The buckets of one schema: bucket i has the values above 2^((i − 1)·2^−schema), up to 2^(i·2^−schema).
 *
 * An index is exact, also next to a bound, and costs no logarithm: the exponent is read from the number's bits, and the leading
 * bits of its fraction tell the place in a table, off by one at most, since two bounds are further apart than what these bits tell.
 */
export class LogarithmicScale {
  /** By schema, from the coarsest on. */
  static readonly #scales: LogarithmicScale[] = [];
  readonly schema: number;
  /** Largest relative error of {@linkcode middleOf}: (factor − 1) / (factor + 1). */
  readonly relativeError: number;
  /** 2^(k·2^−schema) for the bounds within an octave, from 1 to 2. */
  readonly #bounds: Float64Array;
  /** How many bounds are below the numbers that begin with these bits. */
  readonly #below: Uint16Array;

  private constructor(schema: number) {
    const factor = 2 ** 2 ** -schema, size = 2 ** Math.max(0, schema);
    this.schema = schema;
    this.relativeError = (factor - 1) / (factor + 1);
    this.#bounds = Float64Array.from({ length: size + 1 }, (_, at) => 2 ** (at / size));
    this.#below = Uint16Array.from(
      { length: 2 * size },
      (_, at) => this.#bounds.findIndex((bound) => bound >= 1 + at / (2 * size)),
    );
  }

  /** The scale of a schema, an integer from −4 to 8. */
  static of(schema: number): LogarithmicScale {
    return LogarithmicScale.#scales[schema - MIN_SCHEMA] ??= new LogarithmicScale(schema);
  }

  /** The coarsest schema that is exact enough. */
  static within(relativeError: number): LogarithmicScale {
    for (let schema = MIN_SCHEMA; schema < MAX_SCHEMA; schema++) {
      const scale = this.of(schema);
      if (scale.relativeError <= relativeError) return scale;
    }
    return this.of(MAX_SCHEMA);
  }

  /** The bucket of a finite value above {@linkcode ZERO_THRESHOLD}. */
  indexOf(value: number): number {
    NUMBER[0] = value;
    const high = WORDS[HIGH]!, exponent = (high >>> 20) - 1_023, { schema } = this;
    const power = POWERS[exponent - LOWEST_EXPONENT]!;
    if (schema <= 0) {
      const octave = value > power ? exponent + 1 : exponent;
      return ((octave - 1) >> -schema) + 1;
    }
    const below = this.#below[(high & 0xfffff) >>> (19 - schema)]!;
    return (exponent << schema) + (value > this.#bounds[below]! * power ? below + 1 : below);
  }

  /** The largest value of a bucket. */
  upperBound(index: number): number {
    return 2 ** (index * 2 ** -this.schema);
  }

  /** The number that is off by the same ratio from either end of a bucket. */
  middleOf(index: number): number {
    return 2 ** (index * 2 ** -this.schema - 1) * 2 * (1 - this.relativeError);
  }
}
