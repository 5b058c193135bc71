/**
 * A stage of a run: one suite audited, observed or timed in one fork, in as many processes as that takes.
 *
 * @module
 */

import type { Settings } from "../document.ts";
import type { MeasureEvent } from "../events.ts";
import { MeasureError } from "../measure_error.ts";
import { type Plan, type PlannedBenchmark, type PlannedSuite, plannedSuite } from "../plan.ts";
import type { Allocation, ForkMessage } from "../fork_messages.ts";
import type { ForkRequest, ForkTask } from "../protocol.ts";
import { deriveSeed } from "../random.ts";
import type { FindingRecord, Findings } from "./findings.ts";
import { attributePauses, isTraceLine } from "./gc_trace.ts";
import type { ProgressEstimator } from "./progress.ts";
import type { SpawnFork } from "./spawn.ts";
import { StageProgress } from "./stage_progress.ts";
import { failureOf, inUsersTerms } from "./fork_failure.ts";
import { type ForkEnd, supervise } from "./supervisor.ts";

/** What a stage does. */
export interface StageTask {
  /** What its processes do. */
  readonly task: ForkTask;
  /** With which suite. */
  readonly suite: string;
  /** In which fork. */
  readonly fork: number;
}

/** What a stage works with. */
export interface StageContext {
  /** The run's plan. */
  readonly plan: Plan;
  /** The run's settings. */
  readonly settings: Settings;
  /** What the iterations of the samples are multiplied by; 1: they are measured as they are. */
  readonly slowdown: number;
  /** What is known so far. */
  readonly findings: Findings;
  /** Starts forks. */
  readonly spawn: SpawnFork;
  /** Estimates the rest of the run. */
  readonly progress: ProgressEstimator;
  /** Ends the run early. */
  readonly signal: AbortSignal | undefined;
  /** Keeps something that was found out. */
  record(record: FindingRecord): void;
  /** Passes on a line that a benchmark printed. */
  print(line: string): void;
  /** Tells a progress display. */
  tell(event: MeasureEvent): void;
}

/** The least time that a process gets to start and load its suite, in milliseconds. */
const START_TIMEOUT_MS = 60_000;

/**
 * Runs a stage. A benchmark that hangs or ends its process has failed, and the others are tried again without it, until none
 * is left or all are done; so are those that a process has left for another. A fault that is no benchmark's ends the run.
 *
 * @throws {MeasureError} If the fork cannot work at all.
 */
export async function runStage(stage: StageTask, context: StageContext): Promise<void> {
  const key = `${stage.task}/${stage.suite}/${stage.fork}`;
  if (outstanding(stage, context).length === 0) return context.progress.skip(key);
  context.progress.start(key);
  for (;;) {
    const ids = outstanding(stage, context);
    if (ids.length === 0) break;
    if (stage.task === "time") {
      context.tell({ type: "fork_started", fork: stage.fork, forks: context.settings.forks });
    }
    const end = await runProcess(stage, ids, context);
    if (end.status === "aborted" || context.signal?.aborted === true) return;
    if (end.status === "done") requireProgress(ids, outstanding(stage, context));
    else blame(end, ids, stage, context);
  }
  context.progress.finish();
}

/** The benchmarks that this stage has still to deal with. */
function outstanding({ task, suite, fork }: StageTask, { plan, findings }: StageContext): string[] {
  return concerned(task, plannedSuite(plan, suite)).map(({ identity }) => identity.id).filter((id) => {
    const { failure, audit, allocation, measurements } = findings.of(id);
    if (failure !== undefined) return false;
    if (task === "audit") return audit === undefined;
    return task === "memory" ? allocation === undefined : !measurements.has(fork);
  });
}

/** What a task deals with: nobody looks at what references allocate. */
function concerned(task: ForkTask, suite: PlannedSuite | undefined): readonly PlannedBenchmark[] {
  if (suite === undefined) return [];
  return task === "memory" ? suite.benchmarks : [...suite.benchmarks, ...suite.references];
}

