/**
 * What a state is: a name, a function, and what surrounds it.
 *
 * @module
 */

import type { Bulkhead, BulkheadOptions } from "../reliability/bulkhead.ts";
import type { CircuitBreaker, CircuitBreakerOptions } from "../reliability/circuit_breaker.ts";
import type { Policy } from "../reliability/policy.ts";
import { type RetryOptions, RetryPlan } from "../reliability/retry_plan.ts";
import type { StateContext } from "./context.ts";
import { withFallback } from "./fallback_step.ts";
import { type AnyStateFunction, guarded, policyOf } from "./guarded.ts";
import type { ResourceRequest } from "./resource_source.ts";
import type { Route } from "./route.ts";

/** Which of several ready states runs first when not all may run at once. */
export type Priority = "low" | "normal" | "high" | "critical";

/** Index of each priority in {@linkcode Priority}'s order: the higher, the sooner. */
export const PRIORITY_RANK: Readonly<Record<Priority, number>> = { low: 0, normal: 1, high: 2, critical: 3 };

/** How a state is joined to others, what it needs and how it may fail; every field is optional. */
export interface StateOptions<
  Vars extends object = Record<string, unknown>,
  Outputs extends object = Record<string, unknown>,
> {
  /** States that must be done first; it runs as soon as these are, whatever others do. */
  readonly dependsOn?: readonly string[];
  /** The states it may route to. If given, any other route is an error; they are drawn, and do not start by themselves. */
  readonly goto?: readonly string[];
  /** Whether it starts the run; see `AgentOptions.mode` for the default. */
  readonly entry?: boolean;
  /** Which goes first among ready states; also its place in line for resources. Default `normal`. */
  readonly priority?: Priority;
  /**
   * Resources held while an attempt runs, and given back however it ends. If a pool takes back what is held for too long (see
   * `LeakOptions.reclaim`), the attempt has failed with the pool's error, and may be one of its retries.
   */
  readonly resources?: ResourceRequest;
  /** Who holds the resources: what a pool's fair shares go by. Default: the run's owner, else the agent's and the state's names. */
  readonly owner?: string;
  /**
   * Whether a pool may take the resources back for a state of higher priority. Its `ctx.signal` is aborted then; if it does not
   * complete within the pool's grace period it is cut short, loses what it wrote, and goes back to its queue. That is none of its
   * retries, and happens to an attempt as often as the pool allows: see `PreemptionOptions.maxPreemptions`. Default false.
   */
  readonly preemptible?: boolean;
  /**
   * When it is tried again after a failure; by default never. The same options as of `retry()`, kinds of errors and a budget
   * included: give the same budget to all states that call the same thing, or options for one of the state's own, which all runs
   * of the agent share.
   */
  readonly retry?: RetryOptions;
  /**
   * Longest time one attempt may take, in milliseconds, without its wait for a turn or resources, but with the grace in which a
   * pool wants them back; above 0. What has settled
   * before the event loop gets to the timer counts: a synchronous function is neither interrupted nor refused.
   */
  readonly timeoutMs?: number;
  /**
   * Fails an attempt at once, with a `CircuitOpenError`, while attempts before it kept failing. Give the same breaker to all
   * states that call the same thing, or options for one of the state's own, which all runs of the agent share. A timeout counts
   * as a failure; an attempt that is cancelled, or loses its resources, does not count.
   */
  readonly circuitBreaker?: CircuitBreaker | CircuitBreakerOptions;
  /**
   * How many attempts may be under way at once, over all runs of the agent and all states that are given the same bulkhead. It
   * is inside the breaker. A wait in its queue is part of the attempt: it holds the resources, and counts for `timeoutMs`.
   */
  readonly bulkhead?: Bulkhead | BulkheadOptions;
  /**
   * Any policy, or several wrapped, around the function in each attempt, inside of breaker and bulkhead. If it calls the
   * function more than once, each call writes on its own, and what counts is what the call wrote whose outcome the policy
   * answers with. What it answers of its own is the state's route.
   */
  readonly policy?: Policy<unknown>;
  /**
   * Runs in the state's stead when it has failed for good: as one more attempt, which has nothing of what the others wrote,
   * holds the resources, has `timeoutMs`, is inside no policy and is not retried. If it fails, the state has failed with its
   * error.
   */
  fallback?(
    error: unknown,
    ctx: StateContext<Vars, Outputs>,
  ): void | Route<Vars> | PromiseLike<void | Route<Vars>>;
}

