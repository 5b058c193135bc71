/**
 * A run whose states may run side by side: what the fast path hands over to, and what everything but plain sequences goes
 * through.
 *
 * @module
 */

import type { PuffinError } from "../errors.ts";
import { RetryHistory } from "../reliability/retry_plan.ts";
import { timers } from "../reliability/timer_wheel.ts";
import { at } from "./adjacency.ts";
import { addDeadLetter } from "./dead_letters.ts";
import { Announcer } from "./announcer.ts";
import { FallbackStep } from "./fallback_step.ts";
import { GraphStep } from "./graph_step.ts";
import { type Holding, Holdings } from "./holding.ts";
import type { EndStatus } from "./progress.ts";
import { ProgressTable } from "./progress_table.ts";
import { holderOf } from "./resource_holder.ts";
import type { ResourceLease, ResourceRequest } from "./resource_source.ts";
import { ReadyQueue } from "./ready_queue.ts";
import { resultOf, type RunResult } from "./result.ts";
import { type Destination, destinations } from "./routing.ts";
import { reduceWrites, type Run, type RunStatus } from "./run.ts";
import { ConcurrentWriteError, StateFailedError, StateTimeoutError, StepLimitError } from "./run_error.ts";
import { cancel, RunLimits } from "./run_limits.ts";
import { isObserved, type RunContext } from "./settings.ts";
import type { AnyVariables } from "./state.ts";
import { Writers } from "./writers.ts";
import { isThenable } from "../thenable.ts";

type Result = RunResult<AnyVariables, AnyVariables>;

/** Drives the steps of one run: none waits for any but those that it depends on. */
export class GraphRun {
  readonly #progress: ProgressTable;
  readonly #queue = new ReadyQueue();
  readonly #promise: Promise<Result>;
  #resolve!: (result: Result) => void;
  /** Steps that hold a slot: running, or waiting for resources. */
  #running = 0;
  /** Steps that are queued, hold a slot, or wait for a retry. */
  #underWay = 0;
  #draining = false;
  /** Whether steps have ever been under way side by side. Until then each follows from all before it, and nothing is kept. */
  #forked = false;
  /** Steps made so far, those of the sequence before included. */
  #made: number;
  #writers: Writers | undefined = undefined;
  /** The last reading of the clock, and whether a state has run since. */
  #now: number;
  #stale: boolean;
  readonly #timed: boolean;
  readonly #held = new Holdings();
  #limits: RunLimits | undefined = undefined;
  #announcer: Announcer | undefined;

  constructor(readonly run: Run, readonly context: RunContext) {
    this.#timed = run.settings.timing === "states" || context.watches !== undefined;
    this.#progress = new ProgressTable(run);
    this.#made = run.steps;
    this.#stale = !this.#timed || run.marks === undefined;
    this.#now = run.marks?.[this.#timed ? run.steps : 0] ?? NaN;
    if (run.marks !== undefined) run.marks = [run.marks[0]!, NaN];
    this.#promise = new Promise((resolve) => this.#resolve = resolve);
    this.#announcer = run.announcer ?? (isObserved(context) ? new Announcer(run, context) : undefined);
    run.announcer = undefined;
  }

