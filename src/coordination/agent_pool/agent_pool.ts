/**
 * Many agents or tasks on a few workers.
 *
 * @module
 */

import { tellEnd } from "../deadlocks/watch.ts";
import { Accounts, nameOf, waiterSnapshot } from "../primitive.ts";
import { levelOf } from "../priority.ts";
import { WaitListeners } from "../wait_listeners.ts";
import { ownWaitOptions, requireNotAborted } from "../waiter.ts";
import {
  type AgentPoolOptions,
  type AgentPoolSnapshot,
  type DrainOptions,
  type DrainReport,
  ownTaskOptions,
  type PoolCounts,
  type PoolSettings,
  poolSettings,
  type PoolWork,
  requireDuration,
  type SubmittedTask,
  type TaskOptions,
  type UnfinishedTask,
} from "./agent_pool_options.ts";
import { Crew } from "./crew.ts";
import { PoolDrain } from "./pool_drain.ts";
import { AgentPoolClosedError, type DrainDeadlineError, WorkerCrashedError } from "./pool_error.ts";
import { PoolTask, type TaskGivenUp } from "./pool_task.ts";
import { requireScaling } from "./scaling.ts";
import { WorkersContest } from "./task_contests.ts";
import { TaskLines } from "./task_lines.ts";
import { LocalRunner, RunnerBrokenError, TaskIdentity, type TaskRunner } from "./task_runner.ts";
import { requireWorkerCode, WorkerRunner } from "./worker_runner.ts";
import { requireOptions } from "../require_options.ts";
import { foundValue } from "../found_value.ts";

/**
 * Runs tasks on workers, as many at once as there are: functions or agents in this isolate, or real Workers.
 *
 * - **Order.** The more urgent first, though at most 100 of them ahead of anybody; equals in the order of asking.
 * - **Bound.** At most `maxQueue` tasks wait for a worker. Whoever brings one more waits for room: {@linkcode submit}
 *   is fulfilled when there is, so that a producer which awaits it is slowed down; {@linkcode tryRun} answers that
 *   there is none.
 * - **Cancelling** a task answers at once. In this isolate its signal has the caller's reason, in a Worker none of its own.
 *   Its worker is free again when the task has really ended; in a Worker that is after `graceMs` at the latest.
 * - **Crashes.** A Worker that breaks, closes itself or exits is replaced: at once if it had a task, else after a rest of a second,
 *   which grows to a minute if those that follow break as well. Its task is begun anew at most `crashRetries` times, so it may
 *   then run more than once; else it rejects with a {@linkcode WorkerCrashedError}. `snapshot().lastCrash` tells why.
 * - **Size.** It grows at once and shrinks after a cool-down, between `min` and `max`, by queue, utilisation or schedule.
 * - **Deadlocks.** A task that waits for its own pool may wait for ever, if all workers are taken so. `detectDeadlocks()` tells of it, if
 *   the function in this isolate says who asks by the name that it is given: `run: (input, signal, task) => pool.run(part, { owner:
 *   task.owner })`.
 * - **End.** {@linkcode drain} finishes what the pool was given; what is left at its deadline is aborted and reported.
 *   `drainOnSignal` does so when the system asks the process to end.
 *
 * A pool with Workers keeps the process alive until it is drained. An executable made by `deno compile` has to include
 * what only Workers load: see {@linkcode WorkerCode}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AgentPool } from "./agent_pool.ts";
 *
 * const pool = new AgentPool({ run: (n: number) => Promise.resolve(n * 2) }, { max: 2 });
 * assertEquals(await Promise.all([1, 2, 3].map((n) => pool.run(n))), [2, 4, 6]);
 * const { completed, unfinished } = await pool.drain({ deadlineMs: 1_000 });
 * assertEquals([completed, unfinished], [3, []]);
 * ```
 *
 * @example A producer that is slowed down
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AgentPool } from "./agent_pool.ts";
 *
 * const pool = new AgentPool({ run: (n: number) => Promise.resolve(n) }, { max: 2, maxQueue: 10 });
 * let sum = 0;
 * for (let n = 1; n <= 100; n++) {
 *   const { result } = await pool.submit(n, { timeoutMs: 60_000 });
 *   result.then((output) => sum += output);
 * }
 * await pool.drain();
 * assertEquals(sum, 5050);
 * ```
 */
