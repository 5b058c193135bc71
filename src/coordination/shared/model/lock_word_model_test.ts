import { LOCK_WORDS, LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import { memberOf, useAlone } from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import { holderOf } from "./testdata/movers.ts";
import type { Operation, Round, Scenario } from "./testdata/scenario.ts";

/** Words beside the lock: who is inside, and how often somebody was. */
const INSIDE = LOCK_WORDS, SUM = LOCK_WORDS + 1, BASE = { words: LOCK_WORDS + 2, locks: [0] };

const critical: Round = (thread) => useAlone(thread, { insideAt: INSIDE, sumAt: SUM });

function open(thread: ModelThread, mostLosses: number): LockWord {
  const member = memberOf(thread);
  return new LockWord(thread, { at: 0, me: member.lockName, watch: member, spins: 0, mostLosses });
}

/** Takes the lock, or gives up as soon as a wait has timed out; and leaves it, when it has used it. */
function locks(mostLosses: number, timeoutMs = Infinity): Operation {
  return [
    (thread) => {
      const lock = open(thread, mostLosses), patience = { timeoutMs, clock: () => thread.clock() };
      if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), patience);
    },
    (thread) => {
      if (holderOf(thread.read(0)) !== thread.index) return;
      critical(thread);
      open(thread, mostLosses).release();
    },
  ];
}

/** The lock is free, kept for nobody, and was held as often as it says. */
function freeAfter(rounds: number): NonNullable<Scenario["verify"]> {
  return (words) => words[SUM] === rounds && words[0] === 0 && words[1] === 0 ? undefined : `ends as ${words}`;
}

const isFree: NonNullable<Scenario["verify"]> = (words) =>
  words[0] === 0 && words[1] === 0 ? undefined : `ends as ${words}`;

for (const mostLosses of [4, 1, 0]) {
  const one = locks(mostLosses), hasty = locks(mostLosses, 1), handOff = `mostLosses: ${mostLosses}`;
  testSound(`LockWord keeps threads apart and wakes them; ${handOff}`, {
    ...BASE,
    threads: [[one, one, one], [one, one, one]],
    verify: freeAfter(6),
  });
  testSound(`LockWord keeps threads apart and wakes them; ${handOff}`, {
    ...BASE,
    threads: [[one], [one], [one]],
    verify: freeAfter(3),
  });
  testSound(`LockWord loses no wake-up to whoever gives up; ${handOff}`, {
    ...BASE,
    threads: [[hasty, one], [one, hasty]],
    timeouts: 2,
    verify: isFree,
  });
  testSound(`LockWord is taken over from whoever dies; ${handOff}`, {
    ...BASE,
    threads: [[one, one], [one, one]],
    deaths: 1,
  });
  testSound(`LockWord is taken over from whoever dies, by such as may give up; ${handOff}`, {
    ...BASE,
    threads: [[one], [hasty]],
    deaths: 1,
    timeouts: 1,
  });
}

testSound("LockWord keeps threads apart and wakes them; mostLosses: 1", {
  ...BASE,
  threads: [[locks(1), locks(1)], [locks(1), locks(1)], [locks(1), locks(1)]],
  preemptions: 4,
  verify: freeAfter(6),
});
testSound("LockWord loses no wake-up to whoever gives up; mostLosses: 1", {
  ...BASE,
  threads: [[locks(1)], [locks(1, 1)], [locks(1)]],
  timeouts: 1,
  verify: isFree,
});
testSound("LockWord is taken over from whoever dies; mostLosses: 1", {
  ...BASE,
  threads: [[locks(1)], [locks(1)], [locks(1)]],
  deaths: 1,
});

/** Parks once, as whoever has given up may have done before; `after` is what it does when it is woken in spite of that. */
function givesUp(after: (lock: LockWord) => void): Round {
  return (thread) => {
    const lock = open(thread, 4), attempt = new LockAttempt(lock);
    if (attempt.next(false)) return lock.release();
    thread.wait(attempt.parkAt, attempt.parkValue, Infinity);
    after(lock);
  };
}

testSound("LockWord.passOn() passes a wake-up on that came for somebody who has given up", {
  ...BASE,
  threads: [[locks(4)], [givesUp((lock) => lock.passOn())], [locks(4)]],
  verify: freeAfter(2),
});
testBroken("whoever gives up and does not pass a wake-up on", /waits for ever/, {
  ...BASE,
  threads: [[locks(4)], [givesUp(() => {})], [locks(4)]],
});

const broken: Record<string, { readonly fault: RegExp; readonly round: Round }> = {
  "a lock that releases without a notification, a lost wake-up": {
    fault: /waits for ever/,
    round: (thread) => {
      const lock = open(thread, 4);
      if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
      critical(thread);
      thread.store(0, 0);
    },
  },
  "a lock that checks, then acts, a double grant": {
    fault: /is inside too/,
    round: (thread) => {
      if (thread.load(0) !== 0) return;
      thread.store(0, 1);
      critical(thread);
      thread.store(0, 0);
    },
  },
  "a lock whose waiters do not look again when they wake up": {
    fault: /is inside too/,
    round: (thread) => {
      if (thread.exchange(0, 1) !== 0) thread.wait(0, 1, Infinity);
      critical(thread);
      thread.store(0, 0);
      thread.notify(0, 1);
    },
  },
  "a lock whose waiters forget that others are parked": {
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
  "a lock that looks whether anybody is parked before it is left": {
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
  testBroken(name, fault, { ...BASE, threads: [[round], [round], [round]] });
}
