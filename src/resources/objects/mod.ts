/**
 * Pools of connections and other objects that are costly to make.
 *
 * @module
 */

export {
  BrokenObjectError,
  type FactoryOperation,
  FactoryTimeoutError,
  ObjectCreationError,
  PoolClosedError,
} from "./errors.ts";
export type { Loan } from "./loan.ts";
export { type LoanOptions, ObjectPool } from "./object_pool.ts";
export type { ObjectPoolOptions, PoolFault } from "./options.ts";
export type { ObjectPoolSnapshot, PoolFigures } from "./snapshot.ts";