  /** Starts from the plan's entries. */
  start(): Promise<Result> {
    const { run, context } = this;
    if (this.#timed || run.settings.timing === "run") {
      this.#readClock();
      run.marks = [this.#now, NaN];
    }
    this.#announcer?.runStart(this.#now);
    if (context.signal?.aborted) cancel(this);
    else if (context.signal !== undefined || context.timeoutMs > 0) this.#limits = new RunLimits(this);
    const entries = run.settings.plan.entryStates;
    for (let i = 0; i < entries.length; i++) this.#enqueue(at(entries, i), undefined, undefined);
    return this.#drain();
  }

  /** Goes on with a state after a sequence, which may have no states at all. */
  continueWith(state: number): Promise<Result> {
    const { run } = this;
    const last = run.steps === 0 ? undefined : run.sequence()[run.steps - 1];
    if (last !== undefined && run.settings.plan.next[last] === state) this.#progress.fired(state);
    this.#enqueue(state, undefined, undefined);
    return this.#drain();
  }

  /** Goes on after a sequence whose last state has just completed: with what it routed to and with what depends on it. */
  continueAfter(routes: readonly Destination[]): Promise<Result> {
    const { run } = this;
    const last = at(run.sequence(), run.steps - 1);
    const progress = this.#progress.of(last);
    progress.doneTurn = 0; // its dependents do not know yet
    for (const { state, payload } of routes) this.#enqueue(state, payload, undefined);
    if (progress.active === 0) this.#progress.completed(last, progress, this);
    return this.#drain();
  }

  /** The plan's: all that a state depends on is done. */
  startDependent(state: number): void {
    this.#enqueue(state, undefined, undefined);
  }

  /** Notes that an attempt has something to undo when it ends: a signal, a timer, a lease. */
  hold(step: GraphStep): Holding {
    return this.#held.of(step);
  }

  /** A step's timer: the wait before a retry is over, or an attempt's time is up. */
  timeUp(step: GraphStep): void {
    if (step.begun) {
      this.#cutShort(step, new StateTimeoutError(step.state, this.#definition(step).timeoutMs), "timed_out");
    } else {
      if (step.holding !== undefined) this.#held.giveBack(step.holding);
      this.#queueAgain(step);
    }
    this.#drain();
  }

  /** The grace of a step's lease is over. */
  graceOver(step: GraphStep, holding: Holding): void {
    this.#stale = true;
    this.#interrupt(step, holding);
    this.#drain();
  }

  /** A step's lease is wanted back: its function is told, and has as long as the source gives it, or is left of its own time. */
  leaseWanted(step: GraphStep, holding: Holding, reason: unknown): void {
    if (this.#definition(step).preemptible && !isLeaked(reason)) {
      holding.startGrace(reason);
      step.abort(reason);
    } else {
      this.#cutShort(step, reason, "failed"); // it has overstayed, and would again: that is its own failure
      this.#drain();
    }
  }

  /** Ends an attempt that is under way. */
  #cutShort(step: GraphStep, error: unknown, how: "failed" | "timed_out"): void {
    this.#stale = true;
    step.ended = true;
    step.abort(error);
    this.#attemptFailed(step, error, how);
  }

