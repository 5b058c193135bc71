/**
 * Which node of a pool a request is placed on: first fit, best fit, worst fit, or a function of the user's own.
 *
 * @module
 */

export { bestFit } from "./best_fit.ts";
export { type AmountsByKind, type ChooseNode, customPlacement, type NodeView } from "./custom.ts";
export { firstFit } from "./first_fit.ts";
export type { Demand, NodeUnits, Placement, PlacementIndex } from "./placement.ts";
export { worstFit } from "./worst_fit.ts";
