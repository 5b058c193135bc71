/**
 * A program of a duet: does what the conductor commands, one thing at a time, and blocks in a read in between.
 *
 * @module
 */

import { performanceClock } from "../clock.ts";
import type { OfferedBenchmark } from "../code.ts";
import type { Suite } from "../definition.ts";
import type { DuetMessage } from "../duet/messages.ts";
import { messageLine } from "../message_line.ts";
import {
  DUET_PROTOCOL,
  type DuetCommand,
  type DuetRequest,
  type IdentifiedFailure,
  parseCommand,
  type ReadRequest,
} from "../duet/protocol.ts";
import { HelperThreads } from "../environment/affinity.ts";
import { ThreadCounters } from "../environment/thread_counters.ts";
import { MeasureError } from "../measure_error.ts";
import { makePlan } from "../plan.ts";
import type { LoopShape } from "../protocol.ts";
import { loadBuiltIn } from "../reference/built_in.ts";
import { emptyCandidate } from "./empty_body.ts";
import { describeFailure } from "./failure.ts";
import { FaultMonitor } from "./faults.ts";
import { findCollector } from "./garbage.ts";
import type { ForkProgram, SuiteLoader } from "./fork.ts";
import type { LineReader } from "./line_reader.ts";
import { endAsOrphan } from "./orphan_watch.ts";
import { Player } from "./player.ts";
import { type Candidate, findCandidates, type SubjectContext } from "./subject.ts";
import { calibrateWarmClock } from "./warm_clock.ts";

/** What a program of a duet works with. */
export interface DuetForkTools {
  /** Loads suites that are built in. */
  readonly suites: SuiteLoader;
  /** What it tells of itself. */
  readonly program: ForkProgram;
  /** Where commands come from. */
  readonly input: LineReader;
  /** Where messages go. */
  write(text: string): void;
}

/** Takes part in a duet, and ends the process when it is over. */
export async function runDuetFork(read: ReadRequest, tools: DuetForkTools): Promise<void> {
  const { tool } = tools.program;
  const token = read.status === "ok" ? read.request.token : read.token;
  const tell = (message: DuetMessage) => tools.write(messageLine(token, message));
  tell({ type: "hello", protocol: DUET_PROTOCOL, tool: `${tool.name} ${tool.version}` });
  try {
    if (read.status === "unknown") throw new TypeError(read.message);
    await endAsOrphan();
    await play(read.request, tools, tell);
  } catch (thrown) {
    tell({ type: "broken", message: describeFailure(thrown).message });
  }
  Deno.exit(0); // timers and servers that a benchmark left behind would keep the process alive
}

