/**
 * The rules of an object pool, said with arrays: no promise in it, no timer, nothing remembered that can be counted anew.
 *
 * @module
 */

/** How a call of the factory goes, by its number. */
export interface FactoryPlan {
  /** A promise that the script settles, an object at once, an error at once, or an object that is broken. */
  readonly creates: readonly ("later" | "now" | "throws" | "broken")[];
  /** A promise that the script settles, at once, or an error at once; by the object's number. */
  readonly destroys: readonly ("later" | "now" | "throws")[];
}

/** What the model and the pool are both made with; times are whole milliseconds. */
export const LIMITS = {
  idleTimeoutMs: 1_000,
  maxLifetimeMs: 4_000,
  createTimeoutMs: 200,
  destroyTimeoutMs: 300,
  maxUses: 6,
  agingMs: 100,
  retry: { maxRetries: 1, initialDelayMs: 50, base: 2, jitter: false, maxDelayMs: 400 },
} as const;

interface ModelObject {
  readonly id: number;
  readonly expiresAt: number;
  idleSince: number;
  uses: number;
}

interface ModelWaiter {
  readonly id: number;
  readonly level: number;
  readonly at: number;
  readonly deadline: number;
}

/** A creation: an attempt that is due at a time, or one that rests until then; `dying` if its object is being destroyed. */
interface Slot {
  attempts: number;
  call: number | undefined;
  dueAt: number;
  resting: boolean;
}

interface Dying {
  readonly id: number;
  readonly deadline: number;
  /** The creation that waits for it, or "pool" if it dies in a place of the pool, or nothing. */
  readonly holder: Slot | "pool" | undefined;
}

/** Two things happen in one millisecond, whose order nobody promises. */
export class Ambiguous extends Error {}

/** See above. */
export class ModelPool {
  now = 0;
  state: "open" | "draining" | "closed" = "open";
  waiters: ModelWaiter[] = [];
  idle: ModelObject[] = [];
  readonly loans = new Map<number, ModelObject>();
  slots: Slot[] = [];
  dying: Dying[] = [];
  /** Calls of `create` that took too long. */
  abandoned: number[] = [];
  /** Warm-ups that wait. */
  warming: number[] = [];
  refills = false;
  refillAt = Infinity;
  refillFailures = 0;
  calls = 0;
  readonly broken = new Set<number>();
  readonly granted: [waiter: number, object: number][] = [];
  readonly refused: [waiter: number, why: string][] = [];
  readonly warmed: [warmUp: number, how: string][] = [];
  readonly counts = {
    acquired: 0,
    created: 0,
    destroyed: 0,
    creationFailures: 0,
    broken: 0,
    destroyFailures: 0,
    timeouts: 0,
  };

  constructor(readonly min: number, readonly max: number, readonly plan: FactoryPlan) {}

  get alive(): number {
    return this.idle.length + this.loans.size;
  }

  get places(): number {
    return this.alive + this.dying.filter(({ holder }) => holder === "pool").length + this.slots.length;
  }

  get wanted(): number {
    return Math.max(this.waiters.length, this.warming.length > 0 ? this.min - this.alive : 0, 0);
  }

  acquire(id: number, level: number, timeoutMs: number): void {
    if (this.state !== "open") return void this.refused.push([id, "pool_closed"]);
    if (this.waiters.length === 0) {
      const object = this.takeIdle();
      if (object !== undefined) {
        this.lend(id, object);
        return this.serve();
      }
    }
    this.waiters.push({ id, level, at: this.now, deadline: this.now + timeoutMs });
    this.waiters.sort((a, b) => a.at - a.level * LIMITS.agingMs - (b.at - b.level * LIMITS.agingMs) || a.id - b.id);
    this.serve();
  }

  /** Whether a try gets something. */
  tryAcquire(id: number): boolean {
    if (this.waiters.length > 0) return false;
    const object = this.takeIdle();
    if (object !== undefined) this.lend(id, object);
    this.serve();
    return object !== undefined;
  }

  release(id: number): void {
    const object = this.loans.get(id);
    if (object === undefined) return;
    this.loans.delete(id);
    const unwanted = this.state !== "open" && this.waiters.length === 0;
    if (unwanted || object.uses >= LIMITS.maxUses || object.expiresAt <= this.now) this.destroy(object.id, "pool");
    else this.layDown(object);
    this.serve();
  }

  discard(id: number): void {
    const object = this.loans.get(id);
    if (object === undefined) return;
    this.loans.delete(id);
    this.destroy(object.id, "pool");
    this.serve();
  }

  abort(id: number): void {
    if (!this.waiters.some((waiter) => waiter.id === id)) return;
    this.waiters = this.waiters.filter((waiter) => waiter.id !== id);
    this.refused.push([id, "aborted"]);
    this.serve();
  }

