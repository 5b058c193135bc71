/**
 * One run: the processes it starts, in order, and what becomes of what they tell.
 *
 * @module
 */

import { calibrateClock, performanceClock } from "../clock.ts";
import type { BenchmarkResult, ResultDocument, Warning } from "../document.ts";
import { DOCUMENT_FORMAT, DOCUMENT_VERSION } from "../document.ts";
import type { MeasureOptions } from "../engine.ts";
import { QuietnessMonitor, readEnvironment } from "../environment/mod.ts";
import type { MeasureEvent } from "../events.ts";
import { lookAtHost } from "../host/look_at_host.ts";
import { HOST_MS } from "../host/measure_host.ts";
import { type Plan, plannedSuite } from "../plan.ts";
import { assembleBenchmark, assembleGroups, assembleScaling } from "./assemble.ts";
import { type FindingRecord, Findings } from "./findings.ts";
import type { Isolation } from "./isolation.ts";
import { Journal, type JournalHeader } from "./journal.ts";
import { expectedForkMs, ProgressEstimator, type Stage } from "./progress.ts";
import type { RunLock } from "./run_lock.ts";
import { type SpawnFork, timedV8Flags } from "./spawn.ts";
import { runStage, type StageContext, type StageTask } from "./stage.ts";
import { planStages } from "./stage_plan.ts";
import { benchmarkWarnings, referenceWarnings, runWarnings } from "./warnings.ts";

/** What a run works with, besides its options. */
export interface RunTools {
  /** Starts forks. */
  readonly spawn: SpawnFork;
  /** Makes other runs on this host known. */
  readonly lock: RunLock;
  /** What `spawn` starts forks by. */
  readonly isolation: Isolation;
}

/** Lines of benchmarks' own output that are passed on: one that prints would print in every iteration. */
const MAX_OUTPUT_LINES = 100;

/** A run that has begun. */
export class Run {
  readonly #options: MeasureOptions;
  readonly #plan: Plan;
  readonly #tools: RunTools;
  readonly #findings = new Findings();
  readonly #warnings: Warning[] = [];
  readonly #results = new Map<string, BenchmarkResult>();
  readonly #quietness = QuietnessMonitor.start();
  readonly #startMs = performance.now();
  readonly #environment: ResultDocument["environment"];
  #journal: Journal | undefined;
  #header: JournalHeader;
  #journaling: Promise<void> = Promise.resolve();
  #host: Pick<ResultDocument, "host" | "hostFigures"> = { host: null, hostFigures: [] };
  #otherPids = new Set<number>();
  #printed = 0;

