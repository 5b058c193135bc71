/**
 * How much an owner is entitled to, compared with others.
 *
 * @module
 */

import { requireOptions } from "../../coordination/require_options.ts";

/**
 * Weights by owner: a record, in which whoever is not named has weight 1, or a function, which gets `undefined` for those who do
 * not tell their owner. An owner of weight 2 is entitled to twice as much as one of weight 1. Each lies in
 * [{@linkcode MIN_WEIGHT}, {@linkcode MAX_WEIGHT}].
 */
export type Weights = Readonly<Record<string, number>> | ((owner: string | undefined) => number);

/** The smallest weight an owner may have. */
export const MIN_WEIGHT = 1e-6;
/** The largest weight an owner may have: beyond this range the tags of fair queueing would lose small requests to rounding. */
export const MAX_WEIGHT = 1e6;

/** Tells an owner's weight; asked each time an owner begins to wait. */
export type WeightOf = (owner: string | undefined) => number;

/** Everybody is entitled to the same. */
export const equalWeights: WeightOf = () => 1;

/**
 * Reads weights: a record is checked and copied now, a function's answers are checked as they come.
 *
 * @throws {RangeError} If a weight is out of range; so does the result.
 */
export function readWeights(weights: Weights): WeightOf {
  if (typeof weights === "function") {
    return (owner) => requireWeight(owner, weights(owner));
  }
  requireOptions("order waiters by", weights, "pass { owner: weight }, or a function that answers an owner's weight");
  const byOwner = new Map<string | undefined, number>();
  for (const [owner, weight] of Object.entries(weights)) byOwner.set(owner, requireWeight(owner, weight));
  return (owner) => byOwner.get(owner) ?? 1;
}

function requireWeight(owner: string | undefined, weight: number): number {
  if (typeof weight === "number" && weight >= MIN_WEIGHT && weight <= MAX_WEIGHT) return weight;
  const whom = owner === undefined ? "those without an owner" : `owner "${owner}"`;
  throw new RangeError(
    `Cannot give ${whom} the weight ${
      String(weight)
    }: expected a number from ${MIN_WEIGHT} to ${MAX_WEIGHT}; 1 is as much as others get`,
  );
}
