/**
 * What shared primitives must do, each through two handles in one thread: as local ones do, but that nobody is more urgent.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import { type Call, Line, Oracle, type Suite } from "../../testdata/fuzz.ts";
import { type EventOp, EventOracle, type LatchOp, LatchOracle } from "../../testdata/gate_suites.ts";
import type { WaitOptions } from "../../waiter.ts";
import { SharedBarrier } from "../barrier.ts";
import { SharedChannel } from "../channel.ts";
import { SharedEvent } from "../event.ts";
import { SharedLatch } from "../latch.ts";
import { SharedReadWriteLock } from "../read_write_lock.ts";
import { SharedSemaphore } from "../semaphore.ts";

/** Waits until whoever was notified has been told, and whoever was notified by these; keeps the program alive, as no timer does. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    let isTold = false;
    const word = new Int32Array(new SharedArrayBuffer(4)), wait = Atomics.waitAsync(word, 0, 0);
    if (wait.async) wait.value.then(() => isTold = true);
    Atomics.notify(word, 0);
    while (!isTold) await nextTurn(); // all are told in the order in which they were notified: so the others before this one
  }
}

/** How long somebody waits; priorities and owners are none of a shared primitive's. */
function plain<Op extends string>({ options: { priority: _, owner: __, ...options } }: Call<Op>) {
  return options;
}

function withoutPriority<Op extends string>(call: Call<Op>): Call<Op> {
  return { ...call, options: plain(call) };
}

/** What those are told by in a later turn who waited: until then an abort gives back what they were granted. */
class LateOracle<Op extends string> extends Oracle<Op> {
  readonly #untold = new Map<number, string>();

  constructor(readonly inner: Oracle<Op>, readonly giveBack: (id: number) => void = () => {}) {
    super();
  }

  override call(call: Call<Op>, id: number): unknown {
    const answer = this.inner.call(call, id);
    this.#note(id);
    return answer;
  }

  override giveUp(id: number, cause: "abort" | "timeout"): boolean {
    const outcome = this.#untold.get(id);
    this.#untold.delete(id);
    if (outcome !== undefined && cause === "timeout") { // it looks once more, and finds what it was granted
      this.outcomes.set(id, outcome);
      return false;
    }
    if (outcome !== undefined) this.giveBack(id);
    else if (!this.inner.giveUp(id, cause)) return false;
    this.#note(id);
    return true;
  }

  override settled(): void {
    for (const [id, outcome] of this.#untold) this.outcomes.set(id, outcome);
    this.#untold.clear();
  }

  override state(): unknown {
    return this.inner.state();
  }

  /** Notes who has got something; the one who calls is told at once. */
  #note(calling: number): void {
    for (const [id, outcome] of this.inner.outcomes) (id === calling ? this.outcomes : this.#untold).set(id, outcome);
    this.inner.outcomes.clear();
  }
}

class SharedLatchOracle extends LatchOracle {
  override call(call: Call<LatchOp>, id: number): unknown {
    return super.call(withoutPriority(call), id);
  }
}

export const latchSuite: Suite<LatchOp> = {
  ops: ["wait", "wait", "wait", "try", "count down"],
  settle,
  make: () => {
    const latch = SharedLatch.create({ count: 9 }), handles = [latch, SharedLatch.attach(latch.handle)];
    return {
      oracle: new LateOracle(new SharedLatchOracle(9)),
      subject: {
        call: (call) => {
          const { op, n } = call, handle = handles[n % 2]!;
          if (op === "wait") return handle.wait(plain(call));
          return op === "try" ? handle.tryWait() : handle.countDown(n % 3 + 1);
        },
        state: () => ({ count: latch.count, waiters: latch.snapshot().waiters.length }),
      },
    };
  },
};

class SharedEventOracle extends EventOracle {
  override call(call: Call<EventOp>, id: number): unknown {
    return super.call(withoutPriority(call), id);
  }
}

export const eventSuite = (reset: "manual" | "auto"): Suite<EventOp> => ({
  ops: ["wait", "wait", "wait", "try", "set", "set", "reset"],
  settle,
  make: () => {
    const event = SharedEvent.create({ reset }), handles = [event, SharedEvent.attach(event.handle)];
    const oracle = new SharedEventOracle(reset);
    return {
      oracle: new LateOracle(oracle, () => {
        if (reset === "auto") oracle.call({ op: "set", n: 0, options: {} }, -1);
      }),
      subject: {
        call: (call) => {
          const { op, n } = call, handle = handles[n % 2]!;
          if (op === "wait") return handle.wait(plain(call));
          if (op === "try") return handle.tryWait();
          return op === "set" ? handle.set() : handle.reset();
        },
        state: () => ({ isSet: event.isSet, waiters: event.snapshot().waiters.length }),
      },
    };
  },
});

type BarrierOp = "arrive" | "reset";

const BROKEN = { name: "SharedBarrierBrokenError" };

class BarrierOracle extends Oracle<BarrierOp> {
  arrived: number[] = [];
  broken = false;

