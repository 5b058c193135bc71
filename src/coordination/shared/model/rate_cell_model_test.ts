import { LockWord } from "../lock_word.ts";
import { LOCK_AT } from "../handle.ts";
import { RateCell, startCell } from "../rate_cell.ts";
import { TokenLine } from "../token_line.ts";
import { WaitTimeoutError } from "../../waiter.ts";
import type { ModelThread, Scenario } from "./testdata/explorer.ts";
import {
  ACCOUNTS,
  assertBroken,
  assertSound,
  memberOf,
  NO_BOARD,
  ROOM_WORDS,
  turnUntil,
} from "./testdata/model_host.ts";

/** Words of the scenarios: how many tokens were taken; what time it is. */
const TAKEN = ROOM_WORDS, NOW_MS = ROOM_WORDS + 1;

type Round = (thread: ModelThread) => void;
type Verify = NonNullable<Scenario["verify"]>;

/** What a cell of one token a millisecond has in its words at first. */
function initial(burst: number): Record<number, number> {
  const words: Record<number, number> = {};
  startCell({ writeDouble: (at, value) => void (words[at] = value) }, { tokenMs: 1, burst });
  return words;
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

/** Takes tokens when there are; whenever the first of them has waited for long enough, it is a millisecond later. */
function waits(tasks: number): Round {
  return (thread) => {
    const cell = open(thread);
    let taken = 0;
    const line = new TokenLine({
      timers: thread.timers,
      board: NO_BOARD,
      take: (tokens) => {
        const shortMs = cell.take(tokens);
        if (shortMs === 0) taken++;
        return shortMs;
      },
      gaveUp: () => {},
      timeoutError: (_, timeoutMs) => new WaitTimeoutError("it", timeoutMs, ""),
    });
    for (let task = 0; task < tasks; task++) line.wait(1, undefined);
    turnUntil(thread, () => taken === tasks, () => {
      thread.add(NOW_MS, 1);
      thread.ring();
    });
    thread.add(TAKEN, tasks);
  };
}

/** No more than the burst and what has come since; and exactly so many tokens, if that is known. */
function taken(burst: number, tokens?: number): Verify {
  return (words) =>
    words[TAKEN]! <= burst + words[NOW_MS]! && (tokens === undefined || words[TAKEN] === tokens)
      ? undefined
      : `${words[TAKEN]} were taken at ${words[NOW_MS]}`;
}

Deno.test("RateCell gives out exactly what there is, in every interleaving", () => {
  const twice = [triesTo(), triesTo()], once = [triesTo()];
  assertSound({ threads: [twice, twice], initial: initial(3), verify: taken(3, 3) });
  assertSound({ threads: [once, once, once], initial: initial(2), preemptions: 4, verify: taken(2, 2) });
});

Deno.test("RateCell gives out no more than there is, and goes on, whoever dies at any point", () => {
  const once = [triesTo()];
  assertSound({ threads: [once, once], initial: initial(1), deaths: 1, stopsAtWrites: true, verify: taken(1) });
  assertSound({
    threads: [once, once, once],
    initial: initial(2),
    deaths: 1,
    preemptions: 2,
    verify: (words, died) => taken(2, died.includes(true) ? undefined : 2)(words, died),
  });
});

Deno.test("TokenLine serves all who wait, no faster than the rate, while other threads take tokens too", () => {
  const timePasses = true;
  assertSound({ threads: [[waits(2)], [triesTo()]], initial: initial(1), timePasses, timeouts: 1, verify: taken(1) });
  assertSound({ threads: [[waits(1)], [waits(1)]], initial: initial(1), timePasses, timeouts: 1, verify: taken(1, 2) });
  assertSound({
    threads: [[waits(1)], [waits(1)], [waits(1)]],
    initial: initial(1),
    timePasses,
    preemptions: 1,
    verify: taken(1, 3),
  });
});

Deno.test("explore() finds the fault of a rate without a lock", () => {
  const once = [triesTo(NoLock)];
  assertBroken(/2 were taken at 0/, {
    threads: [once, once],
    initial: initial(1),
    stopsAtWrites: true,
    verify: taken(1),
  });
});