async function runProcess(stage: StageTask, ids: readonly string[], context: StageContext): Promise<ForkEnd> {
  const { findings, plan, settings, slowdown } = context;
  const suite = plannedSuite(plan, stage.suite);
  const references = new Map(suite?.references.map(({ identity }) => [identity.id, identity.name]));
  const request: ForkRequest = {
    token: `${crypto.randomUUID()} `,
    ...stage,
    settings,
    slowdown,
    seed: deriveSeed(settings.seed, stage.task, stage.suite, stage.fork),
    code: suite?.code ?? null,
    benchmarks: ids.map((id) => ({
      id,
      shape: findings.of(id).audit?.shape ?? null,
      reference: references.get(id) ?? null,
    })),
  };
  const timeouts = new Map(concerned(stage.task, suite).map(({ identity, timeoutMs }) => [identity.id, timeoutMs]));
  const progress = new StageProgress(stage, ids, context);
  const allocations: { id: string; allocation: Allocation }[] = [];
  const trace: string[] = [];
  const end = await supervise(request, {
    spawn: context.spawn,
    signal: context.signal,
    timeoutMs: (id) =>
      id === null ? Math.max(START_TIMEOUT_MS, settings.timeoutMs) : timeouts.get(id) ?? settings.timeoutMs,
    onMessage: (message) => {
      if (message.type === "begin") progress.begin(message.id, message.phase);
      else if (message.type === "allocated") allocations.push(message);
      else keep(message, stage, context);
    },
    onText: (line) => {
      if (stage.task === "memory" && isTraceLine(line)) trace.push(line);
      else context.print(line);
    },
  });
  const pauses = attributePauses(trace, allocations.length);
  allocations.forEach(({ id, allocation }, index) => {
    context.record({ type: "allocated", id, allocation, pauses: pauses?.[index] ?? allocation.sampledPauses });
  });
  return end;
}

/** Keeps what a message says about a benchmark. */
function keep(message: ForkMessage, { task, fork, suite }: StageTask, { plan, record }: StageContext): void {
  if (message.type === "ready") {
    return record({ type: "clock", clock: message.clock, canCollect: message.canCollect });
  }
  if (!("id" in message)) return;
  if (!concerned(task, plannedSuite(plan, suite)).some(({ identity }) => identity.id === message.id)) return;
  if (message.type === "audited" || message.type === "measured") return record(message);
  if (message.type === "failed") {
    const failure = plannedSuite(plan, suite)?.code === null ? message.failure : inUsersTerms(message.failure);
    record({ type: "failed", id: message.id, failure: { ...failure, fork } });
  }
}

/**
 * The benchmark that ended its process has failed. If none did, then all that are left have, should they be of a file of the user's: what
 * it does while it is loaded is no fault of the others. A suite that is built in ends the run.
 */
function blame(
  end: Exclude<ForkEnd, { status: "done" | "aborted" }>,
  ids: readonly string[],
  { suite, fork }: StageTask,
  { plan, record }: StageContext,
): void {
  const isUsers = (plannedSuite(plan, suite)?.code ?? null) !== null;
  const failure = isUsers ? inUsersTerms(failureOf(end)) : failureOf(end);
  const id = end.status === "broken" ? null : end.benchmarkId;
  if (id === null && !isUsers) {
    throw new MeasureError("fork_broken", `Cannot measure suite "${suite}": ${failure.message}`);
  }
  for (const failed of id === null ? ids : [id]) record({ type: "failed", id: failed, failure: { ...failure, fork } });
}

/** A process that is done has told of a benchmark at least; were it not so, the stage would never end. */
function requireProgress(before: readonly string[], after: readonly string[]): void {
  const [missing] = after;
  if (missing === undefined || after.length < before.length) return;
  throw new MeasureError("fork_broken", `Cannot measure "${missing}": its process did not tell what became of it`);
}
