/**
 * What a benchmark is: a name, a function that does one operation, and what surrounds it.
 *
 * @module
 */

/** A value that a parameter may take. */
export type ParameterValue = string | number | boolean;

/** One combination of parameter values, by parameter name. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** The values of each parameter; every combination becomes a benchmark of its own. */
export type ParameterSpace = Readonly<Record<string, readonly ParameterValue[]>>;

/** One combination out of a parameter space. */
export type ParametersOf<Space extends ParameterSpace> = { readonly [Name in keyof Space]: Space[Name][number] };

/** What a user may expect of an operation: both limits must hold for the expectation to be met. */
export interface ExpectedPerformance {
  /** The kind of operation, as the table of expectations calls it. */
  readonly operation: string;
  /** Least operations per second; above 0. */
  readonly minOpsPerSecond: number;
  /** Longest acceptable duration of one operation, in milliseconds; above 0. */
  readonly maxDurationMs: number;
}

/** What one iteration gets through, so that reports tell how much of it a second, at the median; at least one of the two. */
export interface Throughput {
  /** Bytes read, written or moved, each counted once; above 0. Shown in MB/s, of 1,000,000 bytes. */
  readonly bytes?: number;
  /** Elements such as messages, rows or requests; above 0. */
  readonly elements?: number;
}

/**
 * How a benchmark is set up, repeated and judged; every field is optional.
 *
 * `State` is what `setup` returns: it is handed to the measured function and to every hook.
 */
export interface BenchmarkOptions<State, Space extends ParameterSpace> {
  /** Benchmarks of one group are compared with each other; unique within the suite. */
  readonly group?: string;
  /** Whether the others of the group are shown as a ratio to this one; at most one a group. */
  readonly baseline?: boolean;
  /** Values of each parameter; one benchmark for every combination. */
  readonly params?: Space;
  /** Iterations in a sample; by default chosen so that the clock's error stays below 1 % of a sample. */
  readonly iterations?: number;
  /** How long the benchmark may take in one fork, from its setup to its teardown, before it counts as hung. */
  readonly timeoutMs?: number;
  /** What a user may expect of this operation. */
  readonly expected?: ExpectedPerformance;
  /** What one iteration gets through; by default that is not told. */
  readonly throughput?: Throughput | ((params: ParametersOf<Space>) => Throughput);
  /** Makes the state, once in each fork; not timed. */
  readonly setup?: (params: ParametersOf<Space>) => State | PromiseLike<State>;
  /** Undoes `setup`; runs even after a failure. */
  readonly teardown?: (state: State, params: ParametersOf<Space>) => unknown;
  /** Runs before each round's sample; not timed. */
  readonly beforeRound?: (state: State, params: ParametersOf<Space>) => unknown;
  /** Runs after each round's sample; not timed. */
  readonly afterRound?: (state: State, params: ParametersOf<Space>) => unknown;
  /** Runs before each iteration; its time is excluded, at the price of two clock readings an iteration. */
  readonly beforeIteration?: (state: State, params: ParametersOf<Space>) => unknown;
  /** Runs after each iteration; its time is excluded, at the price of two clock readings an iteration. */
  readonly afterIteration?: (state: State, params: ParametersOf<Space>) => unknown;
}

/**
 * The measured function: one call is one iteration. Returning `false`, throwing or rejecting means that the operation
 * failed; whatever is thenable is awaited; any other result counts as success.
 */
export type BenchmarkFunction<State, Space extends ParameterSpace> = (
  state: State,
  params: ParametersOf<Space>,
) => unknown;

/** One benchmark as defined, before its parameters are combined. The types of its state and parameters are erased. */
export interface BenchmarkDefinition {
  /** Unique within the suite. */
  readonly name: string;
  /** Setup, repetition and judgement. */
  readonly options: BenchmarkOptions<unknown, ParameterSpace>;
  /** The measured function. */
  readonly fn: BenchmarkFunction<unknown, ParameterSpace>;
  /** Whether it was written for `deno bench`, which hands over a context and nothing else, and to which neither `false` nor a promise that is left pending is a failure. */
  readonly isLenient?: boolean;
  /** As many iterations as the samples of all forks together are to have, if the engine would take fewer; by default it decides alone. */
  readonly leastIterations?: number;
}

/** A named list of benchmarks. */
export interface Suite {
  /** Lower-case words joined by hyphens; what the command line calls it. */
  readonly name: string;
  /** What the suite measures, in a few words. */
  readonly title: string;
  /** Its benchmarks, in the order of definition. */
  readonly benchmarks: readonly BenchmarkDefinition[];
}

/** Defines one benchmark of a suite, with or without options. */
export interface DefineBenchmark {
  /** Defines a benchmark that needs no options. */
  (name: string, fn: BenchmarkFunction<undefined, Record<never, never>>): void;
  /** Defines a benchmark with options. */
  <State = undefined, const Space extends ParameterSpace = Record<never, never>>(
    name: string,
    options: BenchmarkOptions<State, Space>,
    fn: BenchmarkFunction<State, Space>,
  ): void;
}
