/**
 * Many agents or tasks on a few workers.
 *
 * @module
 */

export { AgentPool } from "./agent_pool.ts";
export type {
  AgentPoolOptions,
  AgentPoolSnapshot,
  DrainOptions,
  DrainReport,
  PoolCounts,
  PoolWork,
  SubmittedTask,
  TaskOptions,
  UnfinishedTask,
} from "./agent_pool_options.ts";
export { type Drainable, drainOnSignal, type SignalDrain } from "./drain_on_signal.ts";
export { AgentPoolClosedError, DrainDeadlineError, RemoteTaskError, WorkerCrashedError } from "./pool_error.ts";
export { poolOfAgents } from "./pool_of_agents.ts";
export { desiredSize, type PoolBounds, type PoolLoad, type ScalingPolicy } from "./scaling.ts";
export { serveTasks, type TaskFunction, Transferred, transferred } from "./serve_tasks.ts";
export type { LocalTask, RunningTask } from "./task_runner.ts";
export type { WorkerCode } from "./worker_runner.ts";
