import { assert, assertEquals } from "@std/assert";
import { SharedWords } from "./atomic_memory.ts";
import { LOCK_WORDS, LockAttempt, LockWord, MOST_LOSSES, PARKED, RESERVED } from "./lock_word.ts";

function threads(count: number, isDead: (name: number) => boolean = () => false): LockWord[] {
  const memory = new SharedWords(new SharedArrayBuffer(LOCK_WORDS * 4));
  return Array.from(
    { length: count },
    (_, i) => new LockWord(memory, { at: 0, me: (i + 1) << 2, watch: { isDead }, spins: 0 }),
  );
}

/** Loses until it has asked for a hand-off. */
function loseOften(attempt: LockAttempt): void {
  for (let i = 0; i <= MOST_LOSSES; i++) assertEquals(attempt.next(false), false);
}

Deno.test("LockWord is left to whoever was woken in vain too often: nobody else gets it then", () => {
  const [holder, barger, waiter] = threads(3) as [LockWord, LockWord, LockWord];
  assert(holder.tryTake());
  const attempt = new LockAttempt(waiter);
  loseOften(attempt);
  holder.release();
  assertEquals(holder.memory.load(0), RESERVED);
  assertEquals([barger.tryTake(), new LockAttempt(barger).next(false)], [false, false]);
  assert(attempt.next(false));
  waiter.release();
  assert(barger.tryTake(), "and then it is free as before");
});

Deno.test("LockWord is free again when whoever it was to be left to gives up", () => {
  const [holder, barger, waiter] = threads(3) as [LockWord, LockWord, LockWord];
  assert(holder.tryTake());
  const attempt = new LockAttempt(waiter);
  loseOften(attempt);
  assertEquals(attempt.withdraw(), false);
  holder.release();
  assert(barger.tryTake());
  barger.release();

  assert(holder.tryTake());
  loseOften(attempt);
  holder.release();
  assert(attempt.withdraw(), "it was left to it already: nothing is lost, it holds the lock");
  assertEquals(waiter.holder, waiter.me);
});

Deno.test("LockAttempt takes over from the dead, and says so", () => {
  const [holder, waiter] = threads(2, (name) => name === 1 << 2) as [LockWord, LockWord];
  assert(holder.tryTake());
  const attempt = new LockAttempt(waiter);
  assertEquals([attempt.next(false), attempt.ownerDied, attempt.parkValue], [false, false, holder.me | PARKED]);
  assertEquals([attempt.next(true), attempt.ownerDied, waiter.holder], [true, true, waiter.me]);
});
