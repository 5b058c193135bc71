import { WaitTimeoutError } from "../../waiter.ts";
import type { AtomicMemory } from "../atomic_memory.ts";
import { ChannelPort, NONE, type PortHost } from "../channel_port.ts";
import { HEAD_AT, RECEIVERS, RECEIVING_LOCK_AT, ringByteLength, TAIL_AT } from "../channel_ring.ts";
import type { ChannelQueue, Errand } from "../channel_wait.ts";
import { SharedChannelClosedError } from "../errors.ts";
import { LOCK_AT } from "../handle.ts";
import { memberOf, NO_BOARD, rest, turnUntil, withFault } from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import type { Operation, Round, Scenario } from "./testdata/scenario.ts";

/** Room for two empty messages, or one of up to four bytes; and words beside the ring, in which each thread notes what came of it. */
const CAPACITY_BYTES = 8, RING_WORDS = ringByteLength(CAPACITY_BYTES) / 4, MOST_THREADS = 3;
const SENT = RING_WORDS, RECEIVED = SENT + MOST_THREADS, GONE = RECEIVED + MOST_THREADS, TOLD = GONE + MOST_THREADS;
const BASE = { words: TOLD + MOST_THREADS, locks: [LOCK_AT, RECEIVING_LOCK_AT], areAlike: true };
/** What is in the ring at first: so many bytes of empty messages. */
const holding = (bytes: number) => ({ initial: { [TAIL_AT]: bytes } });

type Verify = NonNullable<Scenario["verify"]>;
type Fault = (thread: ModelThread) => Partial<AtomicMemory>;

/** The bytes of messages are no part of the model, only their lengths. */
const BYTES = new SharedArrayBuffer(ringByteLength(CAPACITY_BYTES)),
  ROOMS = { room: (length: number) => new Uint8Array(length) };
/** Nor is what is counted. */
const NO_ACCOUNTS = { granted: () => {}, served: () => {}, gaveUp: () => {} };

/** One thread's access to a channel; plain accesses to the ring are interleaved too, as not all are made with a lock. */
function open(thread: ModelThread, fault: Fault = () => ({})): ChannelPort {
  const host: PortHost = {
    memory: withFault(thread, {
      read: (at) => at < HEAD_AT ? thread.read(at) : thread.load(at),
      write: (at, value) => at < HEAD_AT ? thread.write(at, value) : thread.store(at, value),
      ...fault(thread),
    }),
    buffer: BYTES,
    capacityBytes: CAPACITY_BYTES,
    member: memberOf(thread),
    timers: thread.timers,
    clock: () => thread.clock(),
    board: { ...NO_BOARD, sinceAt: () => undefined },
    sent: NO_ACCOUNTS,
    received: NO_ACCOUNTS,
    called: "it",
    spins: 0,
  };
  return new ChannelPort(host, ROOMS);
}

/** What somebody waits to do, and where it is noted that it was done. */
interface Deed {
  readonly countAt: number;
  readonly queueOf: (port: ChannelPort) => ChannelQueue;
  readonly errandOf: (port: ChannelPort) => Errand<unknown>;
}

function sending(length: number): Deed {
  const message = new Uint8Array(length);
  return { countAt: SENT, queueOf: (port) => port.senders, errandOf: (port) => port.sends(message, length) };
}

const receiving: Deed = {
  countAt: RECEIVED,
  queueOf: (port) => port.receivers,
  errandOf: (port) =>
    port.receives((record) => {
      const length = port.shiftOrThrow(undefined, record);
      return length === NONE ? undefined : length;
    }),
};

/** How one wait stands, as far as a promise would tell it too late. */
interface Progress {
  isOver: boolean;
}

/** An errand that notes in a thread's words what comes of it. */
function noted(
  thread: ModelThread,
  { countAt, errandOf }: Deed,
  port: ChannelPort,
  progress: Progress,
): Errand<unknown> {
  const errand = errandOf(port);
  const end = (at: number) => {
    progress.isOver = true;
    note(thread, at);
  };
  return {
    ...errand,
    attempt: (record) => {
      try {
        const result = errand.attempt(record);
        if (result !== undefined) end(countAt);
        return result;
      } catch (error) {
        if (thread.isStopped) return undefined; // what stops a thread is no refusal: the next access throws it again
        if (error instanceof SharedChannelClosedError) end(TOLD);
        throw error;
      }
    },
  };
}

