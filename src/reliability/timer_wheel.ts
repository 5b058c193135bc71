/**
 * Many timeouts behind one real timer.
 *
 * @module
 */

/** What a timer does when its time has come. */
export interface TimerTask {
  /** Called once, unless the timer was cancelled. */
  fire(): void;
}

/** A scheduled task; give it to {@linkcode TimerWheel.cancel}. */
export class Timer {
  /** Neighbours in the list of its slot. */
  before: Timer | undefined = undefined;
  after: Timer | undefined = undefined;
  /** Which slot holds it, or -1. */
  slot = -1;

  /** `tick` is when it is due, in milliseconds of the wheel's clock, rounded up. */
  constructor(readonly task: TimerTask, readonly tick: number, readonly keepsAlive: boolean) {}
}

const SLOTS = 32; // as many as a mask has bits
const LEVELS = 8; // 32 ** 8 ms, some 35 years
const SPANS: readonly number[] = Array.from({ length: LEVELS }, (_, level) => SLOTS ** level);
const LONGEST_DELAY_MS = SLOTS ** LEVELS - SLOTS ** (LEVELS - 1);
const LONGEST_REAL_DELAY_MS = 2 ** 31 - 1; // what setTimeout takes

/**
 * A hierarchical timer wheel: `schedule` and `cancel` are O(1), however many timers there are, and cost a twentieth of a
 * `setTimeout` and `clearTimeout`.
 *
 * Level 0 has a slot for each of the next 32 ms, level 1 for each 32 ms after these, and so on; a timer moves down a level when
 * its slot's time begins. There is one real timer at most, set for the first slot that is not empty. It keeps the process
 * alive, as a run that waits for its timeout must, unless all that is left was scheduled by `scheduleInBackground`. Once the
 * wheel is empty it is cleared at the end of the event loop's turn, so that timeouts which come and go within one turn share it.
 *
 * A task never runs early, and never at once; it runs up to a millisecond late, and later if the event loop is busy. Tasks of one millisecond run
 * in no particular order.
 */
export class TimerWheel {
  readonly #heads: (Timer | undefined)[] = new Array(SLOTS * LEVELS).fill(undefined);
  readonly #tails: (Timer | undefined)[] = new Array(SLOTS * LEVELS).fill(undefined);
  /** A bit for each slot that is not empty, one mask a level. */
  readonly #masks: number[] = new Array(LEVELS).fill(0);
  /** Everything due up to this tick has been run. */
  #tick = 0;
  #size = 0;
  /** How many of the timers keep the process alive. */
  #keepingAlive = 0;
  /** Whether the real timer does. */
  #isKeptAlive = true;
  #realTimer: ReturnType<typeof setTimeout> | undefined = undefined;
  #realTick = Infinity;
  /** The clock that the real timer was set under: a test's fake clock may come and go between two calls. */
  #setUnder: typeof performance.now | undefined = undefined;
  #disarming = false;

  /** How many timers are scheduled. */
  get size(): number {
    return this.#size;
  }

  /** Whether a real timer is set. */
  get armed(): boolean {
    return this.#realTimer !== undefined;
  }

  /**
   * Runs `task.fire()` after `delayMs` milliseconds, at least 0; more than some 35 years count as that.
   *
   * @throws {RangeError} If `delayMs` is `NaN`, as of a clock that tells none: it would be due at once, for ever.
   */
  schedule(delayMs: number, task: TimerTask): Timer {
    return this.#schedule(delayMs, task, true);
  }

  /** As {@linkcode schedule}, but the process may end before: for what only tidies up, or reports. */
  scheduleInBackground(delayMs: number, task: TimerTask): Timer {
    return this.#schedule(delayMs, task, false);
  }

