import { assert, assertEquals } from "@std/assert";
import { SharedWords } from "./atomic_memory.ts";
import { HANDOFF, LOCK_WORDS, LockAttempt, LockWord, MOST_PASSES, NAME_SHIFT, PARKED, WOKEN } from "./lock_word.ts";

function threads(count: number, isDead: (name: number) => boolean = () => false): LockWord[] {
  const memory = new SharedWords(new SharedArrayBuffer(LOCK_WORDS * 4));
  return Array.from(
    { length: count },
    (_, i) => new LockWord(memory, { at: 0, me: (i + 1) << NAME_SHIFT, watch: { isDead }, spins: 0 }),
  );
}

/** Makes one wait for the lock that another holds, until it is woken. */
function sleep(waiter: LockWord): { readonly attempt: LockAttempt; readonly isWoken: () => boolean } {
  const attempt = new LockAttempt(waiter);
  assertEquals(attempt.next("not-equal"), false);
  let isWoken = false;
  waiter.memory.waitAsync(attempt.parkAt, attempt.parkValue, () => isWoken = true);
  return { attempt, isWoken: () => isWoken };
}

/** Ends what waits on the lock's words. */
async function wake({ memory }: LockWord, isWoken: () => boolean): Promise<void> {
  for (const at of [0, 2]) memory.notify(at, Infinity);
  while (!isWoken()) await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("LockWord is taken by whoever comes while the one who was woken is on its way, but not for ever", async () => {
  const [holder, barger, waiter] = threads(3) as [LockWord, LockWord, LockWord];
  assert(holder.tryTake());
  const { attempt, isWoken } = sleep(waiter);
  holder.release();
  for (let i = 0; i < MOST_PASSES; i++) {
    assert(barger.tryTake(), `${i} times`);
    barger.release();
  }
  assertEquals(holder.memory.load(0), HANDOFF | WOKEN | PARKED);
  assertEquals([barger.tryTake(), new LockAttempt(barger).next("not-equal")], [false, false]);
  assert(attempt.next("ok"));
  waiter.release();
  assert(barger.tryTake(), "and then it is free as before");
  await wake(waiter, isWoken);
});

Deno.test("LockWord is left to whoever was woken and found it taken: nobody else gets it then", async () => {
  const [holder, barger, waiter] = threads(3) as [LockWord, LockWord, LockWord];
  assert(holder.tryTake());
  const { attempt, isWoken } = sleep(waiter);
  holder.release();
  assert(barger.tryTake());
  assertEquals(attempt.next("ok"), false);
  barger.release();
  assertEquals([holder.memory.load(0) & HANDOFF, barger.tryTake()], [HANDOFF, false]);
  assert(attempt.next("ok"));
  await wake(waiter, isWoken);
});

Deno.test("LockWord is free again when whoever it was to be left to gives up", async () => {
  const [holder, barger, waiter] = threads(3) as [LockWord, LockWord, LockWord];
  assert(holder.tryTake());
  const { attempt, isWoken } = sleep(waiter);
  holder.release();
  assert(barger.tryTake());
  assertEquals([attempt.next("ok"), attempt.withdraw()], [false, false]);
  barger.release();
  assert(holder.tryTake());
  assertEquals(attempt.next("ok"), false);
  holder.release();
  assert(attempt.withdraw(), "it was left to it already: nothing is lost, it holds the lock");
  assertEquals(waiter.holder, waiter.me);
  await wake(waiter, isWoken);
});

Deno.test("LockWord.tryTakeOver() takes what is left to somebody who does not come, but not what was left anew", () => {
  const [holder, other, waiter] = threads(3) as [LockWord, LockWord, LockWord];
  const leave = () => {
    assertEquals(new LockAttempt(waiter).next("timed-out"), false); // who has slept its time out is to have it next
    holder.release();
  };
  assert(holder.tryTake());
  leave();
  assertEquals([other.tryTake(), other.tryTakeOver()], [false, undefined]);
  assert(new LockAttempt(holder).next("ok"));
  leave();
  assertEquals([other.tryTakeOver(), other.tryTakeOver()], [undefined, { ownerDied: false }]);
  assertEquals(other.holder, other.me);
});

Deno.test("LockAttempt takes over from the dead, and says so", () => {
  const [holder, waiter, other] = threads(3, (name) => name === 1 << NAME_SHIFT) as [LockWord, LockWord, LockWord];
  assert(holder.tryTake());
  const attempt = new LockAttempt(waiter);
  assertEquals([attempt.next("not-equal"), attempt.ownerDied, attempt.parkValue], [false, false, holder.me | PARKED]);
  assertEquals([attempt.next("timed-out"), attempt.ownerDied, waiter.holder], [true, true, waiter.me]);
  assertEquals(other.tryTakeOver(), undefined, "it lives");
});

Deno.test("LockWord that is taken from a dead thread lets those look again who sleep until it is left to them", () => {
  const dead = new Set<number>(), isDead = (name: number) => dead.has(name);
  const [holder, first, second] = threads(3, isDead) as [LockWord, LockWord, LockWord];
  assert(holder.tryTake());
  const attempt = new LockAttempt(first);
  assertEquals(attempt.next("timed-out"), false); // it is to have it next, but the holder does not come to leave it
  const { parkAt, parkValue } = attempt;
  assertEquals(first.memory.load(parkAt), parkValue);
  dead.add(holder.me);
  assert(new LockAttempt(second).next("timed-out"));
  assert(first.memory.load(parkAt) !== parkValue, "so that it does not sleep on");
});
