import { ChannelRing, RECEIVERS, RECEIVING_LOCK_AT, ringByteLength, type RingEnd, SENDERS } from "../channel_ring.ts";
import { LOCK_AT } from "../handle.ts";
import { LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import { memberOf, withFault } from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import type { Operation, Round, Scenario } from "./testdata/scenario.ts";

/** Room for two empty messages, or one of up to four bytes; and words beside the ring: how many were sent, received, and turned down. */
const CAPACITY_BYTES = 8, RING_WORDS = ringByteLength(CAPACITY_BYTES) / 4;
const SENT = RING_WORDS, RECEIVED = SENT + 1, TOLD = SENT + 2;
const BASE = { words: RING_WORDS + 3, locks: [LOCK_AT, RECEIVING_LOCK_AT], areAlike: true };

type Verify = NonNullable<Scenario["verify"]>;

/** What one end of a channel does, as `SharedChannel` does it. */
interface Deed {
  readonly end: RingEnd;
  readonly other: RingEnd;
  readonly lockAt: number;
  readonly countAt: number;
  /** Whether it is worth while to take the lock. */
  readonly mayTry: (ring: ChannelRing) => boolean;
  /** Does it if it can be done; with the lock held. */
  readonly attempt: (ring: ChannelRing) => boolean;
  /** Whether it never can be any more, after an attempt has failed. */
  readonly isOver: (ring: ChannelRing) => boolean;
  /** The last look before it sleeps, without the lock: whether there is something to do after all. */
  readonly lookAgain: (ring: ChannelRing) => boolean;
  /** After how many time-outs it gives up. */
  readonly patience?: number;
  /** What is wrong with it: it wakes the other end before it has done its deed; it takes no lock. */
  readonly wakesFirst?: boolean;
  readonly isUnlocked?: boolean;
}

/** The bytes of messages are no part of the model, only their lengths. */
const BYTES = new SharedArrayBuffer(ringByteLength(CAPACITY_BYTES));

/** The ring, whose plain accesses are interleaved too: not all are made with a lock. */
function ringOf(thread: ModelThread): ChannelRing {
  const memory = withFault(thread, {
    read: (at) => thread.load(at),
    write: (at, value) => thread.store(at, value),
  });
  return new ChannelRing(memory, BYTES, CAPACITY_BYTES);
}

function lockOf(thread: ModelThread, at: number): LockWord {
  const member = memberOf(thread);
  return new LockWord(thread, { at, me: member.lockName, watch: member, spins: 0 });
}

function enter(lock: LockWord): void {
  if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), { timeoutMs: Infinity, clock: () => 0 });
}

/** Does something as soon as it can, asleep until then; and then wakes the other end. */
function operation(deed: Deed): Operation {
  const { end, other, lockAt, countAt, mayTry, attempt, isOver, lookAgain, patience = Infinity } = deed;
  const tries = (thread: ModelThread, ring: ChannelRing): boolean => {
    if (!mayTry(ring)) return false;
    if (deed.wakesFirst === true) ring.wake(other);
    if (deed.isUnlocked === true) return attempt(ring);
    const lock = lockOf(thread, lockAt);
    enter(lock);
    const isDone = attempt(ring);
    lock.release();
    return isDone;
  };
  return [
    (thread) => {
      const ring = ringOf(thread);
      for (let looks = 0; !tries(thread, ring);) {
        if (isOver(ring)) {
          if (tries(thread, ring)) break; // what was sent before it was closed, after the first look
          return void thread.add(TOLD, 1);
        }
        if (looks === patience) return void thread.add(TOLD, 1);
        const sequence = ring.announce(end, () => lookAgain(ring));
        if (sequence !== undefined && thread.wait(end.sequenceAt, sequence, 1) === "timed-out") looks++;
      }
      thread.add(countAt, 1);
    },
    (thread) => {
      if (deed.wakesFirst !== true) ringOf(thread).wake(other); // needlessly, if it was turned down
    },
  ];
}

/** Sends a message of so many bytes, in [0, 4]. */
function sending(length: number): Deed {
  return {
    end: SENDERS,
    other: RECEIVERS,
    lockAt: LOCK_AT,
    countAt: SENT,
    mayTry: () => true,
    attempt: (ring) => {
      const isSent = !ring.isClosed && ring.findRoom(length);
      if (isSent) ring.push(new Uint8Array(length), length);
      return isSent;
    },
    isOver: (ring) => ring.isClosed,
    lookAgain: (ring) => ring.isClosed || ring.hasRoom(length),
  };
}

/** Receives a message, which must have so many bytes. */
function receiving(expected: number): Deed {
  return {
    end: RECEIVERS,
    other: SENDERS,
    lockAt: RECEIVING_LOCK_AT,
    countAt: RECEIVED,
    mayTry: (ring) => ring.mayHaveMessage,
    attempt: (ring) => {
      if (!ring.findMessage()) return false;
      const length = ring.nextLength;
      if (length !== expected) throw new Error(`received ${length} bytes, not ${expected}`);
      ring.shift(new Uint8Array(length), length);
      return true;
    },
    isOver: (ring) => ring.isClosed,
    lookAgain: (ring) => ring.isClosed || !ring.isEmpty,
  };
}