  #definition(step: GraphStep) {
    return this.run.settings.plan.definitions[step.index]!;
  }

  #enqueue(state: number, payload: unknown, router: GraphStep | undefined): void {
    const { run } = this;
    const { settings } = run;
    if (run.over) return;
    const definition = settings.plan.definitions[state]!;
    if (++this.#made > settings.maxSteps) {
      this.end("failed", new StepLimitError(settings.agent, definition.name, settings.maxSteps));
      return;
    }
    if (this.#underWay > 0) this.#forked = true;
    const step = new GraphStep(this, this.#progress.of(state), state, 1, payload);
    this.#progress.made(step, router, this.#forked);
    this.#underWay++;
    this.#queue.push(step, definition.rank);
  }

  /** Starts what may start until nothing may. Never recursive: a state that completes at once only adds to the queue. */
  #drain(): Promise<Result> {
    const { run } = this;
    if (this.#draining) return this.#promise;
    this.#draining = true;
    while (!run.over && this.#running < run.settings.maxConcurrency) {
      const step = this.#queue.take();
      if (step === undefined) break;
      this.#startAttempt(step);
    }
    this.#draining = false;
    if (!run.over && this.#underWay === 0) this.end("completed", undefined);
    return this.#promise;
  }

  #startAttempt(step: GraphStep): void {
    this.#running++;
    const { resources } = this.#definition(step);
    if (resources === undefined) this.#runAttempt(step);
    else this.#acquire(step, resources);
  }

  #acquire(step: GraphStep, resources: ResourceRequest): void {
    const source = this.context.resources!;
    const holding = this.hold(step);
    const holder = holderOf(this, step.index, holding.preemptions);
    try {
      holding.lease = source.tryAcquire(resources, holder);
      if (holding.lease === undefined) {
        if (this.#timed) {
          if (this.#stale) this.#readClock();
          holding.waitsSince = this.#now;
        }
        // Its own signal, so that the line is left when the run ends; nothing else aborts it before the attempt begins.
        source.acquire(resources, { ...holder, signal: step.signal }).then(
          (lease) => this.#granted(step, lease),
          (error) => this.#settled(step, error, true),
        );
        return;
      }
    } catch (error) {
      return this.#attemptFailed(step, error, "failed");
    }
    this.#runAttempt(step);
  }

  #granted(step: GraphStep, lease: ResourceLease): void {
    if (step.ended) {
      // The grant and the end of the run came in one turn: then it is nobody's, and goes back. If it cannot, it is too late to tell.
      try {
        lease.release();
      } catch { /* the run has its result */ }
      return;
    }
    const holding = this.hold(step);
    holding.lease = lease;
    this.#stale = true;
    this.#endWait(step, holding);
    this.#runAttempt(step);
    this.#drain();
  }

  #runAttempt(step: GraphStep): void {
    const { run } = this;
    const definition = this.#definition(step);
    if (this.#timed && this.#stale) this.#readClock();
    const first = this.#progress.begun(step, this.#timed ? this.#now : NaN);
    if (first) run.steps++;
    if (definition.timeoutMs > 0) this.hold(step).timer = timers.schedule(definition.timeoutMs, step);
    if (this.#announcer !== undefined) {
      this.#announcer.stateStart(step, first, this.#timed ? this.#now : NaN);
      if (run.over) return;
    }
    const lease = step.holding?.lease;
    if (lease !== undefined && (definition.preemptible || this.context.resources?.reclaims === true)) {
      if (lease.signal !== undefined) step.holding?.watch(lease.signal);
      if (step.ended || run.over) return;
      if (step.holding?.wanted !== undefined) return this.#interrupt(step, step.holding); // between its grant and now
    }
    this.#stale = true;
    let returned: unknown;
    try {
      returned = this.#announcer === undefined ? definition.fn(step) : this.#announcer.call(step, definition.fn);
      if (returned instanceof Promise || isThenable(returned)) {
        // A foreign thenable may call back twice, or at once; a promise made of it does not.
        const promise = returned instanceof Promise ? returned : Promise.resolve(returned);
        promise.then((value) => this.#settled(step, value, false), (error) => this.#settled(step, error, true));
        return;
      }
    } catch (error) {
      if (!step.ended && !run.over) this.#attemptFailed(step, error, "failed");
      return;
    }
    if (!step.ended && !run.over) this.#conclude(step, returned);
  }

  #settled(step: GraphStep, outcome: unknown, failed: boolean): void {
    if (step.ended || this.run.over) return;
    this.#stale = true;
    if (failed) this.#attemptFailed(step, outcome, "failed");
    else this.#conclude(step, outcome);
    this.#drain();
  }

  #conclude(step: GraphStep, returned: unknown): void {
    const { run } = this;
    let routes: readonly Destination[], writes: boolean;
    try {
      routes = destinations(run.settings.plan, step, returned);
      writes = step.writes !== undefined || step.outputWrites !== undefined;
      if (writes) {
        this.#writers?.check(step, this.#progress.states, run.settings.plan.parents);
        reduceWrites(run, step);
      }
    } catch (error) {
      return this.#attemptFailed(step, error, "failed");
    }
    const { retry } = this.#definition(step);
    if (retry !== undefined && !(step instanceof FallbackStep)) retry.succeeded();
    if (writes) {
      run.commit(step);
      if (this.#forked) (this.#writers ??= new Writers()).note(step);
    }
    this.#endAttempt(step);
    if (run.over) return;
    this.#endStep(step, "completed", undefined);
    if (run.over) return;
    if (this.#limits?.isPast()) return this.#limits.fire();
    this.#underWay--;
    step.progress.active--;
    for (let i = 0; i < routes.length; i++) this.#enqueue(routes[i]!.state, routes[i]!.payload, step.origin);
    if (step.progress.active === 0) this.#progress.completed(step.index, step.progress, this);
  }

  #attemptFailed(step: GraphStep, thrown: unknown, how: "failed" | "timed_out"): void {
    const { holding } = step;
    if (holding?.wanted !== undefined && how === "failed") return this.#interrupt(step, holding);
    if (!step.begun) {
      step.progress.attempts++; // it failed to get its resources
      if (holding !== undefined) this.#endWait(step, holding);
    }
    this.#endAttempt(step);
    if (this.run.over) return;
    let error = thrown;
    try {
      if (this.#retry(step, error)) return;
    } catch (broken) {
      error = broken; // the agent's random source threw
    }
    this.#failForGood(step, error, how);
  }

  /** Cuts an attempt short and puts the same attempt back into the queue; what it wrote is lost. */
  #interrupt(step: GraphStep, { wanted, preemptions }: Holding): void {
    step.abort(wanted?.reason);
    this.#progress.interrupted(step);
    this.#endAttempt(step);
    this.#announcer?.preempt(step, wanted?.reason);
    if (this.run.over) return;
    const next = step.again();
    this.hold(next).preemptions = preemptions + 1;
    this.#queueAgain(next);
  }

  #queueAgain(step: GraphStep): void {
    this.#queue.push(step, this.#definition(step).rank);
  }

  #endWait(step: GraphStep, holding: Holding): void {
    if (Number.isNaN(holding.waitsSince)) return;
    if (this.#stale) this.#readClock();
    const waitedMs = this.#now - holding.waitsSince;
    this.#progress.waited(step, waitedMs);
    this.#announcer?.waited(step, waitedMs);
    holding.waitsSince = NaN;
  }

  #failForGood(step: GraphStep, error: unknown, how: "failed" | "timed_out"): void {
    this.#endStep(step, how, error);
    if (this.run.over) return;
    const letter = addDeadLetter(this.run, step, error);
    this.#announcer?.deadLetter(letter);
    this.end("failed", new StateFailedError(letter.agent, letter.state, letter.attempts, error));
  }

  /** Makes the next attempt, or that of its fallback, if there is one; a concurrent write would only happen again. */
  #retry(step: GraphStep, error: unknown): boolean {
    const { retry, fallback } = this.#definition(step);
    if (retry === undefined && fallback === undefined) return false;
    if (step instanceof FallbackStep || isConcurrentWrite(error)) return false;
    const retryMs = retry?.next(step.retries ??= new RetryHistory(), error, this.run.settings.random);
    if (retryMs === undefined && fallback === undefined) return false;
    if (this.#limits?.isPast()) return this.#limits.fire(), true;
    const delayMs = retryMs ?? 0;
    this.#announcer?.retry(step, delayMs, error);
    if (this.run.over) return true;
    const next = retryMs === undefined ? new FallbackStep(step, error) : step.next();
    if (delayMs === 0) this.#queueAgain(next);
    else this.hold(next).timer = timers.schedule(delayMs, next);
    return true;
  }

  /** Gives back what the attempt held; from now on it may write nothing. */
  #endAttempt(step: GraphStep): void {
    this.#running--;
    step.ended = true;
    if (step.holding === undefined) return;
    try {
      this.#held.giveBack(step.holding);
    } catch (error) {
      // A lease that cannot be given back: the run must not go on as if it had been.
      this.#failForGood(step, error, "failed");
    }
  }

  #endStep(step: GraphStep, status: EndStatus, error: unknown): void {
    if (this.#timed) this.#readClock();
    this.#progress.ended(step, status, error, this.#now);
    this.#announcer?.stateEnd(step, status, this.#now, error);
  }

  #readClock(): void {
    this.#now = performance.now();
    this.#stale = false;
  }

  /** Ends the run, once: whatever is still under way is told to stop, and no longer heard. */
  end(status: RunStatus, error: PuffinError | undefined, reason: unknown = error): void {
    const { run } = this;
    if (run.over) return;
    run.over = true;
    run.status = status;
    run.error = error;
    if (run.marks !== undefined) {
      // What completes has just read it; the rest may come out of the blue, long after a state has.
      if (this.#stale || status !== "completed") this.#readClock();
      run.marks[1] = this.#now;
    }
    this.#limits?.lift();
    this.#abandon(reason);
    this.#endOwner();
    this.#progress.forgetSteps();
    const result = resultOf(run);
    this.#announcer?.runEnd(result, this.#now);
    this.#resolve(result);
  }

  /** Tells the pool, once all that the run itself held is back, that the owner gives nothing back any more. */
  #endOwner(): void {
    const { ownerEnds, owner, resources } = this.context;
    if (!ownerEnds || owner === undefined) return;
    try {
      resources?.reportEnded?.(owner);
    } catch { /* the run has its result */ }
  }

  #abandon(reason: unknown): void {
    for (let holding = this.#held.first; holding !== undefined; holding = this.#held.first) {
      const { step } = holding;
      this.#endWait(step, holding);
      step.ended = true;
      try {
        this.#held.giveBack(holding);
      } catch {
        // The run has an error already, and the others must give back too.
      }
      step.abort(reason);
    }
    this.#announcer?.cancelled(this.#now);
  }
}

function isConcurrentWrite(error: unknown): boolean {
  try {
    return error instanceof ConcurrentWriteError;
  } catch {
    return false; // an error that throws when it is looked at
  }
}

/** Whether a lease is gone because it was held for too long, or is thought to be lost. */
function isLeaked(reason: unknown): boolean {
  return typeof reason === "object" && reason !== null && "code" in reason && reason.code === "lease_leaked";
}
