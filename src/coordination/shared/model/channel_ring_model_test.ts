import { assert, assertEquals } from "@std/assert";
import { ChannelRing, RECEIVERS, RECEIVING_LOCK_AT, ringByteLength, type RingEnd, SENDERS } from "../channel_ring.ts";
import { LOCK_AT } from "../handle.ts";
import { LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import { explore, type ModelThread, type Scenario } from "./testdata/explorer.ts";

/** Room for two empty messages, and words beside the channel: how many were received. */
const CAPACITY_BYTES = 8, WORDS = ringByteLength(CAPACITY_BYTES) / 4, RECEIVED = WORDS;

/** What one end of the ring does, with which lock held. */
interface Deed {
  readonly end: RingEnd;
  readonly other: RingEnd;
  readonly lockAt: number;
  readonly canGoOn: (ring: ChannelRing) => boolean;
  readonly go: (ring: ChannelRing) => void;
}

/** A round that does something as soon as it can, asleep until then; and then wakes the other end. */
function round({ end, other, lockAt, canGoOn, go }: Deed): (thread: ModelThread) => void {
  return (thread) => {
    const watch = { isDead: (name: number) => thread.isDead((name >> 2) - 1) };
    const lock = new LockWord(thread, { at: lockAt, me: (thread.index + 1) << 2, watch, spins: 0 });
    const ring = new ChannelRing(thread, new SharedArrayBuffer(ringByteLength(CAPACITY_BYTES)), CAPACITY_BYTES);
    for (;;) {
      if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
      const goes = canGoOn(ring);
      if (goes) go(ring);
      lock.release();
      if (goes) break;
      const sequence = ring.announce(end, () => canGoOn(ring));
      if (sequence !== undefined) thread.wait(end.sequenceAt, sequence, 1);
    }
    ring.wake(other);
    if (end === RECEIVERS) thread.add(RECEIVED, 1);
  };
}

const sends = round({
  end: SENDERS,
  other: RECEIVERS,
  lockAt: LOCK_AT,
  canGoOn: (ring) => ring.hasRoom(0),
  go: (ring) => ring.push(new Uint8Array(0), 0),
});

const receives = round({
  end: RECEIVERS,
  other: SENDERS,
  lockAt: RECEIVING_LOCK_AT,
  canGoOn: (ring) => !ring.isEmpty,
  go: (ring) => void ring.shift(),
});

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
