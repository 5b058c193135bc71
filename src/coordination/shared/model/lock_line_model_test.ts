import { LockLine } from "../lock_line.ts";
import { LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import { memberOf, MODEL_WORDS, NO_BOARD, rest, ROOM_WORDS, turnUntil, useAlone } from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import { holderOf } from "./testdata/movers.ts";
import type { Operation, Round, Scenario } from "./testdata/scenario.ts";

const LOCK_AT = 0,
  INSIDE = ROOM_WORDS,
  SUM = ROOM_WORDS + 1,
  BASE = { words: MODEL_WORDS, locks: [LOCK_AT], areAlike: true };

type LockClass = new (...args: ConstructorParameters<typeof LockWord>) => LockWord;

function open(thread: ModelThread, Lock: LockClass = LockWord): LockWord {
  const member = memberOf(thread);
  return new Lock(thread, { at: LOCK_AT, me: member.lockName, watch: member, spins: 0, mostPasses: 1 });
}

const critical: Round = (thread) => useAlone(thread, { insideAt: INSIDE, sumAt: SUM });

/** What may be special about a thread whose tasks await the lock. */
interface Awaiting {
  readonly tasks?: number;
  /** Whether its last task is aborted as soon as a timer goes off. */
  readonly isHasty?: boolean;
  readonly Lock?: LockClass;
}

/** A thread whose tasks await the lock, and are done with it in a turn of their own. */
function awaits({ tasks = 1, isHasty = false, Lock = LockWord }: Awaiting = {}): Round {
  return (thread) => {
    const lock = open(thread, Lock);
    let held = 0, done = 0;
    const line = new LockLine<void>({
      lock,
      timers: thread.timers,
      board: NO_BOARD,
      guard: () => void held++,
      gaveUp: () => void done++,
      describe: () => ({ what: "it", state: "held" }),
    });
    const waiters = Array.from({ length: tasks }, () => line.join());
    const useIt = () => {
      for (; held > 0; held--) {
        critical(thread);
        lock.release();
        done++;
      }
    };
    useIt();
    const [last] = waiters.slice(-1);
    last?.promise.catch(() => {});
    turnUntil(
      thread,
      () => (useIt(), done === tasks),
      isHasty ? () => last?.giveUp(new Error("enough")) : undefined,
    );
    rest(thread); // a wait may still be pending, and a wake-up that comes to it is to be passed on
  };
}

/** A thread that sleeps until it has the lock. */
const blocks: Operation = [
  (thread) => {
    const lock = open(thread);
    if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
  },
  (thread) => {
    if (holderOf(thread.read(LOCK_AT)) !== thread.index) throw new Error("it has the lock, but is not named there");
    critical(thread);
    open(thread).release();
  },
];

/** A thread that sleeps until it has the lock while a task of its own awaits it, or has given up; that one comes after. */
function blocksBehindItself({ isHasty = false, isWary = true } = {}): Round {
  return (thread) => {
    const lock = open(thread);
    let held = 0, done = 0;
    const line = new LockLine<void>({
      lock,
      timers: thread.timers,
      board: NO_BOARD,
      guard: () => void held++,
      gaveUp: () => void done++,
      describe: () => ({ what: "it", state: "held" }),
    });
    const waiter = line.join();
    waiter.promise.catch(() => {});
    const useIt = () => {
      critical(thread);
      lock.release();
      done++;
    };
    for (; held > 0; held--) useIt();
    if (isHasty) waiter.giveUp(new Error("enough"));
    if (!lock.tryTake()) {
      takeBlocking(lock, new LockAttempt(lock, isWary && line.isPending), { timeoutMs: Infinity, clock: () => 0 });
    }
    useIt();
    turnUntil(thread, () => {
      for (; held > 0; held--) useIt();
      return done === 2;
    });
    rest(thread);
  };
}

function freeAfter(rounds: number): NonNullable<Scenario["verify"]> {
  return (words) => words[SUM] === rounds && words[LOCK_AT] === 0 ? undefined : `ends as ${words}`;
}
const isFree: NonNullable<Scenario["verify"]> = (words) => words[LOCK_AT] === 0 ? undefined : `ends as ${words}`;

const one = awaits(), two = awaits({ tasks: 2 }), hasty = awaits({ isHasty: true });

const gets = "LockLine gets a lock that other threads want, asleep or not";
testSound(gets, { ...BASE, threads: [[one], [blocks, blocks]], verify: freeAfter(3) });
testSound(gets, { ...BASE, threads: [[two], [blocks]], verify: freeAfter(3) });
testSound(gets, { ...BASE, threads: [[one], [one]], verify: freeAfter(2) });
testSound(gets, { ...BASE, threads: [[one], [one], [blocks]], preemptions: 4, verify: freeAfter(3) });
testSound(gets, { ...BASE, threads: [[two], [blocks], [blocks]], preemptions: 3, verify: freeAfter(4) });

const loses = "LockLine loses no wake-up to a task that gives up";
testSound(loses, { ...BASE, threads: [[hasty], [blocks, blocks]], timeouts: 1, verify: isFree });
testSound(loses, { ...BASE, threads: [[hasty], [one], [blocks]], timeouts: 1, preemptions: 3, verify: isFree });
testSound(loses, {
  ...BASE,
  threads: [[awaits({ tasks: 2, isHasty: true })], [blocks], [blocks]],
  timeouts: 1,
  preemptions: 2,
  verify: isFree,
});

const takesOver = "LockLine takes over from whoever dies, and is taken over from";
testSound(takesOver, { ...BASE, threads: [[one], [blocks]], deaths: 1 });
testSound(takesOver, { ...BASE, threads: [[one], [one], [blocks]], deaths: 1, preemptions: 2 });

const sleepsItself = "LockLine keeps no wake-up from its own thread when that sleeps";
for (const isHasty of [false, true]) {
  const both = blocksBehindItself({ isHasty });
  testSound(sleepsItself, { ...BASE, threads: [[both], [blocks]], verify: isFree });
  testSound(sleepsItself, { ...BASE, threads: [[both], [blocks], [blocks]], preemptions: 2, verify: isFree });
  testBroken("a thread that sleeps where a wake-up goes to its own pending wait", /waits for ever/, {
    ...BASE,
    threads: [[blocksBehindItself({ isHasty, isWary: false })], [blocks]],
  });
}

class Deaf extends LockWord {
  override passOn(): void {}
}
testBroken("a line that does not pass a wake-up on when its last task has given up, a lost wake-up", /waits for ever/, {
  ...BASE,
  threads: [[blocks], [awaits({ isHasty: true, Lock: Deaf })], [blocks]],
  timeouts: 1,
  preemptions: 3,
});
