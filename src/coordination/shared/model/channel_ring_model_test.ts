import { assert, assertEquals } from "@std/assert";
import { ChannelRing, RECEIVERS, ringByteLength, type RingEnd, SENDERS } from "../channel_ring.ts";
import { LOCK_AT } from "../handle.ts";
import { LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import { explore, type ModelThread, type Scenario } from "./testdata/explorer.ts";

/** Room for two empty messages, and words beside the channel: how many were received. */
const CAPACITY_BYTES = 8, WORDS = ringByteLength(CAPACITY_BYTES) / 4, RECEIVED = WORDS;

interface Ends {
  readonly ring: ChannelRing;
  readonly locked: <Result>(fn: () => Result) => Result;
}

function open(thread: ModelThread): Ends {
  const watch = { isDead: (name: number) => thread.isDead((name >> 2) - 1) };
  const lock = new LockWord(thread, { at: LOCK_AT, me: (thread.index + 1) << 2, watch, spins: 0 });
  const ring = new ChannelRing(thread, new SharedArrayBuffer(ringByteLength(CAPACITY_BYTES)), CAPACITY_BYTES);
  const locked = <Result>(fn: () => Result): Result => {
    if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
    const result = fn();
    lock.release();
    return result;
  };
  return { ring, locked };
}

/** Does something at one end of the ring, asleep until it can be done; then wakes the other end. */
function act(thread: ModelThread, { ring, locked }: Ends, { tries, end, other }: {
  readonly tries: () => boolean;
  readonly end: RingEnd;
  readonly other: RingEnd;
}): void {
  for (;;) {
    let wakes = false;
    const sequence = locked(() => {
      if (!tries()) return ring.announce(end);
      wakes = ring.hasSleepers(other);
      return undefined;
    });
    if (wakes) ring.wake(other);
    if (sequence === undefined) return;
    thread.wait(end.sequenceAt, sequence, 1);
  }
}

const sends = (thread: ModelThread) => {
  const ends = open(thread), { ring } = ends;
  const tries = () => ring.hasRoom(0) ? (ring.push(new Uint8Array(0), 0), true) : false;
  act(thread, ends, { tries, end: SENDERS, other: RECEIVERS });
};

const receives = (thread: ModelThread) => {
  const ends = open(thread), { ring } = ends;
  const tries = () => ring.isEmpty ? false : (ring.shift(), true);
  act(thread, ends, { tries, end: RECEIVERS, other: SENDERS });
  thread.add(RECEIVED, 1);
};

function assertSound(scenario: Omit<Scenario, "words">): void {
  const { fault, schedule, complete, states } = explore({ words: WORDS + 1, ...scenario });
  assertEquals(fault, undefined, `${fault}:\n${schedule.join("\n")}`);
  assert(complete, `every interleaving is explored, not only ${states} states`);
}

const allReceived = (count: number): NonNullable<Scenario["verify"]> => (words) =>
  words[RECEIVED] === count ? undefined : `${words[RECEIVED]} received`;

Deno.test("ChannelRing loses no wake-up between a sender and a receiver, in every interleaving, full and empty", () => {
  assertSound({
    threads: [[sends, sends, sends], [receives, receives, receives]],
    preemptions: 4,
    verify: allReceived(3),
  });
  assertSound({ threads: [[sends], [receives]], verify: allReceived(1) });
});

Deno.test("ChannelRing loses no wake-up between a sender and two receivers, or two senders and a receiver", () => {
  assertSound({ threads: [[sends, sends], [receives], [receives]], preemptions: 2, verify: allReceived(2) });
  assertSound({
    threads: [[sends, sends], [sends], [receives, receives, receives]],
    preemptions: 2,
    verify: allReceived(3),
  });
});

Deno.test("ChannelRing is whole after a sender's death at any point, and the others go on", () => {
  const verify: NonNullable<Scenario["verify"]> = (words, died) =>
    died[1] === true || words[RECEIVED] === 1 ? undefined : `${words[RECEIVED]} received`;
  assertSound({ threads: [[sends], [receives], [sends]], deaths: 1, preemptions: 1, verify });
});
