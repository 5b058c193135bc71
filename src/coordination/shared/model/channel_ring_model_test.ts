import { assert, assertEquals } from "@std/assert";
import { ChannelRing, RECEIVERS, RECEIVING_LOCK_AT, ringByteLength, type RingEnd, SENDERS } from "../channel_ring.ts";
import { LOCK_AT } from "../handle.ts";
import { LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import { explore, type ModelThread, type Scenario } from "./testdata/explorer.ts";

/** Room for two empty messages, or one of up to four bytes; and a word beside the channel: how many were received. */
const CAPACITY_BYTES = 8, WORDS = ringByteLength(CAPACITY_BYTES) / 4, RECEIVED = WORDS;

/** What one end of the ring does. */
interface Deed {
  readonly end: RingEnd;
  readonly other: RingEnd;
  readonly lockAt: number;
  /** Whether it finds what it wants, with the lock held. */
  readonly find: (ring: ChannelRing) => boolean;
  readonly go: (ring: ChannelRing) => void;
  /** The last look before it sleeps, without the lock. */
  readonly lookAgain: (ring: ChannelRing) => boolean;
  /** Whether it wakes the other end before it has done its deed instead of after. */
  readonly wakesFirst?: boolean;
}

/** A round that does something as soon as it can, asleep until then; and then wakes the other end. */
function round({ end, other, lockAt, find, go, lookAgain, wakesFirst }: Deed): (thread: ModelThread) => void {
  return (thread) => {
    const watch = { isDead: (name: number) => thread.isDead((name >> 2) - 1) };
    const lock = new LockWord(thread, { at: lockAt, me: (thread.index + 1) << 2, watch, spins: 0 });
    const ring = new ChannelRing(thread, new SharedArrayBuffer(ringByteLength(CAPACITY_BYTES)), CAPACITY_BYTES);
    for (;;) {
      if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
      const isFound = find(ring);
      if (isFound) {
        if (wakesFirst) ring.wake(other);
        go(ring);
      }
      lock.release();
      if (isFound) break;
      const sequence = ring.announce(end, () => lookAgain(ring));
      if (sequence !== undefined) thread.wait(end.sequenceAt, sequence, 1);
    }
    if (!wakesFirst) ring.wake(other);
    if (end === RECEIVERS) thread.add(RECEIVED, 1);
  };
}

/** Sends a message of so many bytes, in [0, 4]. */
function sending(length: number): Deed {
  return {
    end: SENDERS,
    other: RECEIVERS,
    lockAt: LOCK_AT,
    find: (ring) => ring.findRoom(length),
    go: (ring) => ring.push(new Uint8Array(length), length),
    lookAgain: (ring) => ring.hasRoom(length),
  };
}

/** Receives a message, which must have so many bytes. */
function receiving(expected: number): Deed {
  return {
    end: RECEIVERS,
    other: SENDERS,
    lockAt: RECEIVING_LOCK_AT,
    find: (ring) => ring.findMessage(),
    go: (ring) => {
      const length = ring.nextLength;
      if (length !== expected) throw new Error(`received ${length} bytes, not ${expected}`);
      ring.shift(new Uint8Array(length), length);
    },
    lookAgain: (ring) => !ring.isEmpty,
  };
}

const sends = round(sending(0)), receives = round(receiving(0));

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

Deno.test("ChannelRing delivers messages in order and whole, short ones and such as fill it", () => {
  const lengths = [0, 3, 0, 0, 4];
  assertSound({
    threads: [lengths.map((length) => round(sending(length))), lengths.map((length) => round(receiving(length)))],
    preemptions: 3,
    verify: allReceived(lengths.length),
  });
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

for (
  const [name, threads] of Object.entries({
    "whose receivers go to sleep without a last look": [[sends], [
      round({ ...receiving(0), lookAgain: () => false }),
    ]],
    "whose senders go to sleep without a last look": [
      [sends, sends, round({ ...sending(0), lookAgain: () => false })],
      [receives, receives, receives],
    ],
    "that wakes receivers before the message is there": [[round({ ...sending(0), wakesFirst: true })], [receives]],
  })
) {
  Deno.test(`explore() finds the fault of a ring ${name}`, () => {
    const { fault, schedule } = explore({ words: WORDS + 1, threads, preemptions: 3 });
    assert(/waits for ever$/.test(fault ?? ""), `found ${fault}`);
    assert(schedule.length > 2, schedule.join("\n"));
  });
}
