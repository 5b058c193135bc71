/**
 * Many agents or tasks on a few workers.
 *
 * @module
 */

import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import type { Runnable } from "../agents/runnable.ts";
import { Accounts, nameOf, waiterSnapshot } from "../primitive.ts";
import { joinByRank } from "../ranked_line.ts";
import { hostOf, TurnLine } from "../turn_line.ts";
import { requireTurnOptions } from "../turn_options.ts";
import { WaitLine } from "../wait_line.ts";
import { WaitTimeoutError } from "../waiter.ts";
import {
  type AgentPoolOptions,
  type AgentPoolSnapshot,
  type DrainOptions,
  type PoolCounts,
  type PoolSettings,
  poolSettings,
  type PoolWork,
  requireAtLeast0,
  type TaskOptions,
} from "./agent_pool_options.ts";
import { AgentPoolClosedError, DrainDeadlineError, WorkerCrashedError } from "./pool_error.ts";
import { PoolTask } from "./pool_task.ts";
import { desiredSize, requireScaling } from "./scaling.ts";
import { LocalRunner, RunnerBrokenError, type TaskRunner } from "./task_runner.ts";
import { requireWorkerCode, WorkerRunner } from "./worker_runner.ts";

/**
 * Runs tasks on workers, as many at once as there are: functions or agents in this isolate, or real Workers.
 *
 * - **Order.** The more urgent first, though at most 100 of them ahead of anybody; equals in the order of asking.
 * - **Cancelling** a task answers at once. Its worker is free again when the task has really ended; in a Worker
 *   that is after `graceMs` at the latest.
 * - **Crashes.** A Worker that breaks is replaced. Its task is begun anew at most `crashRetries` times, so it may
 *   then run more than once; else it
 *   rejects with a {@linkcode WorkerCrashedError}. A Worker that calls `self.close()` says nothing to anybody: only
 *   the task's timeout ends the wait.
 * - **Size.** It grows at once and shrinks after a cool-down, between `min` and `max`, by queue, utilisation or schedule.
 * - **Memory.** Tasks that wait are not bounded: put a `WorkQueue` in front where producers have to be slowed down.
 *
 * A pool with Workers keeps the process alive until it is drained. A compiled executable has to include
 * `worker_entry.ts` and the modules it runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AgentPool } from "./agent_pool.ts";
 *
 * const pool = new AgentPool({ run: (n: number) => Promise.resolve(n * 2) }, { max: 2 });
 * assertEquals(await Promise.all([1, 2, 3].map((n) => pool.run(n))), [2, 4, 6]);
 * const { completed } = await pool.drain({ deadlineMs: 1_000 });
 * assertEquals(completed, 3);
 * ```
 */
export class AgentPool<Input, Output> {
  /** What people call it. */
  readonly name: string | undefined;
  readonly #called: string;
  readonly #options: PoolSettings;
  readonly #makeRunner: () => TaskRunner<Input, Output>;
  readonly #line = new WaitLine<PoolTask<Input, Output>>();
  readonly #running = new Map<PoolTask<Input, Output>, TaskRunner<Input, Output>>();
  readonly #idle: TaskRunner<Input, Output>[] = [];
  readonly #accounts = new Accounts(undefined);
  readonly #drained: TurnLine<void, void>;
  readonly #counts = { completed: 0, failed: 0, cancelled: 0, crashes: 0 };
  /** How many workers there should be. */
  #target = 0;
  #neededAtMs = 0;
  #timer: Timer | undefined = undefined;
  #isClosed = false;
  /** Whether its workers were ended at a deadline. */
  #isEnded = false;

  /**
   * Makes a pool and starts its `min` workers.
   *
   * @throws {RangeError} If a number is out of range.
   * @throws {TypeError} If `scaling` is no policy, or a Worker's module no absolute URL.
   */
  constructor(work: PoolWork<Input, Output>, options: AgentPoolOptions = {}) {
    const { name } = options, settings = poolSettings(options);
    requireScaling(settings.scaling, settings);
    if (!("run" in work)) requireWorkerCode(work);
    this.name = name;
    this.#called = nameOf("agent pool", name);
    this.#options = settings;
    this.#makeRunner = () => "run" in work ? new LocalRunner(work.run) : new WorkerRunner(work, settings.graceMs);
    const state = () => `${this.#running.size} tasks run and ${this.#line.size} wait`;
    this.#drained = new TurnLine(new Accounts(undefined), hostOf(`the end of ${this.#called}`, state));
    this.#resize();
  }