  /** A pending call of `create` is answered; perhaps too late. */
  answer(call: number, how: "object" | "error"): void {
    if (this.abandoned.includes(call)) {
      this.abandoned = this.abandoned.filter((other) => other !== call);
      if (how === "object") {
        this.counts.created++;
        this.destroy(call, undefined);
      }
      return this.serve();
    }
    const slot = this.slots.find((slot) => slot.call === call);
    if (slot === undefined) throw new Error(`nobody waits for call ${call}`);
    if (how === "object") this.made(slot, call);
    else this.failed(slot);
    this.serve();
  }

  /** A pending call of `destroy` is answered; too late changes nothing. */
  destroyed(id: number, failed: boolean): void {
    const dying = this.dying.find((other) => other.id === id);
    if (dying === undefined) return;
    if (failed) this.counts.destroyFailures++;
    this.gone(dying);
    this.serve();
  }

  warmUp(id: number): void {
    if (this.state !== "open") return void this.warmed.push([id, "pool_closed"]);
    this.warming.push(id);
    this.refills = true;
    this.serve();
  }

  drain(): void {
    if (this.state === "open") this.stop("draining");
    this.serve();
  }

  close(): void {
    if (this.state !== "closed") {
      this.stop("closed");
      for (const { id } of this.waiters) this.refused.push([id, "pool_closed"]);
      this.waiters = [];
      this.slots = this.slots.filter((slot) => !slot.resting);
    }
    this.serve();
  }

  /** Lets time pass: whatever falls due happens, in order. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let at = this.nextDue(); at <= end; at = this.nextDue()) {
      this.now = at;
      this.happen();
      this.serve();
    }
    this.now = end;
  }

  nextDue(): number {
    return Math.min(
      ...this.waiters.map(({ deadline }) => deadline),
      ...this.slots.map(({ dueAt }) => dueAt),
      ...this.dying.map(({ deadline }) => deadline),
      this.refillAt,
      ...this.idle.map((object) => this.endOf(object)),
    );
  }

  private endOf(object: ModelObject): number {
    const surplus = this.alive > this.min;
    return Math.min(object.expiresAt, surplus ? object.idleSince + LIMITS.idleTimeoutMs : Infinity);
  }

  private happen(): void {
    const { now } = this;
    const waiters = this.waiters.filter(({ deadline }) => deadline === now);
    const slots = this.slots.filter(({ dueAt }) => dueAt === now);
    const dying = this.dying.filter(({ deadline }) => deadline === now);
    const refill = this.refillAt === now;
    const idle = this.idle.filter((object) => this.endOf(object) <= now);
    if (waiters.length + slots.length + dying.length + Number(refill) + Math.min(idle.length, 1) > 1) {
      throw new Ambiguous();
    }
    for (const { id } of waiters) {
      this.counts.timeouts++;
      this.waiters = this.waiters.filter((other) => other.id !== id);
      this.refused.push([id, "wait_timeout"]);
    }
    for (const slot of slots) {
      if (slot.resting) this.attempt(slot);
      else {
        if (slot.call !== undefined) this.abandoned.push(slot.call);
        this.failed(slot);
      }
    }
    for (const each of dying) {
      this.counts.destroyFailures++;
      this.gone(each);
    }
    if (refill) this.refillAt = Infinity;
    let surplus = this.alive - this.min;
    const ended: ModelObject[] = [];
    for (const object of this.idle) {
      if (object.expiresAt <= now || (surplus > 0 && object.idleSince + LIMITS.idleTimeoutMs <= now)) {
        ended.push(object);
        surplus--;
      }
    }
    this.idle = this.idle.filter((object) => !ended.includes(object));
    for (const { id } of ended) this.destroy(id, "pool");
  }

  private lend(id: number, object: ModelObject): void {
    object.uses++;
    this.counts.acquired++;
    this.loans.set(id, object);
    this.granted.push([id, object.id]);
  }

  /** The one on top that works. */
  private takeIdle(): ModelObject | undefined {
    for (let object = this.idle.pop(); object !== undefined; object = this.idle.pop()) {
      if (object.expiresAt > this.now && !this.broken.has(object.id)) return object;
      if (object.expiresAt > this.now) this.counts.broken++;
      this.destroy(object.id, "pool");
    }
    return undefined;
  }

  private layDown(object: ModelObject): void {
    object.idleSince = this.now;
    this.idle.push(object);
  }

  private supply(object: ModelObject): void {
    const first = this.waiters.shift();
    if (first !== undefined) this.lend(first.id, object);
    else if (this.state === "open") this.layDown(object);
    else this.destroy(object.id, "pool");
  }

  private start(): void {
    const slot: Slot = { attempts: 0, call: undefined, dueAt: Infinity, resting: false };
    this.slots.push(slot);
    this.attempt(slot);
  }

