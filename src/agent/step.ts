/**
 * One attempt of one step: what the state function sees as its context.
 *
 * @module
 */

import type { StateContext } from "./context.ts";
import { StepEndedError, UnsetVariableError } from "./run_error.ts";
import type { Run } from "./run.ts";
import type { AnyVariables } from "./state.ts";
import { preview, Updates, type Writes } from "./variables.ts";

/** The context of a state function; its types are erased. */
export class Step implements StateContext<AnyVariables, AnyVariables> {
  writes: Writes | undefined = undefined;
  outputWrites: Writes | undefined = undefined;
  /** Set when the attempt is over: it may write nothing any more. */
  ended = false;
  protected controller: AbortController | undefined = undefined;

  constructor(
    readonly run: Run,
    /** The number of its state. */
    readonly index: number,
    readonly attempt: number,
    readonly payload: unknown,
  ) {}

  get state(): string {
    return this.run.settings.plan.definitions[this.index]!.name;
  }

  get signal(): AbortSignal {
    this.controller ??= this.makeController();
    return this.controller.signal;
  }

  get(key: string): unknown {
    const { writes } = this;
    if (writes !== undefined) {
      const own = writes.get(key);
      if (own !== undefined || writes.has(key)) return this.#own(key, own);
    }
    const value = this.run.read(key);
    if (value !== undefined || this.run.variables?.has(key)) return value;
    throw new UnsetVariableError(this.state, key);
  }

  getOr<Fallback>(key: string, fallback: Fallback): unknown {
    return this.has(key) ? this.get(key) : fallback;
  }

  has(key: string): boolean {
    return this.writes?.has(key) === true || this.run.variables?.has(key) === true;
  }

  set(key: string, value: unknown): void {
    if (this.ended || this.run.over) throw new StepEndedError(this.state, this.attempt);
    const writes = this.writes ??= new Map();
    if (this.run.settings.reducers?.has(key) !== true) {
      writes.set(key, value);
      return;
    }
    const updates = writes.get(key);
    if (updates instanceof Updates) updates.list.push(value);
    else writes.set(key, new Updates(value));
  }

  append(key: string, item: unknown): void {
    if (this.run.settings.reducers?.has(key) === true) {
      this.set(key, [item]);
      return;
    }
    const current = this.getOr(key, []);
    if (!Array.isArray(current)) {
      throw new TypeError(
        `Cannot append to variable "${key}" in state "${this.state}": wanted an array, found ${typeof current}`,
      );
    }
    this.set(key, [...current, item]);
  }

  output(key: string, value: unknown): void {
    if (this.ended || this.run.over) throw new StepEndedError(this.state, this.attempt);
    (this.outputWrites ??= new Map()).set(key, value);
  }

  /** Makes its own what one of several calls of its function wrote. */
  adopt({ writes, outputWrites }: Step): void {
    this.writes = writes;
    this.outputWrites = outputWrites;
  }

  /** Makes the controller behind `signal`, already aborted if the attempt is over. */
  protected makeController(): AbortController {
    const controller = new AbortController();
    if (this.ended || this.run.over) controller.abort(this.run.error ?? new StepEndedError(this.state, this.attempt));
    return controller;
  }

  #own(key: string, own: unknown): unknown {
    if (!(own instanceof Updates)) return own;
    return preview(this.run.read(key), own, this.run.settings.reducers!.get(key)!);
  }
}