  /** Forgets a timer; one that has run or was cancelled before is left alone. */
  cancel(timer: Timer): void {
    if (timer.slot === -1) return;
    this.#remove(timer);
    if (this.#size === 0 || (this.#keepingAlive === 0 && this.#isKeptAlive)) this.#relaxLater();
  }

  #schedule(delayMs: number, task: TimerTask, keepsAlive: boolean): Timer {
    if (Number.isNaN(delayMs)) {
      throw new RangeError(
        "Cannot schedule a task in NaN ms: expected a number, at least 0; look for a clock that tells none",
      );
    }
    const now = performance.now();
    const present = Math.floor(now);
    if (this.#size === 0) this.#tick = present;
    const due = Math.ceil(now + Math.min(delayMs, LONGEST_DELAY_MS));
    const timer = new Timer(task, Math.max(due, present + 1), keepsAlive);
    this.#add(timer);
    // Asking for `setTimeout` itself would be surer, but costs 0.8 µs in Deno, whose global is a getter that looks at its caller.
    if (timer.tick < this.#realTick || this.#setUnder !== performance.now) this.#arm(now);
    else if (keepsAlive && !this.#isKeptAlive) this.#keepAlive(true);
    return timer;
  }

  #add(timer: Timer): void {
    this.#size++;
    if (timer.keepsAlive) this.#keepingAlive++;
    this.#insert(timer);
  }

  #insert(timer: Timer): void {
    const delta = timer.tick - this.#tick;
    let level = 0;
    while (level < LEVELS - 1 && delta >= SPANS[level + 1]!) level++;
    const place = Math.floor(timer.tick / SPANS[level]!) & (SLOTS - 1);
    const slot = level * SLOTS + place;
    const tail = this.#tails[slot];
    timer.slot = slot;
    timer.before = tail;
    if (tail === undefined) this.#heads[slot] = timer;
    else tail.after = timer;
    this.#tails[slot] = timer;
    this.#masks[level]! |= 1 << place;
  }

  #remove(timer: Timer): void {
    const { slot, before, after } = timer;
    if (before === undefined) this.#heads[slot] = after;
    else before.after = after;
    if (after === undefined) this.#tails[slot] = before;
    else after.before = before;
    if (this.#heads[slot] === undefined) this.#masks[slot >>> 5]! &= ~(1 << (slot & (SLOTS - 1)));
    timer.slot = -1;
    timer.before = timer.after = undefined;
    this.#size--;
    if (timer.keepsAlive) this.#keepingAlive--;
  }

  /** When the first slot that is not empty begins; only to be called when there is one. */
  #nextTick(): number {
    let first = Infinity;
    for (let level = 0; level < LEVELS; level++) {
      const mask = this.#masks[level]!;
      if (mask === 0) continue;
      const unit = Math.floor(this.#tick / SPANS[level]!);
      // Turned so that bit 0 is the slot after the present one: its trailing zeros are how far the next timer is.
      const turn = (unit + 1) & (SLOTS - 1);
      const turned = (mask >>> turn) | (turn === 0 ? 0 : mask << (SLOTS - turn));
      const distance = 31 - Math.clz32(turned & -turned) + 1;
      first = Math.min(first, (unit + distance) * SPANS[level]!);
    }
    return first;
  }

  #arm(now: number): void {
    this.#clear();
    this.#realTick = this.#nextTick();
    this.#setUnder = performance.now;
    const delayMs = Math.min(Math.max(Math.ceil(this.#realTick - now), 0), LONGEST_REAL_DELAY_MS);
    this.#realTimer = setTimeout(() => this.#advance(), delayMs);
    this.#isKeptAlive = true;
    if (this.#keepingAlive === 0) this.#keepAlive(false);
  }

  #keepAlive(isKeptAlive: boolean): void {
    this.#isKeptAlive = isKeptAlive;
    keepAlive(this.#realTimer, isKeptAlive);
  }

  #clear(): void {
    if (this.#realTimer !== undefined) clearTimeout(this.#realTimer);
    this.#realTimer = undefined;
    this.#realTick = Infinity;
  }

  /** Clears the real timer, or lets the process end before it, unless by the end of the turn somebody needs it again. */
  #relaxLater(): void {
    if (this.#disarming || this.#realTimer === undefined) return;
    // Node's, which Deno has too; not every runtime does.
    const setImmediate: unknown = Reflect.get(globalThis, "setImmediate");
    if (typeof setImmediate !== "function") return this.#relax();
    this.#disarming = true;
    setImmediate(() => {
      this.#disarming = false;
      this.#relax();
    });
  }

  #relax(): void {
    if (this.#size === 0) this.#clear();
    else if (this.#keepingAlive === 0 && this.#isKeptAlive) this.#keepAlive(false);
  }

  #advance(): void {
    this.#realTimer = undefined;
    this.#realTick = Infinity;
    const now = performance.now(), end = Math.floor(now);
    while (this.#size > 0) {
      const next = this.#nextTick();
      if (next > end) break;
      this.#tick = next;
      for (let level = LEVELS - 1; level > 0; level--) this.#moveDown(level);
      this.#fire(next & (SLOTS - 1));
    }
    if (this.#size > 0 && this.#realTimer === undefined) this.#arm(performance.now());
  }

  /** Sorts what a slot holds whose time has begun into the levels below. */
  #moveDown(level: number): void {
    const span = SPANS[level]!;
    if (this.#tick % span !== 0) return;
    const slot = level * SLOTS + (Math.floor(this.#tick / span) & (SLOTS - 1));
    let timer = this.#heads[slot];
    while (timer !== undefined) {
      const { after } = timer as Timer;
      this.#remove(timer);
      this.#add(timer);
      timer = after;
    }
  }

  #fire(slot: number): void {
    for (let timer = this.#heads[slot]; timer !== undefined; timer = this.#heads[slot]) {
      this.#remove(timer);
      try {
        timer.task.fire();
      } catch (error) {
        // As from a real timer: nobody's to catch, and no reason to keep others from running.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** Whether a real timer keeps the process alive: Deno's and the browsers' are numbers, Node's are objects. */
function keepAlive(timer: unknown, isKeptAlive: boolean): void {
  const [owner, name] = typeof timer === "number"
    ? [Reflect.get(globalThis, "Deno"), isKeptAlive ? "refTimer" : "unrefTimer"]
    : [timer, isKeptAlive ? "ref" : "unref"];
  if (typeof owner !== "object" || owner === null) return;
  const set: unknown = Reflect.get(owner, name);
  if (typeof set === "function") set.call(owner, timer);
}

/** The wheel that everything in this isolate shares. */
export const timers: TimerWheel = new TimerWheel();

/** Another wheel, for what `ObjectPool` does in the background: its tasks run in their own order, whatever else is due. */
export const backgroundTimers: TimerWheel = new TimerWheel();