/** Counts in a word of the thread's own. */
function note(thread: ModelThread, at: number): void {
  thread.write(at + thread.index, thread.read(at + thread.index) + 1);
}

/** What may be special about a thread that waits. */
interface Manner {
  /** How many of its tasks, from the first one on, give up when they are told that time has passed, and why. Default none. */
  readonly hasty?: number;
  readonly cause?: "timeout" | "abort";
  /** How often that is so before they give up: they look then whether somebody has died. Default 0. */
  readonly looks?: number;
  /** What it does besides, wrongly, when it gives up. */
  readonly parting?: (thread: ModelThread) => void;
  readonly fault?: Fault;
}

/** A thread whose tasks await something, in turns of its event loop. */
function awaits(
  deeds: readonly Deed[],
  { hasty = 0, cause = "abort", looks = 0, parting = () => {}, fault }: Manner = {},
): Operation {
  return (thread) => {
    const port = open(thread, fault);
    const waits = deeds.map((deed) => {
      const progress: Progress = { isOver: false };
      const waiter = deed.queueOf(port).stand(noted(thread, deed, port, progress));
      waiter.promise.catch(() => {});
      return { waiter, progress };
    });
    let looked = 0;
    turnUntil(thread, () => waits.every(({ progress }) => progress.isOver), () => {
      const gone = looked++ < looks ? [] : waits.slice(0, hasty).filter(({ progress }) => !progress.isOver);
      if (gone.length === 0) thread.ring();
      for (const { waiter, progress } of gone) {
        if (progress.isOver) continue; // the one before it has made way
        progress.isOver = true;
        note(thread, GONE);
        if (cause === "abort") waiter.handleEvent();
        else waiter.fire();
        parting(thread);
      }
    });
    rest(thread); // a wait may still be pending, and a wake-up may come to it
  };
}

/** A thread that sleeps until it has done something; one with patience gives up when it was told so often that time has passed. */
function blocks(
  deed: Deed,
  { patience = Infinity, fault }: Pick<Manner, "fault"> & { readonly patience?: number } = {},
): Round {
  return (thread) => {
    const port = open(thread, fault);
    try {
      deed.queueOf(port).block(noted(thread, deed, port, { isOver: false }), { timeoutMs: patience });
    } catch (error) {
      if (error instanceof WaitTimeoutError) note(thread, GONE);
      else if (!(error instanceof SharedChannelClosedError)) throw error;
    }
  };
}

const closes: Round = (thread) => open(thread).close();

function sum(words: readonly number[], at: number): number {
  return words.slice(at, at + MOST_THREADS).reduce((total, each) => total + each, 0);
}

/** As many operations have ended as there were; and what is in the ring is what was sent, or was there at first, and not received. */
function ended(operations: number, { initial = 0, long = 0 } = {}): Verify {
  return (words) => {
    const sent = sum(words, SENT), received = sum(words, RECEIVED), gone = sum(words, GONE), told = sum(words, TOLD);
    const used = (words[TAIL_AT]! - words[HEAD_AT]!) / 4, left = initial + sent - received;
    const isWhole = sent + received + gone + told === operations && (used === left || used === left + long);
    return isWhole
      ? undefined
      : `${sent} sent, ${received} received, ${gone} gone, ${told} told, ${used} words in the ring`;
  };
}

const send = sending(0), sendLong = sending(4), hasty = { hasty: 1 };
const LARGE = { timeouts: 1, preemptions: 2, idealLocks: true };

for (const cause of ["abort", "timeout"] as const) {
  const leaves = { hasty: 1, cause }, loses = `A channel loses nothing to a task that gives up by ${cause}`;
  testSound(`${loses} to receive`, {
    ...BASE,
    threads: [[awaits([receiving], leaves)], [blocks(send)]],
    timeouts: 1,
    preemptions: Infinity,
    verify: ended(2),
  });
  testSound(`${loses} to receive, ahead of another`, {
    ...BASE,
    threads: [[awaits([receiving, receiving], leaves)], [blocks(send), blocks(send)]],
    timeouts: 1,
    verify: ended(4),
  });
  testSound(`${loses} to send`, {
    ...BASE,
    ...holding(8),
    threads: [[awaits([send], leaves)], [blocks(receiving)]],
    timeouts: 1,
    preemptions: Infinity,
    verify: ended(2, { initial: 2 }),
  });
  testSound(`A channel lets a task go on at once that needs less room than the one ahead, which gives up by ${cause}`, {
    ...BASE,
    ...holding(4),
    threads: [[awaits([sendLong, send], leaves)], []],
    timeouts: 1,
    verify: ended(2, { initial: 1 }),
  });
}

