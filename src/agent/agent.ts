/**
 * The agent: a definition, its plan, and its runs.
 *
 * @module
 */

import { GraphRun } from "./graph_run.ts";
import { toMermaid } from "./mermaid.ts";
import type { RunObserver, WatchRun } from "./observer.ts";
import { type AgentPlan, CompiledPlan, type EntryMode } from "./plan.ts";
import { compileReducers, type Reducers } from "./reducer.ts";
import type { ResourceSource, RunScope } from "./resource_source.ts";
import type { RunResult } from "./result.ts";
import { Run } from "./run.ts";
import type { VariableSchema } from "./schema.ts";
import { runSequence } from "./sequence.ts";
import { keepShapes } from "./shapes.ts";
import { isObserved, NO_CONTEXT, type RunContext, type Settings, type Timing } from "./settings.ts";
import { type AnyVariables, checkTimeout, StateDefinition, type StateFunction, type StateOptions } from "./state.ts";
import { validateVariables } from "./validation.ts";
import { type Values, valuesOf } from "./variables.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** How an agent runs; every field is optional. */
export interface AgentOptions<Vars extends object, Input extends object = Partial<Vars>> {
  /** Which states start a run. Default `parallel`. */
  readonly mode?: EntryMode;
  /** How many states may run at once in one run; an integer of at least 1. Default: no limit. */
  readonly maxConcurrency?: number;
  /** How many steps a run may take, loops and fan-out included; an integer of at least 1. Default: 10,000 more than states. */
  readonly maxSteps?: number;
  /** How writes of parallel states to one variable are joined; without a reducer they are an error. */
  readonly reducers?: Reducers<NoInfer<Vars>>;
  /** What the variables given to a run must look like: a Standard Schema, such as one of zod. */
  readonly schema?: VariableSchema<Input, Vars>;
  /** What is timed. Default `states`. */
  readonly timing?: Timing;
  /** Gives numbers in [0, 1) for the jitter of retries. Default `Math.random`. */
  readonly random?: () => number;
  /** Watches every run, unless the run has its own observer. */
  readonly observer?: RunObserver<NoInfer<Vars>>;
  /** Where states get their resources, unless the run has its own. */
  readonly resources?: ResourceSource;
}

/** What one run is given; every field is optional. */
export interface RunOptions<Vars extends object, Input extends object = Partial<Vars>> {
  /** The variables at the start; copied one level deep. */
  readonly variables?: Input;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Longest time the run may take once its variables are validated, in milliseconds; above 0. */
  readonly timeoutMs?: number;
  /** Where states get their resources. */
  readonly resources?: ResourceSource;
  /** Who holds the resources of its states, unless a state has its own owner: what a pool's fair shares go by. */
  readonly owner?: string;
  /**
   * Whether the owner ends with the run, so that whatever it still holds then has leaked: leases that states or what they started
   * acquired in that owner's name and did not give back. A pool that looks for leaks reports them as `"owner_ended"`. To be set only
   * if no other run has that owner. Default false.
   */
  readonly ownerEnds?: boolean;
  /** Whom it is for, for the pool's quotas; the agent's and the state's names are told as well. */
  readonly scope?: RunScope;
  /** Watches this run, in place of the agent's observer. */
  readonly observer?: RunObserver<Vars>;
}

const NO_OPTIONS: Record<never, never> = {};
const MODES: readonly EntryMode[] = ["parallel", "sequential"];
const TIMINGS: readonly Timing[] = ["states", "run", "off"];
/** Room for loops and fan-out by default, without which a run would not be told from one that never ends. */
const EXTRA_STEPS = 10_000;