/**
 * Does a state's work: reads and writes through its context, and returns where to go next, if anywhere. It may be synchronous,
 * and then costs no promise.
 */
export type StateFunction<Vars extends object, Outputs extends object> = (
  ctx: StateContext<Vars, Outputs>,
) => void | Route<Vars> | PromiseLike<void | Route<Vars>>;

/** Variables whose types are erased: what the engine works with. */
export type AnyVariables = Record<string, unknown>;

const NONE: readonly string[] = [];
const NO_OPTIONS: StateOptions = {};

/** A state as the engine sees it: options checked, defaults applied, types of variables erased. */
export class StateDefinition {
  readonly dependsOn: readonly string[];
  readonly goto: ReadonlySet<string> | undefined;
  readonly entry: boolean | undefined;
  readonly rank: number;
  readonly resources: ResourceRequest | undefined;
  readonly owner: string | undefined;
  readonly preemptible: boolean;
  readonly retry: RetryPlan | undefined;
  /** What an attempt calls: the function itself, unless there is something around it. */
  readonly fn: AnyStateFunction;
  readonly fallback: StateOptions["fallback"];
  /** 0 stands for none. */
  readonly timeoutMs: number;
  /** Whether calling `fn` is all that an attempt takes. */
  readonly plain: boolean;

  constructor(readonly name: string, fn: StateFunction<AnyVariables, AnyVariables>, options = NO_OPTIONS) {
    if (typeof name !== "string" || typeof fn !== "function") throw notAState(name, fn);
    this.dependsOn = options.dependsOn === undefined ? NONE : namesOf(name, "dependsOn", options.dependsOn);
    this.goto = options.goto === undefined ? undefined : new Set(namesOf(name, "goto", options.goto));
    this.entry = options.entry;
    this.rank = options.priority === undefined ? PRIORITY_RANK.normal : rankOf(name, options.priority);
    this.resources = options.resources === undefined ? undefined : { ...options.resources };
    this.owner = options.owner;
    this.preemptible = options.preemptible === true;
    this.retry = options.retry === undefined ? undefined : new RetryPlan(options.retry);
    this.timeoutMs = options.timeoutMs === undefined ? 0 : checkTimeout(`state "${name}"`, options.timeoutMs);
    const policy = policyOf(name, options), { fallback } = options;
    if (fallback !== undefined && typeof fallback !== "function") throw notAFallback(name, fallback);
    const called = policy === undefined ? fn : guarded(fn, policy);
    this.fn = fallback === undefined ? called : withFallback(called, fallback);
    this.fallback = fallback;
    this.plain = this.resources === undefined && this.retry === undefined && this.timeoutMs === 0 &&
      policy === undefined && fallback === undefined;
  }
}

/** Returns a valid timeout; throws a `RangeError` that names whose it is otherwise. */
export function checkTimeout(owner: string, timeoutMs: number): number {
  if (typeof timeoutMs === "number" && timeoutMs > 0 && timeoutMs <= Number.MAX_SAFE_INTEGER) return timeoutMs;
  throw new RangeError(
    `Cannot use timeoutMs of ${owner}: wanted milliseconds above 0, found ${
      typeof timeoutMs === "string" ? `"${timeoutMs}"` : timeoutMs
    }`,
  );
}

/** A copy: a definition must not change while runs use it. A text would otherwise be taken for a list of its letters. */
function namesOf(state: string, option: string, names: readonly string[]): readonly string[] {
  if (Array.isArray(names)) return names.slice();
  throw new TypeError(
    `Cannot use ${option} of state "${state}": wanted an array of names, found ${JSON.stringify(names)}`,
  );
}

function notAState(name: unknown, fn: unknown): TypeError {
  return typeof name === "string"
    ? new TypeError(
      `Cannot add state "${name}": wanted a function to run, found ${typeof fn}; pass it as last argument`,
    )
    : new TypeError(`Cannot add a state: wanted a name, found ${typeof name}; pass it as first argument`);
}

function notAFallback(name: string, fallback: unknown): TypeError {
  return new TypeError(`Cannot use fallback of state "${name}": wanted a function, found ${typeof fallback}`);
}

function rankOf(name: string, priority: Priority): number {
  if (Object.hasOwn(PRIORITY_RANK, priority)) return PRIORITY_RANK[priority];
  throw new RangeError(
    `Cannot use priority of state "${name}": wanted low, normal, high or critical, found ${JSON.stringify(priority)}`,
  );
}
