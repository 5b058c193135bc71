import { Timer, type TimerTask, type TimerWheel } from "../../../../reliability/timer_wheel.ts";
import type { AtomicMemory, WaitOutcome } from "../../atomic_memory.ts";
import type { Access, Result } from "./access.ts";
import type { Present } from "./round_script.ts";

/** Ends a thread's code at the access that has not been made yet. Always the same one: half the time would go into its stack. */
const STOP = new Error("the thread is stopped here");

/** The number of a wait with the stack. */
export const STACK = 0;
/** Where a thread sleeps that has nothing to do in its event loop. */
export const IDLE = -2;

/** The memory as one thread sees it while its code is run once more: what it did before is answered from the record. */
export class ModelThread implements AtomicMemory {
  readonly index: number;
  /** Whether its code has come to an access that is not answered yet. */
  isStopped = false;
  /** Its event loop's timers; they go off when `turn` has answered that one did. */
  readonly timers: Pick<TimerWheel, "schedule" | "cancel">;
  readonly #record: Result[];
  readonly #present: Present;
  readonly #stopsAtWrites: boolean;
  readonly #scheduled = new Set<Timer>();
  readonly #callbacks = new Map<number, () => void>();
  #replayed = 0;

  /** Begins a round's code; `record` is what its accesses have answered so far, and grows by what `present` answers. */
  constructor(index: number, { record, present, stopsAtWrites }: {
    readonly record: Result[];
    readonly present: Present;
    readonly stopsAtWrites: boolean;
  }) {
    this.index = index;
    this.#record = record;
    this.#present = present;
    this.#stopsAtWrites = stopsAtWrites;
    this.timers = {
      schedule: (delayMs, task: TimerTask) => {
        const timer = new Timer(task, delayMs, true);
        this.#scheduled.add(timer);
        return timer;
      },
      cancel: (timer) => void this.#scheduled.delete(timer),
    };
  }

  load(at: number): number {
    return this.#number("load", at);
  }

  store(at: number, value: number): void {
    this.#number("store", at, value);
  }

  exchange(at: number, value: number): number {
    return this.#number("exchange", at, value);
  }

  compareExchange(at: number, expected: number, value: number): number {
    return this.#number("compareExchange", at, expected, value);
  }

  add(at: number, delta: number): number {
    return this.#number("add", at, delta);
  }

  wait(at: number, value: number, timeoutMs: number): WaitOutcome {
    const outcome = this.#access("wait", at, value, timeoutMs === Infinity ? 0 : 1);
    if (typeof outcome === "number") throw new Error("the code of a thread depends on more than its accesses");
    return outcome;
  }

  nap(at: number, value: number, timeoutMs: number): WaitOutcome {
    return this.wait(at, value, timeoutMs);
  }

  /**
   * Naps as a main thread does: in a loop that looks at the word, of which only the last look counts, as whoever may go on need not do so
   * at once. Nobody can wake it, and it may miss that the word was another meanwhile.
   */
  spin(at: number, value: number): WaitOutcome {
    const outcome = this.#access("spin", at, value, 1);
    if (typeof outcome === "number") throw new Error("the code of a thread depends on more than its accesses");
    return outcome;
  }

  waitAsync(at: number, value: number, woken: () => void): boolean {
    const wait = this.#number("waitAsync", at, value);
    if (wait !== STACK) this.#callbacks.set(wait, woken);
    return wait !== STACK;
  }

  /**
   * Lets the event loop turn once: sleeps until an asynchronous wait is over, and calls back; or answers that a timer is due, if there is
   * one. Whoever may rest has done all it had to, and is not missed if nothing comes any more.
   */
  turn(mayRest: boolean): "called back" | "timed-out" {
    const outcome = this.#access("turn", IDLE, mayRest ? 1 : 0, this.#scheduled.size > 0 ? 1 : 0);
    if (outcome === "timed-out") return outcome;
    const callBack = typeof outcome === "number" ? this.#callbacks.get(outcome) : undefined;
    if (callBack === undefined) throw new Error("the code of a thread depends on more than its accesses");
    callBack();
    return "called back";
  }

  /** Lets the timer go off that has been scheduled for longest. */
  ring(): void {
    for (const timer of this.#scheduled) {
      this.#scheduled.delete(timer);
      return timer.task.fire();
    }
  }

  notify(at: number, count: number): number {
    return this.#number("notify", at, count);
  }

  read(at: number): number {
    return this.#number("load", at, 0, 0, true);
  }

  write(at: number, value: number): void {
    this.#number("write", at, value, 0, !this.#stopsAtWrites);
  }

  /** A model's word holds any number, so a double's second word stays unused. */
  readDouble(at: number): number {
    return this.read(at);
  }

  writeDouble(at: number, value: number): void {
    this.write(at, value);
  }

  pause(): void {}

  /** Whether the thread of an index is dead; as the real answer, it may come late. */
  isDead(thread: number): boolean {
    return this.#number("isDead", thread) === 1;
  }

  /** Whether the thread of an index sleeps; only where the exploration is not reduced. */
  isAsleep(thread: number): boolean {
    return this.#number("isAsleep", thread) === 1;
  }

  /** Whether a deadline has passed, which it has as soon as a wait with a time-out was timed out. */
  clock(): number {
    let ms = 0;
    for (let i = 0; i < this.#replayed; i++) if (this.#record[i] === "timed-out") ms += 1;
    return ms;
  }

  #number(name: Access["name"], at: number, a = 0, b = 0, isPlain = false): number {
    const result = this.#access(name, at, a, b, isPlain);
    if (typeof result !== "number") throw new Error("the code of a thread depends on more than its accesses");
    return result;
  }

  #access(name: Access["name"], at: number, a: number, b: number, isPlain = false): Result {
    if (this.isStopped) throw STOP; // code in a `finally` block: it does nothing any more
    let result = this.#record[this.#replayed];
    if (result === undefined) {
      result = this.#present({ name, at, a, b }, isPlain);
      if (result === undefined) {
        this.isStopped = true;
        throw STOP;
      }
      this.#record.push(result);
    }
    this.#replayed++;
    return result;
  }
}
