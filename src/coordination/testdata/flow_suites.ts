/**
 * What mutexes, condition variables, channels and quotas must do.
 *
 * @module
 */

import { Channel } from "../channel.ts";
import { ConditionVariable } from "../condition_variable.ts";
import { Mutex, type MutexGuard } from "../mutex.ts";
import { Quota } from "../quota.ts";
import type { QuotaShare } from "../quota_share.ts";
import { type Call, Line, Oracle, type Suite } from "./fuzz.ts";

type ConditionOp = "acquire" | "try" | "release" | "wait" | "notify" | "notify all";

/** Anything with a guard, as the harness shows it. */
const GUARD = { release: () => {} };

class ConditionOracle extends Oracle<ConditionOp> {
  /** The holder, and behind it those who wait for the mutex, in order of arrival. */
  locking: { readonly id: number; readonly handsOn: boolean }[] = [];
  readonly waiting = new Line<void>();

  override call({ op, n }: Call<ConditionOp>, id: number): unknown {
    if (op === "acquire") this.#lock(id, false);
    else if (op === "try") {
      if (this.locking.length > 0) return undefined;
      this.#lock(id, false);
      this.outcomes.delete(id); // it does not wait
      return GUARD;
    } else if (op === "release") this.#unlock();
    else if (op === "wait") {
      if (this.locking.length === 0) return this.end(id, { name: "TypeError" });
      this.waiting.join(id, {}, undefined);
      this.#unlock();
    } else return this.#wake(op === "notify" ? n % 3 + 1 : Infinity, op === "notify");
    return undefined;
  }

  override giveUp(id: number): boolean {
    if (this.waiting.leave(id)) return true;
    const place = this.locking.findIndex((other) => other.id === id);
    if (place < 1) return false;
    const [gone] = this.locking.splice(place, 1);
    if (gone?.handsOn) this.#wake(1, true);
    return true;
  }

  override state(): unknown {
    return { locked: this.locking.length > 0, waiting: this.waiting.list.length };
  }

  #lock(id: number, handsOn: boolean): void {
    if (this.locking.push({ id, handsOn }) === 1) this.end(id, GUARD);
  }

  #unlock(): void {
    this.locking.shift();
    const [first] = this.locking;
    if (first !== undefined) this.end(first.id, GUARD);
  }

  #wake(most: number, handsOn: boolean): number {
    const woken = this.waiting.list.splice(0, most);
    for (const { id } of woken) this.#lock(id, handsOn);
    return woken.length;
  }
}

/** Whoever holds the mutex, wherever it came from, releases it or waits; all are equally urgent, and without an owner. */
export const conditionSuite: Suite<ConditionOp> = {
  ops: [
    "acquire",
    "acquire",
    "acquire",
    "try",
    "release",
    "release",
    "wait",
    "wait",
    "wait",
    "notify",
    "notify",
    "notify all",
  ],
  oneAtATime: true, // a guard is known some turns after it was granted, and so is a notification that is handed on
  make: () => {
    const mutex = new Mutex(), condition = new ConditionVariable(mutex);
    let held: MutexGuard | undefined = undefined;
    const hold = (guard: MutexGuard): MutexGuard => held = guard;
    return {
      oracle: new ConditionOracle(),
      subject: {
        call: ({ op, n, options }) => {
          const { priority: _, owner: __, ...plain } = options;
          if (op === "acquire") return mutex.acquire(plain).then(hold);
          if (op === "wait") {
            if (held === undefined) return Promise.reject(new TypeError("nobody has ever held it"));
            return condition.wait(held, plain).then(hold);
          }
          if (op === "notify") return condition.notify(n % 3 + 1);
          if (op === "notify all") return condition.notifyAll();
          if (op === "release") return held?.release();
          const guard = mutex.tryAcquire();
          return guard === undefined ? undefined : hold(guard);
        },
        state: () => ({
          locked: mutex.locked,
          waiting: condition.waiters,
        }),
      },
    };
  },
};