const closes: Round = (thread) => {
  const ring = ringOf(thread), lock = lockOf(thread, LOCK_AT);
  enter(lock);
  ring.close();
  lock.release();
  ring.wake(SENDERS);
  ring.wake(RECEIVERS);
};

const sends = operation(sending(0)), receives = operation(receiving(0));
const allReceived = (count: number): Verify => (words) =>
  words[RECEIVED] === count ? undefined : `${words[RECEIVED]} received`;

const wakes = "ChannelRing loses no wake-up and no message, full and empty";
testSound(wakes, { ...BASE, threads: [[sends], [receives]], verify: allReceived(1) });
testSound(wakes, { ...BASE, threads: [[sends, sends, sends], [receives, receives, receives]], verify: allReceived(3) });
testSound(wakes, {
  ...BASE,
  threads: [[sends, sends], [receives], [receives]],
  verify: allReceived(2),
  preemptions: 3,
});
testSound(wakes, {
  ...BASE,
  threads: [[sends, sends], [sends], [receives, receives, receives]],
  verify: allReceived(3),
  preemptions: 2,
});
testSound(wakes, { ...BASE, threads: [[sends], [receives], [sends]], verify: allReceived(1), idealLocks: true });
testSound(wakes, {
  ...BASE,
  threads: [[sends], [sends], [receives, receives]],
  verify: allReceived(2),
  idealLocks: true,
});

for (const [lengths, preemptions] of [[[0, 3, 0], Infinity], [[0, 3, 0, 0, 4], 3]] as const) {
  testSound("ChannelRing delivers messages in order and whole, short ones and such as fill it", {
    ...BASE,
    threads: [
      lengths.map((length) => operation(sending(length))),
      lengths.map((length) => operation(receiving(length))),
    ],
    verify: allReceived(lengths.length),
    preemptions,
  });
}

/** Every operation has ended in one way; and nothing is lost that was sent, if as many wanted to receive. */
const allToldOrDone = (operations: number): Verify => (words) =>
  words[SENT] === words[RECEIVED] && words[SENT]! + words[RECEIVED]! + words[TOLD]! === operations
    ? undefined
    : `${words[SENT]} sent, ${words[RECEIVED]} received, ${words[TOLD]} turned down`;
const closing = "ChannelRing turns everybody down when it is closed, but loses nothing that was sent";
testSound(closing, { ...BASE, threads: [[sends, closes], [receives, receives]], verify: allToldOrDone(3) });
testSound(closing, {
  ...BASE,
  threads: [[sends, sends, sends], [closes, receives, receives, receives]],
  verify: allToldOrDone(6),
});
for (const how of [{ preemptions: 2 }, { idealLocks: true }]) {
  testSound(closing, { ...BASE, threads: [[sends], [receives, receives], [closes]], verify: allToldOrDone(3), ...how });
}

const survives = "ChannelRing is whole after a death, and the others go on";
const unlessReceiverDied: Verify = (words, died) =>
  died[1] === true || words[RECEIVED] === 1 ? undefined : `${words[RECEIVED]} received`;
const patientSends = operation({ ...sending(0), patience: 2 }),
  patientReceives = operation({ ...receiving(0), patience: 2 });
testSound(survives, {
  ...BASE,
  threads: [[patientSends, patientSends, patientSends], [patientReceives]],
  deaths: 1,
  verify: (words, died) =>
    died[1] === true || words[SENT] === 0 || words[RECEIVED] === 1 ? undefined : "what was sent is not received",
});
testSound(survives, {
  ...BASE,
  threads: [[sends], [receives], [sends]],
  deaths: 1,
  preemptions: 1,
  verify: unlessReceiverDied,
});
testSound(survives, {
  ...BASE,
  threads: [[sends], [receives], [sends]],
  deaths: 1,
  idealLocks: true,
  verify: unlessReceiverDied,
});

const faults: Record<string, { readonly fault: RegExp } & Pick<Scenario, "threads" | "verify" | "preemptions">> = {
  "whose receivers go to sleep without a last look, a missing re-check": {
    fault: /waits for ever/,
    threads: [[sends], [operation({ ...receiving(0), lookAgain: () => false })]],
  },
  "whose senders go to sleep without a last look, a missing re-check": {
    fault: /waits for ever/,
    threads: [
      [sends, sends, operation({ ...sending(0), lookAgain: () => false })],
      [receives, receives, receives],
    ],
  },
  "that wakes receivers before the message is there, a lost wake-up": {
    fault: /waits for ever/,
    threads: [[operation({ ...sending(0), wakesFirst: true })], [receives]],
  },
  "whose receivers take no lock, a double grant": {
    fault: /[023] received/,
    threads: [
      [sends],
      [operation({ ...receiving(0), isUnlocked: true })],
      [operation({ ...receiving(0), isUnlocked: true }), closes],
    ],
    verify: allReceived(1),
    preemptions: Infinity, // with few, what is found first is that somebody waits for ever
  },
};
for (const [name, { fault, ...scenario }] of Object.entries(faults)) {
  testBroken(`a ring ${name}`, fault, { ...BASE, ...scenario });
}