  private constructor(
    options: MeasureOptions,
    parts: { plan: Plan; tools: RunTools; environment: ResultDocument["environment"] },
  ) {
    this.#options = options;
    this.#plan = parts.plan;
    this.#tools = parts.tools;
    this.#environment = parts.environment;
    this.#header = {
      runId: crypto.randomUUID(),
      startedAt: new Date().toISOString(),
      tool: options.tool,
      // A run that is slowed down is another one, too: what it has in its journal must not be mixed with what is not.
      planHash: options.slowdown === undefined ? parts.plan.hash : `${parts.plan.hash} * ${options.slowdown}`,
      fingerprint: parts.environment.fingerprint,
      settings: options.settings,
    };
  }

  /** Begins: reads the environment, and takes up the journal if there is one to go on with. */
  static async begin(options: MeasureOptions, plan: Plan, tools: RunTools): Promise<Run> {
    const { launcher, warnings } = tools.isolation;
    const v8Flags = timedV8Flags(launcher, options.settings.isolateVm);
    const run = new Run(options, { plan, tools, environment: await readEnvironment({ v8Flags }) });
    for (const warning of warnings) run.#warn(warning);
    await run.#lookForOthers();
    await run.#openJournal();
    return run;
  }

  /** Looks at the host if that is asked for, audits every benchmark, sees what each allocates, and times them fork by fork. */
  async measure(): Promise<void> {
    const settings = this.#settings;
    for (const [id, failure] of this.#plan.failures) this.#record({ type: "failed", id, failure });
    const tasks = planStages(this.#plan, settings);
    const stages = tasks.map((task) => this.#stage(task));
    const progress = new ProgressEstimator(stages, () => performance.now());
    const { forks } = settings;
    const { host } = this.#options;
    const hostMs = host === undefined ? 0 : HOST_MS[host.form];
    const expectedMs = stages.reduce((total, { expectedMs }) => total + expectedMs, hostMs);
    this.#tell({ type: "planned", benchmarks: this.#plan.benchmarks.length, forks, expectedMs });
    if (host !== undefined && !this.#isAborted) await this.#lookAtHost(host);
    const context: StageContext = {
      plan: this.#plan,
      settings,
      slowdown: this.#options.slowdown ?? 1,
      findings: this.#findings,
      spawn: this.#tools.spawn,
      progress,
      signal: this.#options.signal,
      record: (record) => this.#record(record),
      print: (line) => this.#print(line),
      tell: (event) => this.#tell(event),
    };
    for (const task of tasks) {
      if (this.#isAborted) break;
      await runStage(task, context);
      await this.#journaling;
      if (task.task === "time" && task.fork === forks - 1 && !this.#isAborted) this.#finishSuite(task.suite);
    }
  }

  /** The document. */
  async finish(): Promise<ResultDocument> {
    const benchmarks = this.#plan.benchmarks.flatMap(({ identity }) => this.#result(identity.id) ?? []);
    await this.#lookForOthers();
    const samples = benchmarks.flatMap((result) => result.status === "failed" ? [] : result.forks);
    const quietness = this.#quietness.finish(samples.map((fork) => fork.samples));
    const clock = this.#findings.clock ?? calibrateClock(performanceClock);
    const { canCollect, observations } = this.#findings;
    const facts = { clock, quietness, cpuCount: this.#environment.cpu.count, canCollect, observations };
    for (const warning of runWarnings(facts)) this.#warn(warning);
    const references = this.#references();
    for (const warning of referenceWarnings(references)) this.#warn(warning);
    for (const result of benchmarks) benchmarkWarnings(result, clock).forEach((warning) => this.#warn(warning));
    const isComplete = !this.#isAborted;
    return {
      format: DOCUMENT_FORMAT,
      version: DOCUMENT_VERSION,
      tool: this.#options.tool,
      run: {
        id: this.#header.runId,
        status: isComplete ? "complete" : "interrupted",
        startedAt: this.#header.startedAt,
        finishedAt: new Date().toISOString(),
        durationMs: performance.now() - this.#startMs,
        suites: this.#plan.suites.map(({ name }) => name),
        arguments: this.#options.arguments,
      },
      settings: this.#settings,
      environment: this.#environment,
      ...this.#host,
      quietness,
      clock,
      warnings: this.#warnings,
      benchmarks,
      scaling: assembleScaling(benchmarks),
      groups: assembleGroups(benchmarks),
      references,
    };
  }

  /** Removes the journal: there is nothing left to resume. */
  async removeJournal(): Promise<void> {
    await this.#journal?.close({ remove: true });
  }

  /** Gives back what is held, whatever has happened; what the journal holds stays. */
  async release(): Promise<void> {
    await this.#journaling;
    await this.#journal?.close({ remove: false });
    await this.#tools.lock.release();
  }

  /** The settings in force: a resumed run has its journal's seed. */
  get #settings(): ResultDocument["settings"] {
    return this.#header.settings;
  }

  /** Before anything else, and anew in a run that is resumed. */
  async #lookAtHost({ form, folder }: NonNullable<MeasureOptions["host"]>): Promise<void> {
    const { signal } = this.#options;
    this.#host = await lookAtHost({
      launcher: this.#tools.isolation.launcher,
      form,
      folder,
      seed: this.#settings.seed,
      signal,
    });
  }

  get #isAborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  #stage({ task, suite, fork }: StageTask): Stage {
    const planned = plannedSuite(this.#plan, suite);
    const benchmarks = (planned?.benchmarks.length ?? 0) + (task === "memory" ? 0 : planned?.references.length ?? 0);
    const kind = `${task}/${suite}`;
    return { key: `${kind}/${fork}`, kind, expectedMs: expectedForkMs(task, benchmarks, this.#settings) };
  }

  async #openJournal(): Promise<void> {
    const { journalPath: path, resume = false } = this.#options;
    if (path === undefined) return;
    const onTrouble = (reason: string) => {
      const message = `the run cannot be resumed if it is killed: its journal ${JSON.stringify(path)}: ${reason}; ` +
        "choose another folder or make room";
      this.#warn({ code: "journal_unavailable", message, benchmarkId: null });
    };
    this.#journal = await Journal.open({ path, header: this.#header, resume, onTrouble });
    this.#header = this.#journal.header;
    for (const record of this.#journal.records) this.#findings.add(record);
  }

  async #lookForOthers(): Promise<void> {
    for (const pid of await this.#tools.lock.others()) {
      if (this.#otherPids.has(pid)) continue;
      this.#otherPids.add(pid);
      const message =
        `another puffin-bench (process ${pid}) measures on this host; let one finish before the other starts`;
      this.#warn({ code: "another_run", message, benchmarkId: null });
    }
  }

  #record(record: FindingRecord): void {
    this.#findings.add(record);
    this.#journaling = this.#journaling.then(() => this.#journal?.append(record));
    if (record.type === "failed") this.#result(record.id);
  }

  #finishSuite(suite: string): void {
    for (const { identity } of this.#plan.benchmarks) {
      if (identity.suite === suite) this.#result(identity.id);
    }
  }

  /** The result of a benchmark, of which nothing more will be measured; undefined if there is none. */
  #result(id: string): BenchmarkResult | undefined {
    const known = this.#results.get(id);
    if (known !== undefined) return known;
    const identity = this.#plan.benchmarks.find((planned) => planned.identity.id === id)?.identity;
    if (identity === undefined) return undefined;
    const result = assembleBenchmark(identity, this.#findings.of(id), this.#settings);
    if (result === undefined) return undefined;
    this.#results.set(id, result);
    this.#tell({ type: "benchmark_finished", result });
    return result;
  }

  /** What the references came to, as far as they were measured; they are no news for a display. */
  #references(): BenchmarkResult[] {
    return this.#plan.suites.flatMap((suite) => suite.references).flatMap(({ identity }) =>
      assembleBenchmark(identity, this.#findings.of(identity.id), this.#settings) ?? []
    );
  }

  #warn(warning: Warning): void {
    this.#warnings.push(warning);
    this.#tell({ type: "warning", warning });
  }

  #print(text: string): void {
    this.#printed++;
    if (this.#printed <= MAX_OUTPUT_LINES) this.#tell({ type: "output", text });
    else if (this.#printed === MAX_OUTPUT_LINES + 1) {
      this.#tell({ type: "output", text: "(further output is not shown)" });
    }
  }

  #tell(event: MeasureEvent): void {
    this.#options.listener?.(event);
  }
}