export class AgentPool<Input, Output> {
  /** What people call it. */
  readonly name: string | undefined;
  readonly #called: string;
  readonly #settings: PoolSettings;
  readonly #crew: Crew<Input, Output>;
  readonly #lines: TaskLines<Input, Output>;
  readonly #running = new Map<PoolTask<Input, Output>, TaskRunner<Input, Output>>();
  readonly #accounts: Accounts;
  readonly #contest: WorkersContest;
  readonly #waits = new WaitListeners();
  readonly #drain: PoolDrain<DrainReport<Input>>;
  readonly #counts = { completed: 0, failed: 0, cancelled: 0 };
  readonly #unfinished: UnfinishedTask<Input>[] = [];
  readonly #gaveUp: TaskGivenUp<Input, Output> = (task, cause, reason) => {
    this.#accounts.gaveUp(cause);
    this.#counts.cancelled++;
    if (task.abort !== undefined) task.abort.abort(reason);
    else this.#lines.leave(task);
    this.#settle();
  };
  #isClosed = false;
  #isEnded = false; // at a deadline

  /**
   * Makes a pool and starts its `min` workers.
   *
   * @throws {RangeError} If a number is out of range.
   * @throws {TypeError} If `run` is no function, `scaling` no policy, or a Worker's module no absolute URL.
   */
  constructor(work: PoolWork<Input, Output>, options: AgentPoolOptions = {}) {
    const { name } = requireOptions("make a pool", options), settings = poolSettings(options);
    requireScaling(settings.scaling, settings);
    if (typeof work !== "object" || work === null) {
      throw new TypeError(
        `Cannot make a pool of ${foundValue(work)}: expected { run } or a Worker's { module }; pass one of them`,
      );
    }
    if (!("run" in work)) requireWorkerCode(work);
    else if (typeof work.run !== "function") {
      throw new TypeError(`Cannot make a pool with run: expected a function, found ${typeof work.run}`);
    }
    this.name = name;
    this.#called = nameOf("agent pool", name);
    this.#settings = settings;
    this.#accounts = new Accounts(options);
    const lines = this.#lines = new TaskLines(settings.maxQueue, (task) => {
      this.#accounts.gaveUp("abort");
      this.#counts.cancelled++;
      task.dismiss();
    });
    this.#contest = new WorkersContest({ name, mostWorkers: settings.max, running: this.#running, lines });
    const makeRunner = (broke: () => void): TaskRunner<Input, Output> =>
      "run" in work ? new LocalRunner(work.run) : new WorkerRunner(work, settings.graceMs, broke);
    this.#crew = new Crew<Input, Output>(settings, makeRunner, () => this.#settle());
    const state = () => `${this.#running.size} tasks run and ${this.#lines.size} wait`;
    this.#drain = new PoolDrain(this.#called, state, (reason) => this.#end(reason));
    this.#crew.resize(0);
  }

  /** How many workers there are. */
  get size(): number {
    return this.#crew.size;
  }

  /** How many tasks wait for a worker. */
  get waiting(): number {
    return this.#lines.queued;
  }

  /** How many tasks wait for room in the queue. */
  get submitters(): number {
    return this.#lines.outside;
  }

  /** How many tasks run, those included that were given up and have not ended. */
  get running(): number {
    return this.#running.size;
  }

  /**
   * Takes a task if it can begin, or there is room for it in the queue and nobody waits for that; `undefined` means
   * "not now", also if the pool is drained. With `maxQueue: 0` it is taken only if it begins at once.
   *
   * @returns As {@linkcode run}.
   */
  tryRun(input: Input, options: TaskOptions = {}): Promise<Output> | undefined {
    if (this.#isClosed || this.#lines.outside > 0) return undefined;
    try {
      const own = ownTaskOptions(options), task = this.#enter(input, own, true);
      if (task.isAccepted) {
        task.watch(own);
        return task.promise;
      }
      this.#lines.leave(task);
      tellEnd(task);
      return undefined;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Runs a task as soon as a worker is free.
   *
   * @throws {WaitTimeoutError} If it was not done within `timeoutMs`, the waits for room and for a worker included.
   * @throws {WorkerCrashedError} If its Worker broke as often as it may.
   * @throws {RemoteTaskError} If its function threw, in a Worker; in this isolate, what it threw.
   * @throws {AgentPoolClosedError} If the pool is drained.
   * @throws {DrainDeadlineError} If it was not done by the deadline of a drain.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted.
   */
  run(input: Input, options: TaskOptions = {}): Promise<Output> {
    try {
      const own = ownTaskOptions(options), task = this.#enter(input, own, true);
      task.watch(own);
      return task.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Waits until the pool has room for a task, or a worker, and hands it over: for producers that shall be no faster
   * than the pool is. The options hold for the task as a whole, as in {@linkcode run}.
   *
   * @throws What {@linkcode run} throws, if that comes before there is room.
   */
  submit(input: Input, options: TaskOptions = {}): Promise<SubmittedTask<Output>> {
    try {
      const own = ownTaskOptions(options), task = this.#enter(input, own, false);
      task.watch(own);
      return task.submitted();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes no more tasks, waits for those it was given, and ends its workers. At the deadline tasks that still run or
   * wait are aborted, and those who wait for them get a {@linkcode DrainDeadlineError}.
   *
   * A function in this isolate that does not heed its signal goes on after the deadline; nobody waits for it any more.
   *
   * @returns What became of all its tasks, and what is left of them; a second call answers the same.
   * @throws {WaitTimeoutError} If that took longer than `timeoutMs`; the pool goes on draining.
   * @throws {RangeError} If `deadlineMs` or `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted; the pool goes on draining, unless it was aborted before.
   */
  drain(options: DrainOptions = {}): Promise<DrainReport<Input>> {
    try {
      const own = ownWaitOptions(options), { deadlineMs } = options;
      if (deadlineMs !== undefined) requireDuration("deadlineMs", deadlineMs);
      requireNotAborted(own.signal);
      this.#isClosed = true;
      this.#settle();
      if (this.#isDrained()) return Promise.resolve(this.#report());
      if (deadlineMs !== undefined) this.#drain.expireAfter(deadlineMs);
      return this.#drain.wait(own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Tells, from now on, how long each task waited for its worker that came from now on and was not begun at once, in milliseconds.
   *
   * @returns What ends it.
   */
  observeWaits(waited: (waitMs: number) => void): Disposable {
    return this.#waits.add(waited);
  }

  /** How it stands. */
  snapshot(): AgentPoolSnapshot {
    const accounts = this.#accounts,
      snapshots = (where: "queued" | "outside") =>
        [...this.#lines.tasks(where)].map((task) => waiterSnapshot(task, 1, accounts.since(task.sinceMs)));
    return {
      type: "agent_pool",
      name: this.name,
      holders: [...this.#running.keys()]
        .map(({ owner, sinceMs }) => ({ owner, holds: 1, ageMs: accounts.since(sinceMs) })),
      waiters: snapshots("queued"),
      submitters: snapshots("outside"),
      totals: accounts.totals(),
      size: this.size,
      idle: this.#crew.idle,
      maxQueue: this.#settings.maxQueue,
      tasks: this.#tally(),
      lastCrash: this.#crew.lastCrash,
    };
  }

  /** Puts a task in line, and begins it if it can begin; the options are its own. */
  #enter(input: Input, own: TaskOptions, isAwaited: boolean): PoolTask<Input, Output> {
    if (this.#isClosed) throw new AgentPoolClosedError(this.#called);
    const { transfer = [], owner } = own, details = { input, transfer, level: levelOf(own), owner, isAwaited };
    const task = new PoolTask<Input, Output>(details, this.#gaveUp);
    task.sinceMs = this.#accounts.stamp();
    if (this.#waits.isHeard) task.enteredMs = performance.now();
    this.#lines.join(task);
    this.#settle();
    task.hasWaited = task.attempts === 0;
    if (task.hasWaited) this.#contest.joined(task);
    return task;
  }

  /** Sets the size right, and begins whatever can begin. */
  #settle(): void {
    const lines = this.#lines;
    let task = lines.first; // whoever is dismissed needs no worker
    if (this.#isClosed) this.#crew.wind(lines.size);
    else this.#crew.resize(lines.size);
    for (; task !== undefined; task = lines.first) {
      const runner = this.#crew.take();
      if (runner === undefined) break;
      this.#begin(task, runner);
    }
    if (this.#isDrained()) this.#drain.end(() => this.#report());
  }

  #begin(task: PoolTask<Input, Output>, runner: TaskRunner<Input, Output>): void {
    const abort = task.abort = new AbortController(), accounts = this.#accounts;
    const identity = task.identity = new TaskIdentity(this.name ?? "task");
    task.accept();
    this.#lines.leave(task);
    if (task.hasWaited && task.attempts === 0) {
      accounts.served(task.sinceMs);
      if (!Number.isNaN(task.enteredMs)) this.#waits.tell(performance.now() - task.enteredMs);
    }
    task.attempts++;
    task.sinceMs = accounts.stamp();
    accounts.grants++;
    this.#running.set(task, runner);
    this.#contest.begun(task);
    const { input, transfer } = task.details;
    runner.run(input, { signal: abort.signal, transfer, task: identity }).then((output) => {
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
    this.#crew.giveBack(runner);
  }

  #fail(task: PoolTask<Input, Output>, error: unknown): void {
    const isCrash = error instanceof RunnerBrokenError;
    if (isCrash && task.attempts <= this.#settings.crashRetries && task.details.transfer.length === 0) {
      this.#lines.rejoin(task); // it has had its turn before
      return;
    }
    this.#counts.failed++;
    task.fail(isCrash ? new WorkerCrashedError(error.message, task.attempts, error.hasStarted) : error);
  }

  /** Ends everything now. */
  #end(reason: DrainDeadlineError): void {
    this.#isEnded = true;
    this.#crew.close();
    for (const [task, runner] of this.#running) {
      this.#leave(task, "running", reason);
      task.abort?.abort(reason);
      runner.close();
    }
    for (let task = this.#lines.first; task !== undefined; task = this.#lines.first) {
      this.#lines.leave(task);
      this.#leave(task, "waiting", reason);
    }
    this.#drain.end(() => this.#report());
  }

  /** Leaves a task unfinished. */
  #leave(task: PoolTask<Input, Output>, state: "waiting" | "running", reason: DrainDeadlineError): void {
    if (!task.isWanted) return;
    this.#counts.cancelled++;
    this.#unfinished.push(task.unfinished(state));
    task.fail(reason);
  }

  #isDrained(): boolean {
    return this.#isEnded || this.#isClosed && this.#lines.size === 0 && this.#running.size === 0;
  }

  #tally(): PoolCounts {
    return { ...this.#counts, crashes: this.#crew.crashes };
  }

  #report(): DrainReport<Input> {
    return { ...this.#tally(), unfinished: [...this.#unfinished] };
  }
}
