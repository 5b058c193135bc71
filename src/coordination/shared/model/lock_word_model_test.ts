import type { AtomicMemory } from "../atomic_memory.ts";
import { LOCK_WORDS, LockAttempt, LockWord, MOST_PASSES, takeBlocking, takeBriefly } from "../lock_word.ts";
import { memberOf, useAlone, withFault } from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import { holderOf } from "./testdata/movers.ts";
import type { Operation, Round, Scenario } from "./testdata/scenario.ts";

/** Words beside the lock: who is inside, and how often somebody was. */
const INSIDE = LOCK_WORDS, SUM = LOCK_WORDS + 1, BASE = { words: LOCK_WORDS + 2, locks: [0], areAlike: true };

const critical: Round = (thread) => useAlone(thread, { insideAt: INSIDE, sumAt: SUM });

function open(thread: ModelThread, mostPasses: number, memory: AtomicMemory = thread): LockWord {
  const member = memberOf(thread);
  return new LockWord(memory, { at: 0, me: member.lockName, watch: member, spins: 0, mostPasses });
}

/** Takes the lock, or gives up as soon as a wait has timed out; and leaves it, when it has used it. */
function locks(mostPasses: number, timeoutMs = Infinity): Operation {
  return [
    (thread) => {
      const lock = open(thread, mostPasses), patience = { timeoutMs, clock: () => thread.clock() };
      if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), patience);
    },
    (thread) => {
      if (holderOf(thread.read(0)) !== thread.index) return;
      critical(thread);
      open(thread, mostPasses).release();
    },
  ];
}

/** Takes the lock as a main thread does that needs it for a moment: in a loop, and nobody can wake it; and leaves it. */
function turns(mostPasses: number): Operation {
  return [
    (thread) => {
      takeBriefly(open(thread, mostPasses, withFault(thread, { nap: (at, value) => thread.spin(at, value) })));
    },
    (thread) => {
      critical(thread);
      open(thread, mostPasses).release();
    },
  ];
}

/** The lock is free, kept for nobody, and was held as often as it says. */
function freeAfter(rounds: number): NonNullable<Scenario["verify"]> {
  return (words) => words[SUM] === rounds && words[0] === 0 ? undefined : `ends as ${words}`;
}

const isFree: NonNullable<Scenario["verify"]> = (words) => words[0] === 0 ? undefined : `ends as ${words}`;

for (const mostPasses of [MOST_PASSES, 1]) {
  const one = locks(mostPasses), hasty = locks(mostPasses, 1), handOff = `hand-off after ${mostPasses} passes`;
  testSound(`LockWord keeps threads apart and wakes them; ${handOff}`, {
    ...BASE,
    threads: [[one, one], [one, one]],
    preemptions: Infinity,
    verify: freeAfter(4),
  });
  testSound(`LockWord keeps threads apart and wakes them; ${handOff}`, {
    ...BASE,
    threads: [[one], [one], [one]],
    preemptions: 4,
    verify: freeAfter(3),
  });
  testSound(`LockWord loses no wake-up to whoever gives up; ${handOff}`, {
    ...BASE,
    threads: [[hasty, one], [one, hasty]],
    timeouts: 2,
    preemptions: 4,
    verify: isFree,
  });
  const turning = turns(mostPasses), isHad = `LockWord is had by a main thread that turns in a loop for it; ${handOff}`;
  testSound(isHad, {
    ...BASE,
    threads: [[turning, turning], [one, one]],
    preemptions: Infinity,
    verify: freeAfter(4),
  });
  testSound(isHad, { ...BASE, threads: [[turning], [one], [turning]], preemptions: 3, verify: freeAfter(3) });
  testSound(isHad, { ...BASE, threads: [[turning], [hasty], [one]], timeouts: 1, preemptions: 2, verify: isFree });
  testSound(isHad, { ...BASE, threads: [[turning, turning], [one, one]], deaths: 1, preemptions: 3 });
  testSound(isHad, { ...BASE, threads: [[turning], [one], [one]], deaths: 1, preemptions: 2 });
  testSound(`LockWord is taken over from whoever dies; ${handOff}`, {
    ...BASE,
    threads: [[one, one], [one, one]],
    deaths: 1,
    preemptions: 4,
  });
  testSound(`LockWord is taken over from whoever dies, by such as may give up; ${handOff}`, {
    ...BASE,
    threads: [[one], [hasty]],
    deaths: 1,
    timeouts: 1,
  });
}

