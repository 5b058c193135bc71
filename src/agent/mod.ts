/**
 * What an agent is and how a run goes.
 *
 * @module
 */

export { Agent, type AgentOptions, type RunOptions } from "./agent.ts";
export type { ArrayKey, ItemOf, StateContext } from "./context.ts";
export { GraphError, type GraphErrorCode } from "./graph_error.ts";
export type {
  PreemptEvent,
  RetryEvent,
  RunIdentity,
  RunObserver,
  RunWatcher,
  StateEndEvent,
  StateStartEvent,
  WatchRun,
} from "./observer.ts";
export type { AgentPlan, EntryMode } from "./plan.ts";
export type { ReadinessResolver } from "./readiness.ts";
export type { ReducerFunction, ReducerName, Reducers } from "./reducer.ts";
export type {
  ResourceHolder,
  ResourceLease,
  ResourceRequest,
  ResourceSource,
  ResourceWait,
  RunScope,
} from "./resource_source.ts";
export type { RunResult, StateResult, StateStatus } from "./result.ts";
export { Command, command, type CommandOptions, type Route, Send, send, type Target } from "./route.ts";
export type { RunStatus } from "./run.ts";
export {
  ConcurrentWriteError,
  RouteError,
  RunCancelledError,
  RunTimeoutError,
  StateFailedError,
  StateTimeoutError,
  StepEndedError,
  StepLimitError,
  UnsetVariableError,
} from "./run_error.ts";
export type { SchemaIssue, SchemaOutcome, VariableSchema, VariableSchemaMembers } from "./schema.ts";
export type { Timing } from "./settings.ts";
export type { Priority, StateFunction, StateOptions } from "./state.ts";
export { InvalidVariablesError, type VariableIssue } from "./validation.ts";