type ChannelOp = "send" | "try send" | "receive" | "try receive" | "drain" | "close";

const CLOSED = { name: "ChannelClosedError" };

class ChannelOracle extends Oracle<ChannelOp> {
  kept: number[] = [];
  readonly senders = new Line<void>();
  readonly receivers = new Line<void>();
  drains: number[] = [];
  closed = false;

  constructor(readonly capacity: number) {
    super();
  }

  override call({ op, options }: Call<ChannelOp>, id: number): unknown {
    let answer: unknown = undefined;
    if (op === "close") this.#close();
    else if (op === "drain") this.drains.push(id);
    else if (op === "send" || op === "try send") {
      const waiter = this.receivers.list[0], mayKeep = this.kept.length < this.capacity;
      if (this.closed) answer = CLOSED;
      else if (waiter !== undefined) this.#receive(waiter.id, id);
      else if (mayKeep) this.kept.push(id);
      else if (op === "send") this.senders.join(id, options);
      if (op === "try send") return answer ?? (waiter !== undefined || mayKeep);
      if (answer !== undefined || waiter !== undefined || mayKeep) this.end(id, answer);
    } else {
      this.kept.push(...this.senders.list.splice(0, 1).map(({ id }) => (this.end(id, undefined), id)));
      answer = this.kept.shift();
      if (op === "receive" && answer === undefined && !this.closed) this.receivers.join(id, options);
      else if (op === "receive") this.end(id, answer);
    }
    this.#endDrains();
    return answer;
  }

  override giveUp(id: number): boolean {
    const gaveUp = this.senders.leave(id) || this.receivers.leave(id) || this.drains.includes(id);
    this.drains = this.drains.filter((other) => other !== id);
    this.#endDrains();
    return gaveUp;
  }

  override state(): unknown {
    const { kept, closed, senders, receivers } = this;
    return { kept: kept.length, closed, waiters: senders.list.length + receivers.list.length };
  }

  #receive(receiver: number, item: number | undefined): void {
    this.receivers.leave(receiver);
    this.end(receiver, item);
  }

  #close(): void {
    this.closed = true;
    for (const { id } of this.senders.list.splice(0)) this.end(id, CLOSED);
    for (const { id } of [...this.receivers.list]) this.#receive(id, undefined);
  }

  #endDrains(): void {
    if (this.kept.length + this.senders.list.length > 0) return;
    for (const id of this.drains.splice(0)) this.end(id, undefined);
  }
}

/** What is sent is the call's own id. */
export const channelSuite = (capacity: number): Suite<ChannelOp> => {
  const usual: ChannelOp[] = ["send", "send", "send", "try send", "receive", "receive", "receive", "try receive"];
  return {
    ops: [...usual, ...usual, ...usual, "drain", "drain", "close"],
    make: () => {
      const channel = new Channel<number>(capacity);
      return {
        oracle: new ChannelOracle(capacity),
        subject: {
          call: ({ op, options }, id) => {
            if (op === "send") return channel.send(id, options);
            if (op === "try send") return channel.trySend(id);
            if (op === "receive") return channel.receive(options);
            if (op === "try receive") return channel.tryReceive();
            return op === "drain" ? channel.drain(options) : channel.close();
          },
          state: () => ({
            kept: channel.buffered,
            closed: channel.closed,
            waiters: channel.snapshot().waiters.length,
          }),
        },
      };
    },
  };
};

type QuotaOp = "acquire" | "try" | "release" | "limit" | "owner limit";

interface Want {
  readonly amount: number;
  readonly owner: string | undefined;
}

class QuotaOracle extends Oracle<QuotaOp> {
  limit = 6;
  readonly limits = new Map<string | undefined, number>([["ann", 4], ["bob", 4]]);
  readonly shares: (Want & { readonly id: number })[] = [];
  readonly line = new Line<Want>();