/**
 * A workflow of states that depend on each other, route to each other, or both.
 *
 * States are added with {@linkcode Agent.state} and compiled into a plan when first needed; adding another afterwards makes a new
 * plan for later runs. One agent may run any number of times at once: runs share the plan and nothing else.
 *
 * - **Dependencies.** A state starts as soon as all states in its `dependsOn` are done, whatever others do. A state that runs
 *   several times at once, by `send` or as a loop through itself, is done when all its steps are. In a loop through several
 *   states, one starts again each time when all that it depends on have completed again.
 * - **Routes.** What a state returns runs next: a state's name, several, `send(state, payload)`, or `command({ update, goto })`.
 *   A route runs its target at once, whatever that depends on.
 * - **Variables.** What a state writes is committed when it completes. If two states write one variable and neither follows
 *   from the other, the variable needs a reducer; without one the later state fails with a `ConcurrentWriteError`, whichever
 *   that is, however they were timed. Outputs have no reducers.
 * - **Failure.** A state that fails for good ends the run: nothing else starts, what is running is told through `ctx.signal` and
 *   not waited for, and what it still writes is refused.
 *
 * @typeParam Vars The variables, by key.
 * @typeParam Outputs What the run puts out, by key.
 * @typeParam Input What the schema takes; by default some of the variables.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent } from "./mod.ts";
 *
 * const agent = new Agent<{ data: number[]; doubled: number[] }>("report")
 *   .state("load", (ctx) => ctx.set("data", [1, 2, 3]))
 *   .state("double", { dependsOn: ["load"] }, async (ctx) => {
 *     ctx.set("doubled", await Promise.all(ctx.get("data").map((x) => x * 2)));
 *   })
 *   .state("sum", { dependsOn: ["double"] }, (ctx) => ctx.output("total", ctx.get("doubled").reduce((a, b) => a + b)));
 * const result = await agent.run();
 * assertEquals([result.status, result.outputs.total], ["completed", 12]);
 * ```
 */
export class Agent<
  Vars extends object = Record<string, unknown>,
  Outputs extends object = Record<string, unknown>,
  Input extends object = Partial<Vars>,
