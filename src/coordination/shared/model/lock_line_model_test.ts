import { LockLine } from "../lock_line.ts";
import { LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import type { ModelThread, Scenario } from "./testdata/explorer.ts";
import { assertBroken, assertSound, memberOf, NO_BOARD, rest, ROOM_WORDS, turnUntil } from "./testdata/model_host.ts";

const LOCK_AT = 0, INSIDE = ROOM_WORDS, SUM = ROOM_WORDS + 1;

type LockClass = new (...args: ConstructorParameters<typeof LockWord>) => LockWord;

function open(thread: ModelThread, Lock: LockClass = LockWord): LockWord {
  const member = memberOf(thread);
  return new Lock(thread, { at: LOCK_AT, me: member.lockName, watch: member, spins: 0, mostLosses: 1 });
}

/** Does what only one task may do at a time; a dead thread may have been at it. */
function critical(thread: ModelThread): void {
  const holder = thread.exchange(INSIDE, thread.index + 1);
  if (holder !== 0 && !thread.isDead(holder - 1)) throw new Error(`thread ${holder - 1} is inside too`);
  thread.add(SUM, 1);
  thread.store(INSIDE, 0);
}

/** A thread whose tasks await the lock, and are done with it in a turn of their own; the last of them may give up. */
function awaits({ tasks = 1, isHasty = false, Lock = LockWord }: {
  readonly tasks?: number;
  readonly isHasty?: boolean;
  readonly Lock?: LockClass;
} = {}): (thread: ModelThread) => void {
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
function blocks(thread: ModelThread): void {
  const lock = open(thread);
  if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
  critical(thread);
  lock.release();
}

function freeAfter(rounds: number): NonNullable<Scenario["verify"]> {
  return (words) => words[SUM] === rounds && words[LOCK_AT] === 0 && words[1] === 0 ? undefined : `ends as ${words}`;
}

Deno.test("LockLine gets a lock that another thread blocks for, in every interleaving of 2 threads", () => {
  assertSound({ threads: [[awaits()], [blocks, blocks]], verify: freeAfter(3) });
  assertSound({ threads: [[awaits({ tasks: 2 })], [blocks]], preemptions: 4, verify: freeAfter(3) });
  assertSound({ threads: [[awaits()], [awaits()]], verify: freeAfter(2) });
});

Deno.test("LockLine gets a lock that two other threads want, with few preemptions", () => {
  assertSound({ threads: [[awaits()], [awaits()], [blocks]], preemptions: 2, verify: freeAfter(3) });
  assertSound({ threads: [[awaits({ tasks: 2 })], [blocks], [blocks]], preemptions: 2, verify: freeAfter(4) });
});

Deno.test("LockLine loses no wake-up to a task that gives up", () => {
  const isFree: NonNullable<Scenario["verify"]> = (words) => words[LOCK_AT] === 0 ? undefined : `ends as ${words}`;
  const hasty = awaits({ isHasty: true });
  assertSound({ threads: [[hasty], [blocks, blocks]], timeouts: 1, preemptions: 4, verify: isFree });
  assertSound({ threads: [[hasty], [awaits()], [blocks]], timeouts: 1, preemptions: 2, verify: isFree });
  assertSound({
    threads: [[awaits({ tasks: 2, isHasty: true })], [blocks], [blocks]],
    timeouts: 1,
    preemptions: 2,
    verify: isFree,
  });
});

Deno.test("LockLine takes over from whoever dies at any point, and is taken over from", () => {
  assertSound({ threads: [[awaits()], [blocks]], deaths: 1 });
  assertSound({ threads: [[awaits()], [awaits()], [blocks]], deaths: 1, preemptions: 1 });
});

Deno.test("explore() finds the fault of a line that does not pass a wake-up on when its last task has given up", () => {
  class Deaf extends LockWord {
    override passOn(): void {}
  }
  const hasty = awaits({ isHasty: true, Lock: Deaf });
  assertBroken(/waits for ever/, { threads: [[blocks], [hasty], [blocks]], timeouts: 1, preemptions: 3 });
});
