import { assert, assertEquals } from "@std/assert";
import { LOCK_WORDS, LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import { explore, type ModelThread, type Scenario } from "./testdata/explorer.ts";

/** Words beside the lock: who is inside, and how often somebody was. */
const INSIDE = LOCK_WORDS, SUM = LOCK_WORDS + 1;

/** Does what only one thread may do at a time; a dead thread may have been inside. */
function critical(thread: ModelThread): void {
  const holder = thread.exchange(INSIDE, thread.index + 1);
  if (holder !== 0 && !thread.isDead(holder - 1)) throw new Error(`thread ${holder - 1} is inside too`);
  thread.add(SUM, 1);
  thread.store(INSIDE, 0);
}

/** A round that takes the lock, or gives up as soon as a wait has timed out. */
function locks(mostLosses: number, timeoutMs = Infinity): (thread: ModelThread) => void {
  return (thread) => {
    const watch = { isDead: (name: number) => thread.isDead((name >> 2) - 1) };
    const lock = new LockWord(thread, { at: 0, me: (thread.index + 1) << 2, watch, spins: 0, mostLosses });
    const patience = { timeoutMs, clock: () => thread.clock() };
    if (!lock.tryTake() && !takeBlocking(lock, new LockAttempt(lock), patience)) return;
    critical(thread);
    lock.release();
  };
}

function assertSound(scenario: Omit<Scenario, "words">): void {
  const { fault, schedule, complete } = explore({ words: LOCK_WORDS + 2, ...scenario });
  assertEquals(fault, undefined, `${fault}:\n${schedule.join("\n")}`);
  assert(complete, "every interleaving is explored");
}

/** The lock is free, kept for nobody, and was held as often as it says. */
function freeAfter(rounds: number): NonNullable<Scenario["verify"]> {
  return (words) => words[SUM] === rounds && words[0] === 0 && words[1] === 0 ? undefined : `ends as ${words}`;
}

for (const mostLosses of [4, 1, 0]) {
  Deno.test(`LockWord keeps 2 threads apart and wakes them, in every interleaving; hand-off after ${mostLosses} losses`, () => {
    const round = locks(mostLosses);
    assertSound({ threads: [[round, round], [round, round]], verify: freeAfter(4) });
  });

  Deno.test(`LockWord is taken over from whoever dies at any point; hand-off after ${mostLosses} losses`, () => {
    const round = locks(mostLosses), twice = [round, round];
    assertSound({ threads: [twice, twice], deaths: 1 });
    assertSound({ threads: [[round], [locks(mostLosses, 1)]], deaths: 1, timeouts: 1 });
  });

  Deno.test(`LockWord loses no wake-up to whoever gives up; hand-off after ${mostLosses} losses`, () => {
    const hasty = locks(mostLosses, 1);
    const isFree = (words: readonly number[]) => words[0] === 0 && words[1] === 0 ? undefined : `ends as ${words}`;
    assertSound({ threads: [[hasty], [locks(mostLosses), hasty]], timeouts: 2, verify: isFree });
  });
}

for (const mostLosses of [4, 1]) {
  Deno.test(`LockWord keeps 3 threads apart and wakes them, in every interleaving; hand-off after ${mostLosses} losses`, () => {
    const round = locks(mostLosses);
    assertSound({ threads: [[round], [round], [round]], verify: freeAfter(3) });
  });
}

Deno.test("LockWord is taken over by one of two that wait, whenever the third dies", () => {
  const round = locks(1);
  assertSound({ threads: [[round], [round], [round]], deaths: 1 });
});

Deno.test("LockWord.passOn() passes a wake-up on that came for somebody who has given up", () => {
  const round = locks(4);
  const givesUp = (thread: ModelThread) => {
    const lock = new LockWord(thread, { at: 0, me: (thread.index + 1) << 2, watch: { isDead: () => false }, spins: 0 });
    const attempt = new LockAttempt(lock);
    if (attempt.next(false)) return lock.release();
    thread.wait(attempt.parkAt, attempt.parkValue, Infinity);
    lock.passOn();
  };
  assertSound({ threads: [[round], [givesUp], [round]], verify: freeAfter(2) });
  const forgets = (thread: ModelThread) => {
    const attempt = new LockAttempt(
      new LockWord(thread, { at: 0, me: (thread.index + 1) << 2, watch: { isDead: () => false }, spins: 0 }),
    );
    if (!attempt.next(false)) thread.wait(attempt.parkAt, attempt.parkValue, Infinity);
    else thread.store(0, 0);
  };
  assertEquals(
    explore({ words: LOCK_WORDS + 2, threads: [[round], [forgets], [round]] }).fault?.slice(-14),
    "waits for ever",
  );
});

/** The same with something wrong in it. */
class BrokenLock extends LockWord {
  constructor(thread: ModelThread) {
    super(thread, { at: 0, me: (thread.index + 1) << 2, watch: { isDead: () => false }, spins: 0 });
  }
}

const broken: Record<string, { readonly fault: RegExp; readonly round: (thread: ModelThread) => void }> = {
  "that releases without a notification": {
    fault: /waits for ever/,
    round: (thread) => {
      const lock = new BrokenLock(thread);
      if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
      critical(thread);
      thread.store(0, 0);
    },
  },
  "that checks, then acts": {
    fault: /is inside too/,
    round: (thread) => {
      if (thread.load(0) !== 0) return;
      thread.store(0, 1);
      critical(thread);
      thread.store(0, 0);
    },
  },
  "whose waiters forget that others are parked": {
    fault: /waits for ever/,
    round: (thread) => {
      // 0 free, 1 held, 2 held and somebody is parked; whoever wakes up takes it as 1 instead of 2
      while (thread.compareExchange(0, 0, 1) !== 0) {
        if (thread.compareExchange(0, 1, 2) !== 0) thread.wait(0, 2, Infinity);
      }
      critical(thread);
      if (thread.exchange(0, 0) === 2) thread.notify(0, 1);
    },
  },
  "that looks before it leaves": {
    fault: /waits for ever/,
    round: (thread) => {
      while (thread.exchange(0, 1) !== 0) {
        thread.store(1, 1);
        thread.wait(0, 1, Infinity);
      }
      critical(thread);
      const isAnybodyParked = thread.load(1) === 1;
      thread.store(0, 0);
      if (isAnybodyParked) thread.notify(0, 1);
    },
  },
};

for (const [name, { fault, round }] of Object.entries(broken)) {
  Deno.test(`explore() finds the fault of a lock ${name}, and says how it comes about`, () => {
    const found = explore({ words: LOCK_WORDS + 2, threads: [[round], [round], [round]] });
    assert(fault.test(found.fault ?? ""), `found ${found.fault}`);
    assert(found.schedule.length > 2 && found.schedule.every((step) => /^\d /.test(step)), found.schedule.join("\n"));
  });
}

Deno.test("explore() finds what a counter loses that is read, then written", () => {
  const round = (thread: ModelThread) => thread.store(0, thread.load(0) + 1);
  const found = explore({ words: 1, threads: [[round], [round]], verify: ([sum]) => sum === 2 ? undefined : `${sum}` });
  assertEquals(found.fault, "1");
  assertEquals(found.schedule.map((step) => step.slice(2, 7)), ["load ", "load ", "store", "store"]);
});

Deno.test("explore() lets nobody act after its death, not even in a finally block", () => {
  const round = (thread: ModelThread) => {
    try {
      thread.store(0, 1);
      thread.store(1, 1);
    } finally {
      thread.store(2, thread.load(1));
    }
  };
  const seen = new Set<string>();
  const verify = (words: readonly number[]) => void seen.add(words.join());
  assertEquals(explore({ words: 3, threads: [[round]], deaths: 1, verify }).fault, undefined);
  assertEquals([...seen].sort(), ["0,0,0", "1,0,0", "1,1,0", "1,1,1"]);
});
