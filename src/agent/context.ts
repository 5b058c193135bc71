/**
 * What a state function is given.
 *
 * @module
 */

/** The keys of `Vars` that hold arrays. */
export type ArrayKey<Vars extends object> = {
  [Key in keyof Vars & string]-?: NonNullable<Vars[Key]> extends readonly unknown[] ? Key : never;
}[keyof Vars & string];

/** What the array under a key holds. */
export type ItemOf<Vars extends object, Key extends keyof Vars> = NonNullable<Vars[Key]> extends readonly (infer Item)[]
  ? Item
  : never;

/**
 * One attempt of one step, as its state function sees it.
 *
 * What it writes is its own until it returns: then everything is committed at once, through the reducers. An attempt that
 * fails has written nothing, so a retry starts from what the first attempt found. Reads see what is committed and the
 * attempt's own writes.
 */
export interface StateContext<Vars extends object, Outputs extends object> {
  /** The state's name. */
  readonly state: string;
  /** Which try of this step this is, from 1. */
  readonly attempt: number;
  /** What `send` gave this step; `undefined` otherwise. */
  readonly payload: unknown;
  /**
   * Aborted when this attempt should stop: its time is up, the run's is, the run was cancelled, or another state failed.
   * It is made when first read.
   */
  readonly signal: AbortSignal;
  /**
   * The value of a variable.
   *
   * @throws {UnsetVariableError} If nothing has set it.
   */
  get<Key extends keyof Vars & string>(key: Key): Vars[Key];
  /** The value of a variable, or `fallback` if nothing has set it. */
  getOr<Key extends keyof Vars & string, Fallback>(key: Key, fallback: Fallback): Vars[Key] | Fallback;
  /** Whether a variable is set. */
  has(key: keyof Vars & string): boolean;
  /**
   * Sets a variable; if the key has a reducer, adds an update for it instead.
   *
   * @throws {StepEndedError} If the attempt is over, as in a function that goes on after its timeout.
   */
  set<Key extends keyof Vars & string>(key: Key, value: Vars[Key]): void;
  /**
   * Adds an item to the array under `key`. Under a reducer `append` or `concat` this is what parallel states may do at once.
   *
   * @throws {StepEndedError} If the attempt is over.
   */
  append<Key extends ArrayKey<Vars>>(key: Key, item: ItemOf<Vars, Key>): void;
  /**
   * Sets one of the run's outputs.
   *
   * @throws {StepEndedError} If the attempt is over.
   */
  output<Key extends keyof Outputs & string>(key: Key, value: Outputs[Key]): void;
}