const loses = "A channel loses nothing to a task that gives up";
testSound(loses, {
  ...BASE,
  ...LARGE,
  threads: [[awaits([receiving], hasty)], [blocks(receiving)], [blocks(send), blocks(send)]],
  verify: ended(4),
});
testSound(loses, {
  ...BASE,
  ...LARGE,
  ...holding(8),
  threads: [[awaits([send], hasty)], [awaits([send])], [blocks(receiving), blocks(receiving)]],
  verify: ended(4, { initial: 2 }),
});
testSound("A channel that is closed tells everybody but a task that gives up", {
  ...BASE,
  ...LARGE,
  threads: [[awaits([receiving], hasty)], [awaits([receiving])], [closes]],
  verify: ended(2),
});

const isReceived: Verify = (words) =>
  words[TAIL_AT] === 4 && words[HEAD_AT] === 4 ? undefined : "what was sent is not received";
for (const waits of [awaits([receiving]), blocks(receiving)]) {
  testSound("A channel that is closed gives to whoever waits what was sent before", {
    ...BASE,
    threads: [[waits], [blocks(send), closes]],
    preemptions: Infinity,
    verify: isReceived,
  });
}

const asleep = "A channel loses nothing to a thread that gives up asleep", impatient = { patience: 1 };
testSound(asleep, {
  ...BASE,
  threads: [[blocks(receiving, impatient)], [awaits([send])]],
  timeouts: 1,
  preemptions: Infinity,
  verify: ended(2),
});
testSound(asleep, {
  ...BASE,
  ...LARGE,
  threads: [[blocks(receiving, impatient)], [awaits([receiving])], [blocks(send), blocks(send)]],
  verify: ended(4),
});
testSound(asleep, {
  ...BASE,
  ...LARGE,
  ...holding(8),
  threads: [[blocks(send, impatient)], [awaits([send])], [blocks(receiving), blocks(receiving)]],
  verify: ended(4, { initial: 2 }),
});

/** Nobody has gone who could have had what is left, unless it died. */
const noneLeft: Verify = (words, died) =>
  words[HEAD_AT] === words[TAIL_AT] || died[0] === true || words[GONE] === 0
    ? undefined
    : "what was sent is not received";
const finds = "Whoever waits at a channel finds a message whose sender died before it told";
for (const waits of [awaits([receiving], { hasty: 1, looks: 1 }), blocks(receiving, { patience: 2 })]) {
  testSound(finds, { ...BASE, threads: [[waits], [blocks(send)]], deaths: 1, preemptions: Infinity, verify: noneLeft });
  testSound(finds, {
    ...BASE,
    threads: [[waits], [blocks(send)], [closes]],
    deaths: 1,
    preemptions: 1,
    idealLocks: true,
    verify: noneLeft,
  });
}

const wakesOne = blocks(send, { fault: (thread) => ({ notify: (at) => thread.notify(at, 1) }) });
const clears = { hasty: 1, parting: (thread: ModelThread) => thread.store(RECEIVERS.flagAt, 0) };
const broken: Record<string, Pick<Scenario, "threads" | "timeouts">> = {
  "whose task says, when it gives up, that nobody waits any more": {
    timeouts: 1,
    threads: [[awaits([receiving], clears)], [blocks(receiving)], [blocks(send)]],
  },
  "that wakes one instead of all, a lost wake-up": {
    threads: [[awaits([receiving])], [blocks(receiving)], [wakesOne, wakesOne]],
  },
  "whose tasks believe to wait on a word that has changed, a missing re-check": {
    threads: [
      [awaits([receiving], {
        fault: (thread) => ({ waitAsync: (at, value, woken) => (thread.waitAsync(at, value, woken), true) }),
      })],
      [blocks(send)],
    ],
  },
  "whose receivers look for a message before they say that they will sleep": {
    threads: [
      [awaits([{
        ...receiving,
        errandOf: (port) => ({
          ...receiving.errandOf(port),
          announce: () => port.ring.isEmpty ? port.ring.announce(RECEIVERS, () => false) : undefined,
        }),
      }])],
      [blocks(send)],
    ],
  },
};
for (const [name, scenario] of Object.entries(broken)) {
  testBroken(`a channel ${name}`, /waits for ever/, { ...BASE, idealLocks: true, preemptions: 2, ...scenario });
}