  /** How many workers there are. */
  get size(): number {
    return this.#idle.length + this.#running.size;
  }

  /** How many tasks wait. */
  get waiting(): number {
    return this.#line.size;
  }

  /** How many tasks run, those included that were given up and have not ended. */
  get running(): number {
    return this.#running.size;
  }

  /** Begins a task if a worker has nothing to do or may be started; `undefined` means "not now". */
  tryRun(input: Input, options?: Omit<TaskOptions, "priority">): Promise<Output> | undefined {
    const isFull = this.#line.size > 0 || this.#running.size >= this.#options.max;
    return isFull || this.#isClosed ? undefined : this.run(input, options);
  }

  /**
   * Runs a task as soon as a worker is free.
   *
   * @throws {WaitTimeoutError} If it was not done within `timeoutMs`.
   * @throws {WorkerCrashedError} If its Worker broke as often as it may.
   * @throws {RemoteTaskError} If its function threw, in a Worker; in this isolate, what it threw.
   * @throws {AgentPoolClosedError} If the pool is drained.
   * @throws {DrainDeadlineError} If it was not done by the deadline of a drain.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted.
   */
  run(input: Input, options: TaskOptions = {}): Promise<Output> {
    try {
      const level = requireTurnOptions(options), { transfer = [], owner } = options;
      if (this.#isClosed) throw new AgentPoolClosedError(this.#called);
      const task = new PoolTask<Input, Output>(
        { input, transfer, level, owner },
        (task, cause) => this.#giveUp(task, cause),
      );
      joinByRank(this.#line, task);
      task.watch(options);
      this.#settle();
      return task.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes no more tasks, waits for those it has, and ends its workers. At the deadline tasks that still run or wait
   * are aborted.
   *
   * @returns What became of all its tasks.
   * @throws {RangeError} If `deadlineMs` is out of range.
   */
  async drain({ deadlineMs }: DrainOptions = {}): Promise<PoolCounts> {
    if (deadlineMs !== undefined) requireAtLeast0("deadlineMs", deadlineMs);
    this.#isClosed = true;
    this.#settle();
    if (this.#running.size > 0) {
      const options = deadlineMs === undefined ? undefined : { timeoutMs: deadlineMs };
      await this.#drained.joinLast(undefined, options).catch((error) => {
        if (!(error instanceof WaitTimeoutError)) throw error;
        this.#end(new DrainDeadlineError(this.#called, error.timeoutMs));
      });
    }
    return { ...this.#counts };
  }

  /** How it stands. */
  snapshot(): AgentPoolSnapshot {
    const holders = [...this.#running.keys()].map(({ owner }) => ({ owner, holds: 1, ageMs: undefined }));
    const waiters = [];
    for (let task = this.#line.first; task !== undefined; task = task.next) {
      waiters.push(waiterSnapshot(task, 1, undefined));
    }
    return {
      type: "agent_pool",
      name: this.name,
      holders,
      waiters,
      totals: this.#accounts.totals(),
      size: this.size,
      idle: this.#idle.filter(({ isBroken }) => !isBroken).length,
      tasks: { ...this.#counts },
    };
  }

  /** Sets the size right, and begins whatever can begin. */
  #settle(): void {
    this.#resize();
    while (this.#line.first !== undefined && this.#idle.length > 0) {
      const runner = this.#idle.pop()!, task = this.#line.first;
      if (runner.isBroken) {
        this.#counts.crashes++;
        this.#idle.unshift(this.#makeRunner());
        continue;
      }
      this.#line.remove(task);
      this.#begin(task, runner);
    }
    if (!this.#isClosed || this.#line.size > 0 || this.#running.size > 0) return;
    this.#closeIdle(0);
    this.#drained.serveAll();
  }

  #begin(task: PoolTask<Input, Output>, runner: TaskRunner<Input, Output>): void {
    const abort = task.abort = new AbortController();
    task.attempts++;
    this.#accounts.grants++;
    this.#running.set(task, runner);
    const { input, transfer } = task.details;
    runner.run(input, { signal: abort.signal, transfer }).then((output) => {
      this.#free(task, runner);
      if (task.isWanted) this.#counts.completed++;
      task.finish(output);
      this.#settle();
    }, (error) => {
      this.#free(task, runner);
      if (task.isWanted) this.#fail(task, error);
      this.#settle();
    });
  }

  #free(task: PoolTask<Input, Output>, runner: TaskRunner<Input, Output>): void {
    this.#running.delete(task);
    task.abort = undefined;
    if (!runner.isBroken) this.#idle.push(runner);
    else if (!this.#isEnded) this.#counts.crashes++;
  }

  #fail(task: PoolTask<Input, Output>, error: unknown): void {
    const isCrash = error instanceof RunnerBrokenError;
    if (isCrash && task.attempts <= this.#options.crashRetries && task.details.transfer.length === 0) {
      this.#line.insertAfter(undefined, task); // it has had its turn before
      return;
    }
    this.#counts.failed++;
    task.fail(isCrash ? new WorkerCrashedError(error.message, task.attempts) : error);
  }

  /** Nobody waits for a task any more. */
  #giveUp(task: PoolTask<Input, Output>, cause: "timeout" | "abort"): void {
    this.#accounts.gaveUp(cause);
    this.#counts.cancelled++;
    if (this.#running.has(task)) task.abort?.abort();
    else this.#line.remove(task);
    this.#settle();
  }

  /** Ends everything now. */
  #end(reason: DrainDeadlineError): void {
    this.#isEnded = true;
    for (let task = this.#line.first; task !== undefined; task = this.#line.first) {
      this.#line.remove(task);
      this.#counts.cancelled++;
      task.fail(reason);
    }
    for (const [task, runner] of this.#running) {
      if (task.isWanted) this.#counts.cancelled++;
      task.fail(reason);
      task.abort?.abort(reason);
      runner.close();
    }
    this.#closeIdle(0);
  }

  /** Grows at once to what is wanted, and shrinks to it after the cool-down. */
  #resize(): void {
    const { scaling, cooldownMs, min, max } = this.#options, now = performance.now();
    const load = { running: this.#running.size, waiting: this.#line.size, epochMs: Date.now() };
    const wanted = this.#isClosed
      ? Math.min(max, load.running + load.waiting)
      : desiredSize(scaling, load, { min, max });
    if (wanted >= this.#target) this.#neededAtMs = now;
    const leftMs = this.#neededAtMs + cooldownMs - now;
    if (wanted >= this.#target || leftMs <= 0 || this.#isClosed) this.#target = wanted;
    while (this.size < this.#target) this.#idle.push(this.#makeRunner());
    this.#closeIdle(this.#target);
    this.#lookAgain(wanted < this.#target ? leftMs : cooldownMs, wanted < this.#target || scaling.by === "schedule");
  }

  #lookAgain(delayMs: number, isNeeded: boolean): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
    if (!isNeeded || this.#isClosed) return;
    this.#timer = timers.scheduleInBackground(Math.max(1, delayMs), { fire: () => this.#settle() });
  }

  #closeIdle(target: number): void {
    while (this.#idle.length > 0 && this.size > target) this.#idle.pop()!.close();
  }
}

/**
 * A pool that runs agents, or other things that can be run, in this isolate.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent } from "../../agent/mod.ts";
 * import { poolOfAgents } from "./agent_pool.ts";
 *
 * const pool = poolOfAgents({ max: 2 });
 * const agent = new Agent("hello").state("say", (ctx) => ctx.output("text", "hello"));
 * const results = await Promise.all([1, 2, 3].map(() => pool.run(agent)));
 * assertEquals(results.length, 3);
 * await pool.drain();
 * ```
 */
export function poolOfAgents<Result = unknown>(options?: AgentPoolOptions): AgentPool<Runnable<Result>, Result> {
  return new AgentPool({ run: (agent: Runnable<Result>, signal: AbortSignal) => agent.run({ signal }) }, options);
}