  constructor(readonly parties: number) {
    super();
  }

  override call({ op }: Call<BarrierOp>, id: number): unknown {
    if (op === "reset") {
      this.#end(BROKEN);
      this.broken = false;
    } else if (this.broken) this.end(id, BROKEN);
    else if (this.arrived.length + 1 === this.parties) {
      this.#end(false);
      this.end(id, true);
    } else this.arrived.push(id);
    return undefined;
  }

  override giveUp(id: number): boolean {
    if (!this.arrived.includes(id)) return false;
    this.arrived = this.arrived.filter((other) => other !== id);
    this.broken = true;
    this.#end(BROKEN);
    return true;
  }

  override state(): unknown {
    return { arrived: this.arrived.length, broken: this.broken };
  }

  #end(result: unknown): void {
    for (const id of this.arrived.splice(0)) this.end(id, result);
  }
}

export const barrierSuite = (parties: number): Suite<BarrierOp> => ({
  ops: ["arrive", "arrive", "arrive", "arrive", "arrive", "reset"],
  settle,
  make: () => {
    const barrier = SharedBarrier.create({ parties }), handles = [barrier, SharedBarrier.attach(barrier.handle)];
    return {
      oracle: new BarrierOracle(parties),
      subject: {
        call: (call) => {
          const handle = handles[call.n % 2]!;
          return call.op === "arrive" ? handle.arrive(plain(call)) : handle.reset();
        },
        state: () => ({ arrived: barrier.arrived, broken: barrier.broken }),
      },
    };
  },
});

type LendOp = "take" | "try" | "release";

/** Anything with a guard, as the harness shows it. */
const GUARD = { release: () => {} };

/** Guards by the call that got them, as far as the caller has them in hand. */
type Guards = Map<number, { release(): void }>;

function pick(guards: Guards, n: number): number | undefined {
  return [...guards.keys()].sort((a, b) => a - b)[n % Math.max(1, guards.size)];
}

/** What is lent. */
interface Stock {
  readonly total: number;
  /** How much a call with a number asks for. */
  readonly amountOf: (n: number) => number;
  /** Whether the primitive tells how much is free. */
  readonly tellsFree: boolean;
}

/** Lends an amount, strictly by arrival. */
class LendOracle extends Oracle<LendOp> {
  readonly line = new Line<number>();
  readonly held = new Map<number, number>();

  constructor(readonly stock: Stock, readonly guards: Guards) {
    super();
  }

  get free(): number {
    return [...this.held.values()].reduce((free, amount) => free - amount, this.stock.total);
  }

  override call({ op, n }: Call<LendOp>, id: number): unknown {
    const amount = this.stock.amountOf(n);
    if (op === "release") {
      const returned = pick(this.guards, n);
      if (returned !== undefined) this.held.delete(returned);
    } else if (op === "take") {
      this.line.join(id, {}, amount);
    } else {
      if (this.line.list.length > 0 || this.free < amount) return undefined;
      this.held.set(id, amount);
      return GUARD;
    }
    this.#serve();
    return undefined;
  }

  override giveUp(id: number): boolean {
    const gaveUp = this.line.leave(id);
    this.#serve();
    return gaveUp;
  }

  override state(): unknown {
    return { free: this.stock.tellsFree ? this.free : undefined, waiters: this.line.list.map(({ want }) => want) };
  }

  giveBack(id: number): void {
    this.held.delete(id);
    this.#serve();
  }

  #serve(): void {
    for (let [first] = this.line.list; first !== undefined && first.want <= this.free; [first] = this.line.list) {
      this.line.leave(first.id);
      this.held.set(first.id, first.want);
      this.end(first.id, GUARD);
    }
  }
}

/** What is lent, seen through one handle. */
interface Lender {
  take(amount: number, options: WaitOptions): Promise<{ release(): void }>;
  tryTake(amount: number): { release(): void } | undefined;
}

function lendSuite(
  stock: Stock,
  make: () => {
    readonly handles: readonly Lender[];
    readonly state: () => unknown;
  },
): Suite<LendOp> {
  const { amountOf } = stock;
  return {
    ops: ["take", "take", "take", "try", "release", "release", "release"],
    settle,
    make: () => {
      const guards: Guards = new Map(), { handles, state } = make(), oracle = new LendOracle(stock, guards);
      return {
        oracle: new LateOracle(oracle, (id) => oracle.giveBack(id)),
        subject: {
          call: (call, id) => {
            const { op, n } = call, handle = handles[n % handles.length]!;
            const hold = (guard: { release(): void }) => (guards.set(id, guard), guard);
            if (op === "take") return handle.take(amountOf(n), plain(call)).then(hold);
            if (op === "try") {
              const guard = handle.tryTake(amountOf(n));
              return guard === undefined ? undefined : hold(guard);
            }
            const returned = pick(guards, n);
            if (returned === undefined) return undefined;
            guards.get(returned)?.release();
            guards.delete(returned);
            return undefined;
          },
          state,
        },
      };
    },
  };
}

