/**
 * Who looks after several agents.
 *
 * @module
 */

import { Accounts, type PrimitiveOptions } from "../primitive.ts";
import { hostOf, TurnLine } from "../turn_line.ts";
import { ownWaitOptions, requireNotAborted, type WaitOptions } from "../waiter.ts";
import { WatcherErrors } from "../watcher_errors.ts";
import type { CoordinatorEvent } from "./coordinator_event.ts";
import type { CoordinatorSnapshot } from "./coordinator_snapshot.ts";
import { EnhancedAgent } from "./enhanced_agent.ts";
import { runParallel } from "./groups.ts";
import { type PreparedRun, prepareRun, requireRunTimeout, type RunOutcome, RunsCancelledError } from "./outcome.ts";
import type { Runnable, RunnableObserver, RunnableStateEvent, TimedRunOptions } from "./runnable.ts";
import type { GroupOptions, GroupResult } from "./stages.ts";
import { requireOptions } from "../require_options.ts";
import { requireRunnable } from "./runnable.ts";

/** How a coordinator is made; every field is optional. */
export interface CoordinatorOptions<Shared extends object> extends PrimitiveOptions {
  /** What every run is given among its variables, such as primitives by which runs meet. */
  readonly shared?: Shared;
}

/** A run that a coordinator has begun. */
export interface CoordinatedRun<Result = unknown> {
  /** What runs. */
  readonly name: string;
  /** Its number among the coordinator's runs, from 1. */
  readonly runId: number;
  /** How it ended; never rejects. */
  readonly outcome: Promise<RunOutcome<Result>>;
  /** Ends it; changes nothing if it has ended. */
  cancel(reason?: unknown): void;
}

interface RunningRun extends Omit<PreparedRun<unknown>, "begin"> {
  readonly name: string;
}

const MOST_MISSED_ENDS = 1_000;

/**
 * Runs agents that share primitives: knows which of them run, ends them, waits for them, collects how they ended, and
 * tells whoever listens.
 *
 * A run that is cancelled counts as ended at once: it is told by its signal, and not waited for. `start`, `cancel`
 * and events are O(1) for each run.
 *
 * @typeParam Shared What every run is given.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent } from "../../agent/mod.ts";
 * import { Mutex } from "../mutex.ts";
 * import { Coordinator } from "./coordinator.ts";
 *
 * type Shared = { ledger: Mutex; entries: string[] };
 * const coordinator = new Coordinator<Shared>({ shared: { ledger: new Mutex(), entries: [] } });
 * for (const name of ["a", "b"]) {
 *   coordinator.register(
 *     new Agent<Shared>(name).state("write", (ctx) =>
 *       ctx.get("ledger").withLock(async () => {
 *         ctx.get("entries").push(`${name} begins`);
 *         await Promise.resolve();
 *         ctx.get("entries").push(`${name} ends`);
 *       })),
 *   );
 * }
 * const group = await coordinator.runAll({ timeoutMs: 5_000 });
 * assertEquals(group.status, "completed");
 * assertEquals(coordinator.shared.entries, ["a begins", "a ends", "b begins", "b ends"]);
 * ```
 */
export class Coordinator<Shared extends object = Record<string, unknown>> {
  /** What people call it. */
  readonly name: string;
  /** What every run is given among its variables. */
  readonly shared: Readonly<Partial<Shared>>;
  readonly #registered = new Map<string, Runnable>();
  readonly #running = new Map<number, RunningRun>();
  readonly #outcomes = new Map<string, RunOutcome>();
  readonly #listeners = new Set<(event: CoordinatorEvent) => unknown>();
  readonly #errors = new WatcherErrors();
  readonly #forAll: TurnLine<ReadonlyMap<string, RunOutcome>, void>;
  readonly #forAny: TurnLine<RunOutcome, void>;
  readonly #accounts: Accounts;
  readonly #ended = { completed: 0, failed: 0, cancelled: 0, timed_out: 0 };
  readonly #missedEnds: RunOutcome[] = []; // since waitForAny was first called
  #wasAskedForAny = false;
  #longestRunMs = 0;
  #lastId = 0;