  override call({ op, n, options }: Call<QuotaOp>, id: number): unknown {
    const want = { amount: n % 5 + 1, owner: options.owner };
    if (op === "release") {
      this.shares.sort((a, b) => a.id - b.id);
      this.shares.splice(n % Math.max(1, this.shares.length), 1);
    } else if (op === "limit") this.limit = n;
    else if (op === "owner limit") this.limits.set("ann", n);
    else if (op === "try") {
      if (this.#isHopeless(want)) return undefined;
      this.line.join(id, { priority: -1 }, want); // last, and only for as long as it takes to see whether it is served
      this.#serve();
      this.outcomes.delete(id);
      return this.line.leave(id) ? undefined : GUARD;
    } else if (this.#isHopeless(want)) return this.end(id, { name: "QuotaExceededError" });
    else this.line.join(id, options, want);
    this.#serve();
    return undefined;
  }

  override giveUp(id: number): boolean {
    const gaveUp = this.line.leave(id);
    this.#serve();
    return gaveUp;
  }

  override state(): unknown {
    return { used: this.#used(this.shares), ann: this.#usedBy("ann"), waiters: this.line.list.map(({ want }) => want) };
  }

  #serve(): void {
    const heldUp = new Set<string | undefined>();
    for (const { id, want } of [...this.line.list]) {
      if (this.#isHopeless(want)) this.line.leave(id) && this.end(id, { name: "QuotaExceededError" });
    }
    for (const { id, want } of [...this.line.list]) {
      if (heldUp.has(want.owner) || this.#usedBy(want.owner) + want.amount > this.#limitOf(want.owner)) {
        heldUp.add(want.owner);
      } else if (this.#used(this.shares) + want.amount > this.limit) return;
      else if (this.line.leave(id)) {
        this.shares.push({ ...want, id });
        this.end(id, GUARD);
      }
    }
  }

  #isHopeless({ amount, owner }: Want): boolean {
    return amount > this.limit || amount > this.#limitOf(owner);
  }

  #limitOf(owner: string | undefined): number {
    return this.limits.get(owner) ?? Infinity;
  }

  #usedBy(owner: string | undefined): number {
    return this.#used(this.shares.filter((share) => share.owner === owner));
  }

  #used(shares: readonly Want[]): number {
    return shares.reduce((sum, { amount }) => sum + amount, 0);
  }
}

export const quotaSuite: Suite<QuotaOp> = {
  ops: ["acquire", "acquire", "acquire", "acquire", "try", "release", "release", "release", "limit", "owner limit"],
  oneAtATime: true, // a share is known a turn after it was granted
  make: () => {
    const quota = new Quota(6, { ownerLimit: 4 }), shares = new Map<number, QuotaShare>();
    const hold = (id: number) => (share: QuotaShare): QuotaShare => {
      shares.set(id, share);
      return share;
    };
    const release = (n: number): void => {
      const id = [...shares.keys()].sort((a, b) => a - b)[n % Math.max(1, shares.size)] ?? -1;
      shares.get(id)?.release();
      shares.delete(id);
    };
    return {
      oracle: new QuotaOracle(),
      subject: {
        call: ({ op, n, options }, id) => {
          if (op === "acquire") return quota.acquire(n % 5 + 1, options).then(hold(id));
          if (op === "limit") return quota.setLimit(n);
          if (op === "owner limit") return quota.setOwnerLimit("ann", n);
          if (op === "release") return release(n);
          const share = quota.tryAcquire(n % 5 + 1, options.owner);
          return share === undefined ? undefined : hold(id)(share);
        },
        state: () => {
          const { used, waiters } = quota.snapshot();
          return {
            used,
            ann: quota.usedBy("ann"),
            waiters: waiters.map(({ owner, wants }) => ({ amount: wants, owner })),
          };
        },
      },
    };
  },
};
