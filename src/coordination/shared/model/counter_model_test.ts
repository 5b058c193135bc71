import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { Round, Scenario } from "./testdata/scenario.ts";

/**
 * `SharedCounter` does each of its operations with one access, so a model has nothing to interleave in them; what it can show is that
 * these two suffice to count on: `add`, and `compareAndSet` in a loop. A word stands for its 64 bits.
 */
const VALUE = 0, BASE = { words: 1, areAlike: true };

const adds: Round = (thread) => void thread.add(VALUE, 1);
const doubles: Round = (thread) => {
  for (;;) {
    const value = thread.load(VALUE);
    if (thread.compareExchange(VALUE, value, 2 * value) === value) return;
  }
};
const comesTo = (...sums: readonly number[]): NonNullable<Scenario["verify"]> => ([sum]) =>
  sum !== undefined && sums.includes(sum) ? undefined : `it has come to ${sum}`;

testSound("A counter loses nothing that is added", {
  ...BASE,
  threads: [[adds, adds, adds], [adds, adds, adds], [adds, adds, adds]],
  verify: comesTo(9),
});
testSound("A counter loses nothing that is set by comparison", {
  ...BASE,
  threads: [[adds], [doubles], [adds]],
  verify: comesTo(2, 3, 4),
});
testSound("A counter is never half written, whoever dies", {
  ...BASE,
  threads: [[adds, adds], [adds, adds], [adds, adds]],
  deaths: 1,
  verify: (words, died) => died.includes(true) ? comesTo(4, 5, 6)(words, died) : comesTo(6)(words, died),
});
testBroken("a counter that is read, then written, a lost update", /it has come to [12]/, {
  ...BASE,
  threads: [[(thread) => thread.store(VALUE, thread.load(VALUE) + 1)], [adds], [adds]],
  verify: comesTo(3),
});
testBroken("a counter whose comparison is not looked at, a missing re-check", /it has come to 2/, {
  ...BASE,
  threads: [[adds], [(thread) => {
    const value = thread.load(VALUE);
    thread.compareExchange(VALUE, value, value + 1);
  }], [adds]],
  verify: comesTo(3),
});