  /** Makes a coordinator without agents; with `timing: "on"` a snapshot tells also how long somebody has waited. */
  constructor(options: CoordinatorOptions<Shared> = {}) {
    const { name = "coordinator", shared } = requireOptions("make a coordinator", options);
    this.name = name;
    const nothing: Partial<Shared> = {};
    this.shared = shared ?? nothing;
    const state = () => `${this.#running.size} still run`;
    this.#accounts = new Accounts(options);
    this.#forAll = new TurnLine(this.#accounts, hostOf(`the end of all runs of "${name}"`, state));
    this.#forAny = new TurnLine(this.#accounts, hostOf(`the end of a run of "${name}"`, state));
  }

  /** What is registered, in the order in which it was. */
  get names(): string[] {
    return [...this.#registered.keys()];
  }

  /** What listeners threw, or rejected with, up to 100. */
  get listenerErrors(): readonly unknown[] {
    return this.#errors.list;
  }

  /** How many runs go on. */
  get running(): number {
    return this.#running.size;
  }

  /**
   * Makes an agent known under its name, and returns it with access to this coordinator.
   *
   * @throws {TypeError} If its name is taken.
   */
  register<Result>(agent: Runnable<Result>): EnhancedAgent<Result, Shared> {
    if (this.#registered.has(requireRunnable("register", agent).name)) {
      throw new TypeError(`Cannot register "${agent.name}" with "${this.name}": its name is taken; choose another`);
    }
    const enhanced = agent instanceof EnhancedAgent && agent.coordinator === this
      ? agent
      : new EnhancedAgent(agent, this);
    this.#registered.set(agent.name, enhanced);
    this.#tell({ kind: "registered", name: agent.name });
    return enhanced;
  }

  /** Forgets an agent and how it ended; its runs go on. Answers whether it was known. */
  unregister(name: string): boolean {
    const wasKnown = this.#registered.delete(name);
    this.#outcomes.delete(name);
    if (wasKnown) this.#tell({ kind: "unregistered", name });
    return wasKnown;
  }

  /**
   * Begins a run of a registered agent.
   *
   * @throws {TypeError} If there is none of that name.
   * @throws {RangeError} If `timeoutMs` is out of range.
   */
  start(name: string, options: TimedRunOptions = {}): CoordinatedRun {
    const agent = this.#registered.get(name);
    if (agent instanceof EnhancedAgent) return agent.start(options);
    throw new TypeError(`Cannot start "${name}": "${this.name}" has no such agent; register it first`);
  }

  /**
   * Runs all that is registered.
   *
   * @throws {RangeError} If an option is out of range.
   */
  runAll(options?: GroupOptions): Promise<GroupResult> {
    return runParallel([...this.#registered.values()], options);
  }

  /** Ends all runs of an agent; answers how many. */
  cancel(name: string, reason?: unknown): number {
    return this.#cancel([...this.#running.values()].filter((run) => run.name === name), reason);
  }

  /** Ends all runs; answers how many. */
  cancelAll(reason?: unknown): number {
    return this.#cancel([...this.#running.values()], reason);
  }

  /** How the last run of each registered agent ended, for those of which one has; a handle tells of any run. */
  results(): ReadonlyMap<string, RunOutcome> {
    return new Map(this.#outcomes);
  }

  /**
   * Waits until nothing runs; answers {@linkcode results}.
   *
   * @throws {WaitTimeoutError} If something still ran after `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted.
   */
  waitForAll(options: WaitOptions = {}): Promise<ReadonlyMap<string, RunOutcome>> {
    return this.#wait(this.#forAll, options, this.#running.size === 0 ? () => this.results() : undefined);
  }

  /**
   * Waits for the next run to end; answers how it did, or `undefined` if nothing runs.
   *
   * From the first call on none is missed: what has ended between two calls is answered first, in that order, the latest
   * 1,000 of it. All who wait at the same time are told of the same end.
   *
   * @throws {WaitTimeoutError} If none had ended after `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted.
   */
  waitForAny(options: WaitOptions = {}): Promise<RunOutcome | undefined> {
    const isKnown = this.#missedEnds.length > 0 || this.#running.size === 0;
    this.#wasAskedForAny = true;
    return this.#wait<RunOutcome | undefined, RunOutcome>(
      this.#forAny,
      options,
      isKnown ? () => this.#missedEnds.shift() : undefined,
    );
  }

  /**
   * Calls `listener` with everything that happens, at once, and with the states of runs that begin from now on; what it throws is
   * kept in {@linkcode listenerErrors}, and an `async` one is not waited for. Dispose to end.
   */
  listen(listener: (event: CoordinatorEvent) => unknown): Disposable {
    const own = (event: CoordinatorEvent) => listener(event); // so that one function can listen twice
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** How it stands; walks along what goes on and who waits. */
  snapshot(): CoordinatorSnapshot {
    const now = performance.now();
    return {
      type: "coordinator",
      name: this.name,
      holders: [...this.#running].map(([runId, { name, startMs }]) => ({
        runId,
        owner: name,
        holds: 1,
        ageMs: now - startMs,
      })),
      waiters: [...this.#forAll.snapshots(() => 1), ...this.#forAny.snapshots(() => 1)],
      totals: this.#accounts.totals(),
      registered: this.names,
      started: this.#lastId,
      ended: { ...this.#ended },
      longestRunMs: this.#longestRunMs,
    };
  }

  /**
   * Begins a run of anything, registered or not: what enhanced agents do.
   *
   * @throws {RangeError} If `timeoutMs` is out of range.
   */
  track<Result>(agent: Runnable<Result>, options: TimedRunOptions = {}): CoordinatedRun<Result> {
    requireRunTimeout(requireOptions("run an agent", options).timeoutMs);
    const { name } = requireRunnable("run", agent), runId = ++this.#lastId;
    const variables = { ...this.shared, ...options.variables };
    const observer = this.#listeners.size === 0 ? options.observer : this.#observe(name, runId, options.observer);
    const run = prepareRun(agent, { ...options, variables, ...(observer !== undefined && { observer }) });
    this.#running.set(runId, { name, startMs: run.startMs, cancel: run.cancel });
    this.#tell({ kind: "started", name, runId }); // whoever listens may cancel it
    const outcome = run.begin().then((ended) => {
      this.#end(runId, ended);
      return ended;
    });
    return { name, runId, outcome, cancel: (reason) => run.cancel(reason ?? this.#cancelled(name)) };
  }

  #end(runId: number, outcome: RunOutcome): void {
    this.#running.delete(runId);
    if (this.#registered.has(outcome.name)) this.#outcomes.set(outcome.name, outcome);
    this.#longestRunMs = Math.max(this.#longestRunMs, outcome.durationMs);
    if (outcome.status !== "skipped") this.#ended[outcome.status]++;
    this.#tell({ kind: "ended", name: outcome.name, runId, outcome });
    if (this.#forAny.size === 0 && this.#wasAskedForAny) {
      if (this.#missedEnds.push(outcome) > MOST_MISSED_ENDS) this.#missedEnds.shift();
    }
    this.#forAny.serveAll(outcome);
    if (this.#running.size > 0) return;
    const all = this.#forAll;
    for (let first = all.firstToServe; first !== undefined; first = all.firstToServe) all.serve(first, this.results());
  }

  #cancel(runs: readonly RunningRun[], reason: unknown): number {
    for (const { name, cancel } of runs) cancel(reason ?? this.#cancelled(name));
    return runs.length;
  }

  #cancelled(name: string): RunsCancelledError {
    return new RunsCancelledError(`"${name}"`, `"${this.name}" has cancelled it`);
  }

  /** Answers now, or as soon as the place grants it. */
  #wait<Answer, Granted extends Answer>(
    line: TurnLine<Granted, void>,
    options: WaitOptions,
    now: (() => Answer) | undefined,
  ): Promise<Answer> {
    try {
      const own = ownWaitOptions(options);
      requireNotAborted(own.signal);
      if (now === undefined) return line.joinLast(undefined, own);
      this.#accounts.grants++;
      return Promise.resolve(now());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #observe(name: string, runId: number, own: RunnableObserver | undefined): RunnableObserver {
    const tell = (kind: "state_started" | "state_ended", { state, status, error }: RunnableStateEvent) =>
      this.#tell({ kind, name, runId, state, ...(status !== undefined && { status }), error });
    return {
      ...own,
      onStateStart(event) {
        tell("state_started", event);
        return own?.onStateStart?.(event);
      },
      onStateEnd(event) {
        tell("state_ended", event);
        return own?.onStateEnd?.(event);
      },
    };
  }

  #tell(event: CoordinatorEvent): void {
    if (this.#listeners.size === 0) return;
    for (const listener of [...this.#listeners]) { // those that come meanwhile hear of the next event
      if (this.#listeners.has(listener)) this.#errors.tell(() => listener(event));
    }
  }
}