  private attempt(slot: Slot): void {
    const call = this.calls++;
    Object.assign(slot, {
      attempts: slot.attempts + 1,
      call,
      resting: false,
      dueAt: this.now + LIMITS.createTimeoutMs,
    });
    const plan = this.plan.creates[call % this.plan.creates.length];
    if (plan === "broken") this.broken.add(call);
    if (plan === "throws") this.failed(slot);
    else if (plan !== "later") this.made(slot, call);
  }

  private made(slot: Slot, id: number): void {
    this.counts.created++;
    if (this.broken.has(id) && this.state === "open" || this.broken.has(id) && this.waiters.length > 0) {
      slot.call = undefined;
      slot.dueAt = Infinity;
      return this.destroy(id, slot);
    }
    this.slots = this.slots.filter((other) => other !== slot);
    this.refillFailures = 0;
    this.refillAt = Infinity;
    this.supply({ id, expiresAt: this.now + LIMITS.maxLifetimeMs, idleSince: this.now, uses: 0 });
  }

  private failed(slot: Slot): void {
    const { maxRetries, initialDelayMs, base } = LIMITS.retry;
    this.counts.creationFailures++;
    slot.call = undefined;
    if (this.slots.length <= this.wanted && slot.attempts <= maxRetries) {
      slot.resting = true;
      slot.dueAt = this.now + initialDelayMs * base ** (slot.attempts - 1);
      return;
    }
    this.slots = this.slots.filter((other) => other !== slot);
    if (this.slots.length < this.wanted) {
      const first = this.slots.length < this.waiters.length ? this.waiters.shift() : undefined;
      if (first !== undefined) this.refused.push([first.id, "object_creation_failed"]);
      else this.refuseWarming("object_creation_failed");
    }
    if (this.refills && this.state === "open") this.refillLater();
  }

  private refillLater(): void {
    const { initialDelayMs, base, maxDelayMs } = LIMITS.retry;
    if (this.min <= this.alive + this.slots.length || this.refillAt < Infinity) return;
    this.refillAt = this.now + Math.min(initialDelayMs * base ** this.refillFailures++, maxDelayMs);
  }

  private destroy(id: number, holder: Dying["holder"]): void {
    const dying: Dying = { id, holder, deadline: this.now + LIMITS.destroyTimeoutMs };
    const plan = this.plan.destroys[id % this.plan.destroys.length];
    this.dying.push(dying);
    if (plan === "later") return;
    if (plan === "throws") this.counts.destroyFailures++;
    this.gone(dying);
  }

  private gone(dying: Dying): void {
    this.counts.destroyed++;
    this.dying = this.dying.filter((other) => other !== dying);
    if (typeof dying.holder === "object") this.failed(dying.holder);
  }

  /** Of the creations that rest. */
  private lastToBeTried(): Slot | undefined {
    return this.slots.filter((slot) => slot.resting)
      .sort((a, b) => b.dueAt - a.dueAt || b.attempts - a.attempts)[0];
  }

  private refuseWarming(why: string): void {
    for (const id of this.warming) this.warmed.push([id, why]);
    this.warming = [];
  }

  private stop(state: "draining" | "closed"): void {
    this.state = state;
    this.refillAt = Infinity;
    this.refuseWarming("pool_closed");
  }

  /** Does one thing that is possible, and starts again, until nothing is. */
  private serve(): void {
    if (this.waiters.length > 0 && this.idle.length > 0) {
      const object = this.takeIdle();
      if (object !== undefined) this.supply(object);
      return this.serve();
    }
    if (this.slots.length < this.wanted && this.places < this.max) {
      this.start();
      return this.serve();
    }
    const resting = this.lastToBeTried(), refills = this.refills && this.state === "open";
    if (resting !== undefined && this.wanted === 0) {
      this.slots = this.slots.filter((slot) => !slot.resting);
      if (refills) this.refillLater();
      return this.serve();
    }
    if (resting !== undefined && this.slots.length > Math.max(this.wanted, refills ? this.min - this.alive : 0)) {
      this.slots = this.slots.filter((slot) => slot !== resting);
      return this.serve();
    }
    const missing = this.min - this.alive - this.slots.length;
    if (refills && this.refillAt === Infinity && missing > 0 && this.places < this.max) {
      this.start();
      return this.serve();
    }
    if (this.warming.length > 0 && this.alive >= this.min) {
      for (const id of this.warming) this.warmed.push([id, "warm"]);
      this.warming = [];
    }
    if (this.state !== "open" && this.waiters.length === 0) {
      const [object] = this.idle;
      if (object !== undefined) {
        this.idle = this.idle.slice(1);
        this.destroy(object.id, "pool");
        return this.serve();
      }
      if (this.places === 0 && this.dying.length === 0) this.state = "closed";
    }
  }
}
