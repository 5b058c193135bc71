import { Timer } from "../../../reliability/timer_wheel.ts";
import { WaitTimeoutError } from "../../waiter.ts";
import { LOCK_AT } from "../handle.ts";
import { LockWord } from "../lock_word.ts";
import { RateCell, startCell } from "../rate_cell.ts";
import { TokenLine } from "../token_line.ts";
import {
  ACCOUNTS,
  directSignal,
  memberOf,
  MODEL_WORDS,
  NO_BOARD,
  ROOM_WORDS,
  turnUntil,
} from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import type { Round, Scenario } from "./testdata/scenario.ts";

type Verify = NonNullable<Scenario["verify"]>;

/** Words of the scenarios: how many tokens were taken; what time it is. */
const TAKEN = ROOM_WORDS, NOW_MS = ROOM_WORDS + 1;

/** What is explored of a cell of one token a millisecond, full at first. */
function cellOf(burst: number): Pick<Scenario, "words" | "locks" | "initial" | "areAlike"> {
  const initial: Record<number, number> = {};
  startCell({ writeDouble: (at, value) => void (initial[at] = value) }, { tokenMs: 1, burst });
  return { words: MODEL_WORDS, locks: [LOCK_AT], initial, areAlike: true };
}

class NoLock extends LockWord {
  override tryTake(): boolean {
    return true;
  }

  override release(): void {}
}

function open(thread: ModelThread, Lock: typeof LockWord = LockWord): RateCell {
  const member = memberOf(thread);
  return new RateCell(thread, {
    lock: new Lock(thread, { at: LOCK_AT, me: member.lockName, watch: member, spins: 0 }),
    accounts: ACCOUNTS,
    clock: () => thread.load(NOW_MS),
  });
}

/** Takes a token if there is one. */
function triesTo(Lock: typeof LockWord = LockWord): Round {
  return (thread) => {
    if (open(thread, Lock).take(1) === 0) thread.add(TAKEN, 1);
  };
}

/** How a thread waits for tokens. */
interface Waiting {
  readonly tasks: number;
  /** Aborts its last task as soon as a timer goes off. */
  readonly isHasty?: boolean;
  /** What is wrong with it: takes a token for granted once it has waited; has timers that never go off. */
  readonly isTrusting?: boolean;
  readonly isDeaf?: boolean;
}

/** Takes tokens when there are; whenever the first task has waited for long enough, it is a millisecond later. */
function waits({ tasks, isHasty = false, isTrusting = false, isDeaf = false }: Waiting): Round {
  return (thread) => {
    const cell = open(thread), { signal, abort } = directSignal();
    let taken = 0, gone = 0, hasWaited = false;
    const line = new TokenLine({
      timers: isDeaf
        ? { schedule: (delayMs, task) => new Timer(task, delayMs, true), cancel: () => {} }
        : thread.timers,
      board: NO_BOARD,
      take: (tokens) => {
        const shortMs = hasWaited && isTrusting ? 0 : cell.take(tokens);
        if (shortMs === 0) taken++;
        return shortMs;
      },
      gaveUp: () => void gone++,
      timeoutError: (_, timeoutMs) => new WaitTimeoutError("it", timeoutMs, ""),
    });
    for (let task = 1; task <= tasks; task++) {
      line.wait(1, isHasty && task === tasks ? { signal } : undefined).catch(() => {});
    }
    turnUntil(thread, () => taken + gone === tasks, () => {
      hasWaited = true;
      if (isHasty && gone === 0) return abort();
      thread.add(NOW_MS, 1);
      thread.ring();
    });
    thread.add(TAKEN, taken);
  };
}

/** No more than the burst and what has come since; and exactly so many tokens, if that is known. */
function taken(burst: number, tokens?: number): Verify {
  return (words) =>
    words[TAKEN]! <= burst + words[NOW_MS]! && (tokens === undefined || words[TAKEN] === tokens)
      ? undefined
      : `${words[TAKEN]} were taken at ${words[NOW_MS]}`;
}

const tries = triesTo(), exact = "RateCell gives out exactly what there is";
testSound(exact, { ...cellOf(3), threads: [[tries, tries], [tries, tries]], verify: taken(3, 3) });
testSound(exact, { ...cellOf(2), threads: [[tries], [tries], [tries]], verify: taken(2, 2) });
const survives = "RateCell gives out no more than there is, and goes on, whoever dies";
testSound(survives, { ...cellOf(1), threads: [[tries], [tries]], deaths: 1, stopsAtWrites: true, verify: taken(1) });
testSound(survives, {
  ...cellOf(2),
  threads: [[tries], [tries], [tries]],
  deaths: 1,
  verify: (words, died) => taken(2, died.includes(true) ? undefined : 2)(words, died),
});

const waitsForOne = waits({ tasks: 1 }), waitsForTwo = waits({ tasks: 2 }), timePasses = true;
const serves = "TokenLine serves all who wait, no faster than the rate, while other threads take tokens too";
testSound(serves, { ...cellOf(1), threads: [[waitsForTwo], [tries]], timePasses, timeouts: 1, verify: taken(1) });
testSound(serves, {
  ...cellOf(1),
  threads: [[waitsForOne], [waitsForOne]],
  timePasses,
  timeouts: 1,
  verify: taken(1, 2),
});
for (const how of [{ preemptions: 1 }, { idealLocks: true }]) {
  testSound(serves, {
    ...cellOf(1),
    threads: [[waitsForOne], [waitsForOne], [waitsForOne]],
    timePasses,
    verify: taken(1, 3),
    ...how,
  });
}
testSound("TokenLine loses no token to a task that is aborted", {
  ...cellOf(1),
  threads: [[waits({ tasks: 2, isHasty: true })], [waitsForOne]],
  timePasses,
  timeouts: 1,
  verify: taken(1),
});

testBroken("a rate without a lock, a double grant", /2 were taken at 0/, {
  ...cellOf(1),
  threads: [[triesTo(NoLock)], [triesTo(NoLock)]],
  stopsAtWrites: true,
  verify: taken(1),
});
testBroken("a waiter that trusts that there is a token once it has waited, a missing re-check", /3 were taken at 1/, {
  ...cellOf(1),
  threads: [[waits({ tasks: 1, isTrusting: true })], [tries, tries]],
  timePasses,
  timeouts: 1,
  verify: taken(1),
});
testBroken("a waiter whose timer never goes off, a lost wake-up", /waits for ever/, {
  ...cellOf(1),
  threads: [[waits({ tasks: 1, isDeaf: true })], [tries]],
  timePasses,
});
