import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Bucket, LONGEST_MICROS } from "./bucket.ts";
import { MAX_DENOMINATOR } from "./fraction.ts";

/** The same with one big integer: what is missing, times the denominator. */
class ModelBucket {
  missing = 0n;
  constructor(readonly denominator: bigint) {}
  take(tokens: number): void {
    this.missing += BigInt(tokens) * this.denominator;
  }
  flow(micros: number, numerator: number): void {
    this.missing -= BigInt(micros) * BigInt(numerator);
    if (this.missing < 0n) this.missing = 0n;
  }
  get tokens(): number {
    return Number((this.missing + this.denominator - 1n) / this.denominator);
  }
}

const steps = fc.array(
  fc.oneof(
    fc.record({ take: fc.oneof(fc.nat(10), fc.nat(2 ** 40)) }),
    fc.record({
      micros: fc.oneof(fc.nat(3), fc.nat(2_000_000), fc.nat(2 ** 42)),
      numerator: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -(2 ** 30), max: 2 ** 30 })),
    }),
  ),
  { maxLength: 40 },
);

Deno.test("Bucket misses what a big integer says, whatever flows in and out", () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 100 }), fc.integer({ min: 1, max: MAX_DENOMINATOR })),
      steps,
      (denominator, script) => {
        const bucket = new Bucket(0), model = new ModelBucket(BigInt(denominator));
        let now = 0;
        for (const step of script) {
          if ("take" in step) {
            bucket.take(step.take);
            model.take(step.take);
          } else {
            now += step.micros;
            bucket.settle(now, step.numerator, denominator);
            model.flow(step.micros, step.numerator);
            if (model.tokens > Number.MAX_SAFE_INTEGER) return;
          }
          assertEquals(bucket.missing, model.tokens);
        }
      },
    ),
    { numRuns: 2000 },
  ));

Deno.test("Bucket.microsUntil() is the first microsecond at which no more is missing", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: MAX_DENOMINATOR }),
      fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 52 })),
      fc.integer({ min: 1, max: 2 ** 45 }),
      fc.nat(2 ** 45),
      (denominator, numerator, taken, left) => {
        const elapsed = 1_000_003, bucket = new Bucket(0), model = new ModelBucket(BigInt(denominator));
        bucket.take(taken);
        model.take(taken);
        bucket.settle(elapsed, numerator, denominator);
        model.flow(elapsed, numerator);
        const micros = bucket.microsUntil(left, numerator, denominator);
        const excess = model.missing - BigInt(left) * model.denominator;
        const expected = excess <= 0n ? 0n : (excess + BigInt(numerator) - 1n) / BigInt(numerator);
        assertEquals(micros, Math.min(Number(expected), LONGEST_MICROS));
      },
    ),
    { numRuns: 2000 },
  ));

Deno.test("Bucket.settle() does nothing for a time that has passed, and stays full at most", () => {
  const bucket = new Bucket(100);
  bucket.take(5);
  bucket.settle(50, 1, 1);
  assertEquals(bucket.missing, 5);
  bucket.settle(102, 1, 1);
  bucket.settle(102, 1, 1);
  assertEquals(bucket.missing, 3);
  bucket.settle(1e9, 1, 1);
  assertEquals(bucket.missing, 0);
});

Deno.test("Bucket.microsUntil() is right for years, where a double's estimate is off by some", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: MAX_DENOMINATOR }),
      fc.integer({ min: 1, max: 1_000 }),
      fc.bigInt({ min: 2n ** 49n, max: 2n ** 52n - 1n }),
      (denominator, numerator, micros) => {
        const taken = micros * BigInt(numerator) / BigInt(denominator);
        fc.pre(taken > 0n && taken < 2n ** 53n);
        const bucket = new Bucket(0);
        bucket.take(Number(taken));
        const expected = (taken * BigInt(denominator) + BigInt(numerator) - 1n) / BigInt(numerator);
        assertEquals(bucket.microsUntil(0, numerator, denominator), Math.min(Number(expected), LONGEST_MICROS));
      },
    ),
    { numRuns: 5000 },
  ));
