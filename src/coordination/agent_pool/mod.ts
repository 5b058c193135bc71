/**
 * Many agents or tasks on a few workers.
 *
 * @module
 */

export { AgentPool, poolOfAgents } from "./agent_pool.ts";
export type {
  AgentPoolOptions,
  AgentPoolSnapshot,
  DrainOptions,
  PoolCounts,
  PoolWork,
  TaskOptions,
} from "./agent_pool_options.ts";
export { drainOnSignal, type SignalDrain } from "./drain_on_signal.ts";
export { AgentPoolClosedError, DrainDeadlineError, RemoteTaskError, WorkerCrashedError } from "./pool_error.ts";
export { desiredSize, type PoolBounds, type PoolLoad, type ScalingPolicy } from "./scaling.ts";
export { serveTasks, type TaskFunction, Transferred, transferred } from "./serve_tasks.ts";
export type { WorkerCode } from "./worker_runner.ts";
