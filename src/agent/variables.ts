/**
 * The values of a run by key, and what a step writes before it is committed.
 *
 * @module
 */

import { type AnyReducer, joinsArrays } from "./reducer.ts";
import type { AnyVariables } from "./state.ts";

/** The values of a run by key: a map, which is as quick however many agents with other keys there are. */
export type Values = Map<string, unknown>;

/** The own enumerable values of `source`. */
export function valuesOf(source: object): Values {
  const values: Values = new Map();
  const record = source as AnyVariables;
  for (const key of Object.keys(record)) values.set(key, record[key]);
  return values;
}

/** Several updates to one reduced key, in the order in which a step wrote them. */
export class Updates {
  readonly list: unknown[];

  constructor(first: unknown) {
    this.list = [first];
  }
}

/** What a step has written: a value, or the updates for a reducer, by key. */
export type Writes = Values;

/** Folds updates into a value without changing it, as a step sees its own writes. */
export function preview(current: unknown, updates: Updates, reducer: AnyReducer): unknown {
  let value = current;
  for (const update of updates.list) value = reducer(value, update);
  return value;
}

/** Whether updates only add to a committed array: then folding them cannot fail, and may happen in place. */
export function addsToArray(current: unknown, updates: Updates, reducer: AnyReducer): boolean {
  return joinsArrays(reducer) && Array.isArray(current) && updates.list.every(Array.isArray);
}

/**
 * Adds the updates' items to a committed array. One that the run has itself made and nobody has read since is in `grown` and
 * grows in place: so thousands of steps can append to one array in linear time.
 */
export function extendArray(array: unknown[], updates: Updates, key: string, grown: Set<string>): unknown[] {
  const extended = grown.has(key) ? array : array.slice();
  grown.add(key);
  for (const items of updates.list) for (const item of items as readonly unknown[]) extended.push(item);
  return extended;
}
