import { assert, assertEquals } from "@std/assert";
import { Monitor, type Rule } from "../monitor.ts";
import { monitorByteLength } from "../monitor_layout.ts";
import { ACCOUNTS } from "./testdata/model_host.ts";
import { explore, type ModelThread, type Scenario } from "./testdata/explorer.ts";

/** One record more than threads, and words beside the monitor: how much each thread uses. */
const RECORDS = 4, PLACES = 4, WORDS = monitorByteLength(RECORDS, PLACES) / 4, USED = WORDS;
const FREE_AT = 34, LOCK_AT = 16;

function open(thread: ModelThread, rule: Rule, total: number): Monitor {
  const watch = { isDead: (name: number) => thread.isDead((name >> 2) - 1) };
  return new Monitor(thread, {
    rule,
    total,
    critical: 1,
    accounts: ACCOUNTS,
    maxWaiters: RECORDS,
    me: (thread.index + 1) << 2,
    watch,
    spins: 0,
    places: PLACES,
  });
}

/** Takes, with the thread asleep; false if a wait timed out and nothing was granted then. */
function take(
  thread: ModelThread,
  monitor: Monitor,
  { want, isHasty }: { readonly want: number; readonly isHasty: boolean },
) {
  monitor.enter();
  if (monitor.tryTake(want)) return monitor.leave(), true;
  const ticket = monitor.join(want);
  monitor.leave();
  if (ticket === undefined) throw new Error("the line is full");
  for (;;) {
    if (monitor.standing(ticket) !== "waiting") {
      monitor.enter();
      monitor.collect(ticket);
      monitor.leave();
      return true;
    }
    if (thread.wait(monitor.stageAt(ticket), monitor.waitingStage(ticket), 1) !== "timed-out") continue;
    monitor.enter();
    const isOut = isHasty && monitor.withdraw(ticket);
    if (!isHasty) monitor.sweep();
    monitor.leave();
    if (isOut) return false;
  }
}

/** A round that takes permits, uses them and gives them back. */
function borrows(want: number, isHasty = false): (thread: ModelThread) => void {
  return (thread) => {
    const monitor = open(thread, "lend", 2);
    if (!take(thread, monitor, { want, isHasty })) return;
    const others = [0, 1, 2].filter((index) => index !== thread.index && !thread.isDead(index));
    thread.store(USED + thread.index, want);
    const used = others.reduce((sum, index) => sum + thread.load(USED + index), want);
    if (used > 2) throw new Error(`${used} of 2 are lent`);
    thread.store(USED + thread.index, 0);
    monitor.enter();
    monitor.giveBack(want);
    monitor.leave();
  };
}

function assertSound(scenario: Omit<Scenario, "words">): void {
  const { fault, schedule, complete, states } = explore({ words: WORDS + 3, initial: { [FREE_AT]: 2 }, ...scenario });
  assertEquals(fault, undefined, `${fault}:\n${schedule.join("\n")}`);
  assert(complete, `every interleaving is explored, not only ${states} states`);
}

const allBack: NonNullable<Scenario["verify"]> = (words) =>
  words[FREE_AT] === 2 && words[LOCK_AT] === 0 ? undefined : `ends with ${words[FREE_AT]} free`;

Deno.test("Monitor lends no more than there is and wakes whom it serves, in every interleaving of 2 threads", () => {
  assertSound({ threads: [[borrows(2)], [borrows(1)]], verify: allBack });
  assertSound({ threads: [[borrows(2), borrows(1)], [borrows(2)]], preemptions: 4, verify: allBack });
});

Deno.test("Monitor lends no more than there is and wakes whom it serves, with 3 threads and few preemptions", () => {
  assertSound({ threads: [[borrows(2)], [borrows(1)], [borrows(2)]], preemptions: 2, verify: allBack });
});

Deno.test("Monitor loses nothing to whoever gives up", () => {
  assertSound({ threads: [[borrows(2, true)], [borrows(2)]], timeouts: 1, preemptions: 3, verify: allBack });
  assertSound({
    threads: [[borrows(2, true)], [borrows(1)], [borrows(2)]],
    timeouts: 1,
    preemptions: 1,
    verify: allBack,
  });
});

Deno.test("Monitor gets back what a thread held, was granted or was about to change when it died", () => {
  assertSound({ threads: [[borrows(2)], [borrows(2)]], deaths: 1, preemptions: 3 });
  assertSound({ threads: [[borrows(2)], [borrows(2)]], deaths: 1, preemptions: 1, stopsAtWrites: true });
  assertSound({ threads: [[borrows(2)], [borrows(1)], [borrows(2)]], deaths: 1, preemptions: 1 });
});