> {
  /** What it is called in errors and events. */
  readonly name: string;
  readonly #options: AgentOptions<Vars, Input>;
  #definitions: StateDefinition[] = [];
  #settings: Settings | undefined = undefined;
  /** What a run is given that is given nothing: who watches all. Replaced, never changed: runs may be using it. */
  #context: RunContext = NO_CONTEXT;

  /**
   * Makes an agent without states.
   *
   * @throws {RangeError} If an option is out of range.
   */
  constructor(name: string, options: AgentOptions<Vars, Input> = NO_OPTIONS) {
    this.name = name;
    this.#options = options;
    if (options === NO_OPTIONS) return;
    requireOptions(`create agent "${name}"`, options);
    checkCount(name, "maxConcurrency", options.maxConcurrency);
    checkCount(name, "maxSteps", options.maxSteps);
    checkChoice(name, "mode", options.mode, MODES);
    checkChoice(name, "timing", options.timing, TIMINGS);
  }

  /** Adds a state and returns the agent. */
  state(name: string, fn: StateFunction<Vars, Outputs>): this;
  /**
   * Adds a state with options and returns the agent.
   *
   * @throws {RangeError} If an option is out of range.
   */
  state(name: string, options: StateOptions<Vars, Outputs>, fn: StateFunction<Vars, Outputs>): this;
  state(
    name: string,
    options: StateOptions<Vars, Outputs> | StateFunction<Vars, Outputs>,
    fn?: StateFunction<Vars, Outputs>,
  ): this {
    const definition = typeof options === "function"
      ? new StateDefinition(name, options as StateFunction<AnyVariables, AnyVariables>)
      : new StateDefinition(name, fn as StateFunction<AnyVariables, AnyVariables>, options as StateOptions);
    if (this.#settings === undefined) this.#definitions.push(definition);
    else {
      // The plan keeps its list: runs may be using it.
      this.#definitions = [...this.#definitions, definition];
      this.#settings = undefined;
    }
    return this;
  }

  /**
   * The compiled graph.
   *
   * @throws {GraphError} If the states do not form a graph that can run.
   */
  get plan(): AgentPlan {
    return this.#compiled().plan;
  }

  /**
   * The graph as Mermaid text: solid arrows for dependencies, dotted ones for declared routes.
   *
   * @throws {GraphError} If the states do not form a graph that can run.
   */
  toMermaid(): string {
    return toMermaid(this.#compiled().plan);
  }

  /**
   * Runs the agent. However the run ends, the promise is fulfilled with a result that tells; it is rejected only if the run
   * could not begin.
   *
   * @throws {GraphError} If the states do not form a graph that can run.
   * @throws {InvalidVariablesError} If the variables do not fit the schema.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If a state needs resources, and there is nowhere to get them; or if the owner is to end, and there is none.
   */
  run(options: RunOptions<Vars, Input> = NO_OPTIONS): Promise<RunResult<Vars, Outputs>> {
    try {
      const settings = this.#compiled();
      const isPlain = this.#options === NO_OPTIONS && options === NO_OPTIONS && settings.plan.needy === undefined;
      const result = isPlain ? begin(settings, undefined, this.#context) : this.#runWith(settings, options);
      return result as Promise<RunResult<Vars, Outputs>>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Watches every run that begins from now on, beside the observer of the agent or the run: what metrics and traces are made by. Runs
   * that are under way when it ends are watched to their end. An agent that nobody watches pays a check of `undefined` a run.
   *
   * @param watch Makes the watcher of a run, before anything of it happens.
   * @returns What ends it.
   */
  observeRuns(watch: WatchRun): Disposable {
    const own: WatchRun = (run) => watch(run); // the same function may watch twice
    this.#context = { ...NO_CONTEXT, watches: [...this.#context.watches ?? [], own] };
    return {
      [Symbol.dispose]: () => {
        const others = this.#context.watches?.filter((other) => other !== own) ?? [];
        this.#context = others.length === 0 ? NO_CONTEXT : { ...NO_CONTEXT, watches: others };
      },
    };
  }

  #runWith(settings: Settings, options: RunOptions<Vars, Input>): Promise<unknown> {
    const { schema } = this.#options;
    const { variables, timeoutMs } = requireOptions("run an agent", options);
    const context: RunContext = {
      signal: options.signal,
      timeoutMs: timeoutMs === undefined ? 0 : checkTimeout(`run of agent "${this.name}"`, timeoutMs),
      resources: options.resources ?? this.#options.resources,
      owner: options.owner,
      ownerEnds: options.ownerEnds === true,
      scope: options.scope,
      observer: (options.observer ?? this.#options.observer) as RunObserver<AnyVariables> | undefined,
      watches: this.#context.watches,
    };
    if (context.resources === undefined) refuseResources(settings);
    if (context.ownerEnds && context.owner === undefined) refuseNobody(this.name);
    if (schema === undefined) {
      return begin(settings, variables === undefined ? undefined : valuesOf(variables), context);
    }
    const validated = validateVariables(this.name, schema, variables ?? {});
    if (!(validated instanceof Promise)) return begin(settings, valuesOf(validated), context);
    return validated.then((values) => begin(settings, valuesOf(values), context));
  }

  #compiled(): Settings {
    if (this.#settings !== undefined) return this.#settings;
    const { mode = "parallel", reducers, timing = "states", random = Math.random } = this.#options;
    keepShapes();
    const plan = new CompiledPlan(this.name, this.#definitions, mode);
    return this.#settings = {
      agent: this.name,
      plan,
      reducers: compileReducers(reducers),
      timing,
      maxSteps: this.#options.maxSteps ?? this.#definitions.length + EXTRA_STEPS,
      maxConcurrency: this.#options.maxConcurrency ?? Infinity,
      random,
    };
  }
}

function begin(settings: Settings, variables: Values | undefined, context: RunContext): Promise<unknown> {
  const run = new Run(settings, variables);
  return settings.plan.entryStates.length === 1 && (context === NO_CONTEXT || isPlain(settings, context))
    ? runSequence(run, context)
    : new GraphRun(run, context).start();
}

/** Whether a run is given no more than observers, who want its states timed. */
function isPlain({ timing }: Settings, context: RunContext): boolean {
  const { signal, timeoutMs, ownerEnds } = context;
  return signal === undefined && timeoutMs === 0 && !ownerEnds && (timing === "states" || !isObserved(context));
}

function refuseResources({ agent, plan }: Settings): void {
  if (plan.needy === undefined) return;
  throw new TypeError(
    `Cannot run agent "${agent}": its state "${plan.needy}" needs resources, and there are none to get them from; ` +
      `pass a pool as resources`,
  );
}

function refuseNobody(agent: string): never {
  throw new TypeError(
    `Cannot end the owner of a run of agent "${agent}": it has none; pass an owner, or leave out ownerEnds`,
  );
}

function checkCount(agent: string, name: string, count: number | undefined): void {
  if (count === undefined || count >= 1 && Number.isInteger(count)) return;
  throw new RangeError(`Cannot use ${name} of agent "${agent}": wanted an integer of at least 1, found ${count}`);
}

function checkChoice(agent: string, name: string, choice: string | undefined, choices: readonly string[]): void {
  if (choice === undefined || choices.includes(choice)) return;
  throw new RangeError(
    `Cannot use ${name} of agent "${agent}": wanted ${choices.join(" or ")}, found ${JSON.stringify(choice)}`,
  );
}