export const semaphoreSuite = lendSuite({ total: 4, amountOf: (n) => n % 3 + 1, tellsFree: true }, () => {
  const first = SharedSemaphore.create({ permits: 4 });
  const handles = [first, SharedSemaphore.attach(first.handle)].map((semaphore): Lender => ({
    take: (permits, options) => semaphore.acquire(permits, options),
    tryTake: (permits) => semaphore.tryAcquire(permits),
  }));
  return {
    handles,
    state: () => ({ free: first.available, waiters: first.snapshot().waiters.map(({ wants }) => wants) }),
  };
});

/** What a writer takes, of which a reader takes 1. */
const ALL = 1 << 20, READ = 1;

export const readWriteSuite = lendSuite(
  { total: ALL, amountOf: (n) => n % 3 === 0 ? ALL : READ, tellsFree: false },
  () => {
    const first = SharedReadWriteLock.create();
    const handles = [first, SharedReadWriteLock.attach(first.handle)].map((lock): Lender => ({
      take: (amount, options) => amount === ALL ? lock.write(options) : lock.read(options),
      tryTake: (amount) => amount === ALL ? lock.tryWrite() : lock.tryRead(),
    }));
    const amountOf = (wants: unknown) => wants === "write" ? ALL : READ;
    return {
      handles,
      state: () => ({ free: undefined, waiters: first.snapshot().waiters.map(({ wants }) => amountOf(wants)) }),
    };
  },
);

type ChannelOp = "send" | "try send" | "receive" | "try receive" | "close";

const CLOSED = { name: "SharedChannelClosedError" };

/** Messages of one size, of which so many have room. All send through one handle and receive through the other. */
class ChannelOracle extends Oracle<ChannelOp> {
  kept: number[] = [];
  readonly senders = new Line<void>();
  readonly receivers = new Line<void>();
  closed = false;

  constructor(readonly room: number) {
    super();
  }

  override call({ op }: Call<ChannelOp>, id: number): unknown {
    if (op === "close") this.closed = true;
    else if (op === "send") this.senders.join(id, {}, undefined);
    else if (op === "receive") this.receivers.join(id, {}, undefined);
    else if (op === "try receive") {
      const answer = this.kept.shift();
      this.#settle();
      return answer;
    } else {
      if (this.closed) return CLOSED;
      const hasRoom = this.kept.length < this.room;
      if (hasRoom) this.kept.push(id);
      this.#settle();
      return hasRoom;
    }
    this.#settle();
    return undefined;
  }

  override giveUp(id: number): boolean {
    return this.senders.leave(id) || this.receivers.leave(id);
  }

  override state(): unknown {
    return { kept: this.kept.length, closed: this.closed };
  }

  #settle(): void {
    for (;;) {
      const [sender] = this.senders.list, [receiver] = this.receivers.list;
      if (receiver !== undefined && (this.kept.length > 0 || this.closed)) {
        this.receivers.leave(receiver.id);
        this.end(receiver.id, this.kept.shift() ?? CLOSED);
      } else if (sender !== undefined && (this.closed || this.kept.length < this.room)) {
        this.senders.leave(sender.id);
        this.end(sender.id, this.closed ? CLOSED : undefined);
        if (!this.closed) this.kept.push(sender.id);
      } else return;
    }
  }
}

/** Some bytes that say which call has sent them. */
function messageOf(id: number): Uint8Array {
  return Uint8Array.from({ length: 12 }, (_, at) => at === 0 ? id : 0);
}

export const channelSuite: Suite<ChannelOp> = {
  ops: ["send", "send", "send", "try send", "receive", "receive", "receive", "try receive"],
  oneAtATime: true, // who waits is served some turns later
  settle,
  make: () => {
    const sends = SharedChannel.create({ capacityBytes: 64 }), receives = SharedChannel.attach(sends.handle);
    sends.trySend(messageOf(0));
    const bytes = sends.usedBytes;
    receives.tryReceive();
    const idOf = (message: Uint8Array | undefined) => message?.[0];
    return {
      oracle: new ChannelOracle(Math.floor(sends.capacityBytes / bytes)),
      subject: {
        call: (call, id) => {
          const { op } = call;
          if (op === "send") return sends.send(messageOf(id), plain(call));
          if (op === "try send") return sends.trySend(messageOf(id));
          if (op === "receive" && id % 2 === 0) return receives.receive(plain(call)).then(idOf);
          if (op === "receive") {
            const target = new Uint8Array(bytes);
            return receives.receiveInto(target, plain(call)).then(() => idOf(target));
          }
          return op === "try receive" ? idOf(receives.tryReceive()) : sends.close();
        },
        state: () => ({ kept: sends.usedBytes / bytes, closed: receives.closed }),
      },
    };
  },
};

/** The same, with an end to it. */
export const closingChannelSuite: Suite<ChannelOp> = {
  ...channelSuite,
  ops: [...channelSuite.ops, ...channelSuite.ops, "close"],
};