async function play(request: DuetRequest, tools: DuetForkTools, tell: (message: DuetMessage) => void): Promise<void> {
  const suites = await loadAll(request, tools);
  const references = request.controls.length === 0 ? [] : await loadBuiltIn(["references"]);
  const controls = (await plan(references, null)).filter(({ identity }) => request.controls.includes(identity.id));
  const measured = await offer(suites, request);
  const offered = [
    ...measured,
    ...controls.filter(({ identity }) => !measured.some((one) => one.identity.id === identity.id)),
  ];
  const clock = performanceClock;
  const clockFacts = calibrateWarmClock();
  using faults = new FaultMonitor();
  using counters = ThreadCounters.open();
  using helpers = HelperThreads.open();
  const collect = findCollector();
  let serial = 0;
  const context: SubjectContext = { clock, faults, settings: request.settings, nextSerial: () => ++serial };
  const stage = new Stage(
    findIn([...suites, ...references], offered),
    (candidate) => new Player(candidate, context, { clock, counters, collect, clockFacts, slowdown: request.slowdown }),
    helpers,
  );
  const runtime = `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
  tell({ type: "ready", clock: clockFacts, canCollect: collect !== undefined, runtime, benchmarks: offered });
  for (;;) {
    const line = tools.input.read();
    if (line === null) return; // the conductor is gone
    const command = parseCommand(line);
    tell(await stage.carryOut(command));
    if (command.do === "close") return;
  }
}

async function loadAll({ suites, modules }: DuetRequest, { suites: load, program }: DuetForkTools): Promise<Suite[]> {
  const names = program.suiteNames.filter((name) => suites === null || suites.includes(name));
  // The engine's own take part only if they are named, and only where the program has none of that name.
  const loaded = await loadBuiltIn((suites ?? []).filter((name) => !program.suiteNames.includes(name)));
  if (names.length > 0) loaded.push(...await load(names));
  if (modules.length === 0) return loaded;
  const { loadModuleSuites } = await import("./module_suites.ts");
  for (const module of modules) loaded.push(...await loadModuleSuites(module));
  return loaded;
}

/** What was asked for, as far as it is there; nothing is no fault here: the other side may have it. */
async function offer(suites: readonly Suite[], { ids, settings }: DuetRequest): Promise<OfferedBenchmark[]> {
  const benchmarks = await plan(suites, settings.filter);
  return benchmarks.filter(({ identity }) => ids === null || ids.includes(identity.id));
}

async function plan(suites: readonly Suite[], filter: string | null): Promise<readonly OfferedBenchmark[]> {
  try {
    return (await makePlan(suites, filter)).benchmarks;
  } catch (thrown) {
    if (thrown instanceof MeasureError && thrown.code === "nothing_to_measure") return [];
    throw thrown;
  }
}

function findIn(suites: readonly Suite[], offered: readonly OfferedBenchmark[]): Map<string, Candidate> {
  const found = suites.flatMap((suite) => {
    const ids = offered.filter(({ identity }) => identity.suite === suite.name).map(({ identity }) => identity.id);
    return findCandidates(suite, ids);
  });
  return new Map(found.map((candidate) => [candidate.id, candidate]));
}

/** The benchmarks that have been prepared, and what is done with them. */
class Stage {
  readonly #candidates: ReadonlyMap<string, Candidate>;
  readonly #engage: (candidate: Candidate) => Player;
  readonly #players = new Map<string, Player>();
  readonly #helpers: HelperThreads | null;

  constructor(
    candidates: ReadonlyMap<string, Candidate>,
    engage: (candidate: Candidate) => Player,
    helpers: HelperThreads | null,
  ) {
    this.#candidates = candidates;
    this.#engage = engage;
    this.#helpers = helpers;
  }

  async carryOut(command: DuetCommand): Promise<DuetMessage> {
    if (command.do === "close") return { type: "closed", failures: await this.#close() };
    if (command.do === "empty") return { type: "empty", values: await this.#empty(command.shape) };
    if (command.do === "pin") return { type: "pinned", processor: this.#helpers?.pin(command.turn) ?? null };
    if (command.do === "drop") {
      const player = this.#players.get(command.id);
      this.#players.delete(command.id);
      await player?.tearDown().catch(() => {}); // it has failed on the other side: that is what is told
      return { type: "done" };
    }
    try {
      return await this.#work(command);
    } catch (thrown) {
      const player = this.#players.get(command.id);
      this.#players.delete(command.id);
      await player?.tearDown().catch(() => {}); // the first failure is the one to tell
      return { type: "failed", failure: describeFailure(thrown) };
    }
  }

  async #work(command: Extract<DuetCommand, { do: "prepare" | "settle" | "visit" | "sample" }>): Promise<DuetMessage> {
    const player = this.#player(command.id);
    switch (command.do) {
      case "prepare":
        return { type: "prepared", ...await player.prepare() };
      case "settle":
        await player.settle(command.batch);
        return { type: "done" };
      case "visit":
        await player.visit();
        return { type: "done" };
      case "sample":
        return { type: "sampled", sample: await player.sample() };
    }
  }

  #player(id: string): Player {
    const known = this.#players.get(id);
    if (known !== undefined) return known;
    const candidate = this.#candidates.get(id);
    if (candidate === undefined) throw new TypeError(`Cannot measure "${id}": this program does not have it`);
    const player = this.#engage(candidate);
    this.#players.set(id, player);
    return player;
  }

  async #empty(shape: LoopShape): Promise<number[]> {
    const player = this.#engage(emptyCandidate(shape));
    return await player.empty(shape);
  }

  async #close(): Promise<IdentifiedFailure[]> {
    const failures: IdentifiedFailure[] = [];
    for (const [id, player] of this.#players) {
      try {
        await player.tearDown();
      } catch (thrown) {
        failures.push({ id, failure: describeFailure(thrown) });
      }
    }
    this.#players.clear();
    return failures;
  }
}
