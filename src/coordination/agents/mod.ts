/**
 * Agents that run together.
 *
 * @module
 */

export { type CoordinatedRun, Coordinator, type CoordinatorOptions } from "./coordinator.ts";
export type { CoordinatorSnapshot, RunSnapshot } from "./coordinator_snapshot.ts";
export type { CoordinatorEvent, StateChangedEvent } from "./coordinator_event.ts";
export { enhanceAgent, EnhancedAgent } from "./enhanced_agent.ts";
export {
  type FanOut,
  type PipelineOptions,
  runFanOut,
  runFirst,
  runParallel,
  runPipeline,
  runQuorum,
  runSequential,
  runStaged,
} from "./groups.ts";
export { type OutcomeStatus, RunDeadlineError, type RunOutcome, RunsCancelledError } from "./outcome.ts";
export { AgentGroup, runAgents } from "./run_agents.ts";
export {
  outputOf,
  type Runnable,
  runnable,
  type RunnableObserver,
  type RunnableOptions,
  type RunnableStateEvent,
  type TimedRunOptions,
} from "./runnable.ts";
export type { GroupOptions, GroupResult } from "./stages.ts";