testSound("LockWord loses no wake-up to whoever gives up; hand-off after 1 pass", {
  ...BASE,
  threads: [[locks(1)], [locks(1, 1)], [locks(1)]],
  timeouts: 1,
  preemptions: 3,
  verify: isFree,
});
testSound("LockWord is taken over from whoever dies; hand-off after 1 pass", {
  ...BASE,
  threads: [[locks(1)], [locks(1)], [locks(1)]],
  deaths: 1,
  preemptions: 2,
});

/** Parks once, as whoever has given up may have done before; `after` is what it does when it is woken in spite of that. */
function givesUp(after: (lock: LockWord) => void): Round {
  return (thread) => {
    const lock = open(thread, MOST_PASSES), attempt = new LockAttempt(lock);
    if (attempt.next("not-equal")) return lock.release();
    thread.wait(attempt.parkAt, attempt.parkValue, Infinity);
    after(lock);
  };
}

testSound("LockWord.passOn() passes a wake-up on that came for somebody who has given up", {
  ...BASE,
  threads: [[locks(MOST_PASSES)], [givesUp((lock) => lock.passOn())], [locks(MOST_PASSES)]],
  preemptions: 4,
  verify: freeAfter(2),
});
testBroken("whoever gives up and does not pass a wake-up on", /waits for ever/, {
  ...BASE,
  threads: [[locks(MOST_PASSES)], [givesUp(() => {})], [locks(MOST_PASSES)]],
});

/** Words: whether the last of the threads was seen asleep; how often others have taken the lock since. */
const SEEN = LOCK_WORDS + 2, PASSED = LOCK_WORDS + 3;

/** Takes the lock, and counts if the thread of an index has slept for it. */
function passes(mostPasses: number, sleeper: number): Round {
  return (thread) => {
    const lock = open(thread, mostPasses);
    if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
    if (thread.load(SEEN) === 1 || thread.isAsleep(sleeper)) {
      thread.store(SEEN, 1);
      thread.add(PASSED, 1);
    }
    lock.release();
  };
}

/** Takes the lock, and is passed `most` times at most. */
function isPassed(mostPasses: number, most: number): Round {
  return (thread) => {
    const lock = open(thread, mostPasses);
    if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
    const passed = thread.load(PASSED);
    if (passed > most) throw new Error(`it was passed ${passed} times`);
    lock.release();
  };
}

function times(count: number, round: Round): Round[] {
  return Array.from({ length: count }, () => round);
}

const OBSERVED = { words: LOCK_WORDS + 4, isReduced: false };
for (const most of [1, 2]) { // and by the one who holds the lock already
  testSound(`LockWord lets somebody who sleeps be passed ${most} times at most`, {
    ...OBSERVED,
    threads: [times(most + 3, passes(most, 1)), [isPassed(most, most + 1)]],
    preemptions: 4,
  });
}
testSound("LockWord lets somebody who sleeps be passed as often again, and once more, for each who slept before it", {
  ...OBSERVED,
  threads: [times(4, passes(1, 2)), times(4, passes(1, 2)), [isPassed(1, 6)]],
  preemptions: 2,
});
testBroken("a lock that does not count who has passed somebody", /it was passed [34] times/, {
  ...OBSERVED,
  threads: [times(4, passes(Infinity, 1)), [isPassed(Infinity, 2)]],
  preemptions: 3,
});

testBroken("a lock that is left to those who sleep for it, though all that wait turn in a loop", /waits for ever/, {
  ...BASE,
  threads: [[turns(MOST_PASSES)], [(thread) => {
    const lock = open(thread, 0, withFault(thread, { notify: () => 1 }));
    if (lock.tryTake()) lock.release();
  }]],
});

const broken: Record<string, { readonly fault: RegExp; readonly round: Round }> = {
  "a lock that releases without a notification, a lost wake-up": {
    fault: /waits for ever/,
    round: (thread) => {
      const lock = open(thread, MOST_PASSES);
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
