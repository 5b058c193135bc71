/**
 * The measuring process's side: reads one request from stdin, does it, and tells on stdout.
 *
 * @module
 */

import { performanceClock } from "../clock.ts";
import type { Suite } from "../definition.ts";
import { readDuetRequest } from "../duet/protocol.ts";
import {
  encodeMessage,
  type ForkMessage,
  type ForkRequest,
  parseRequest,
  type RequestedBenchmark,
} from "../protocol.ts";
import { createRandom } from "../random.ts";
import { loadBuiltIn, withoutBuiltIn } from "../reference/built_in.ts";
import { observeAllocation } from "./allocation.ts";
import { audit } from "./audit.ts";
import { createContext, type ForkContext } from "./context.ts";
import { runDuetFork } from "./duet.ts";
import { describeFailure } from "./failure.ts";
import { FaultMonitor } from "./faults.ts";
import { findCollector } from "./garbage.ts";
import { LineReader } from "./line_reader.ts";
import { readLoadRequest, runLoad } from "./load.ts";
import { endWithParent } from "./parent_watch.ts";
import { type Candidate, findCandidates } from "./subject.ts";
import { time, type TimedCandidate } from "./timing.ts";
import { calibrateWarmClock } from "./warm_clock.ts";

/** Finds suites by their names. */
export type SuiteLoader = (names: readonly string[]) => Promise<readonly Suite[]>;

/** What a program that is a fork tells of itself in a duet. */
export interface ForkProgram {
  /** Its name and version. */
  readonly tool: { readonly name: string; readonly version: string };
  /** The names of all suites that it can load. */
  readonly suiteNames: readonly string[];
}

/**
 * Runs as a fork of `measure`, and ends the process when all is told: what a program has to call when it was started by a
 * `ForkLauncher`. It ignores SIGINT and SIGHUP, for the run decides when it ends, and it ends when the run does, however that came about.
 *
 * @param suites Loads the suite that is asked for; called at most once. The engine's own, the references and the calibration
 * suite, are there without it.
 * @param program What a duet is told of the program; without it the program has no suites of its own to offer there.
 */
export async function runFork(suites: SuiteLoader, program: ForkProgram = UNNAMED): Promise<void> {
  Deno.addSignalListener("SIGINT", () => {});
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGHUP", () => {}); // else Deno would undo what nohup did
  const input = new LineReader(Deno.stdin);
  const line = input.read() ?? "";
  const duet = readDuetRequest(line);
  if (duet !== null) return await runDuetFork(duet, { suites, program, input, write: writeAll });
  const load = readLoadRequest(line);
  if (load !== null) return await runLoad(load, writeAll);
  const request = parseRequest(line);
  await endWithParent();
  const tell = (message: ForkMessage) => writeAll(encodeMessage(request.token, message));
  try {
    await obey(request, suites, tell);
    tell({ type: "done" });
  } catch (thrown) {
    tell({ type: "broken", message: describeFailure(thrown).message });
  }
  Deno.exit(0); // timers and servers that a benchmark left behind would keep the process alive
}

const UNNAMED: ForkProgram = { tool: { name: "a program", version: "without a version" }, suiteNames: [] };

async function obey(request: ForkRequest, suites: SuiteLoader, tell: (message: ForkMessage) => void): Promise<void> {
  const suite = (await loadSuites([request.suite], suites)).find(({ name }) => name === request.suite);
  if (suite === undefined) {
    throw new TypeError(`Cannot measure suite "${request.suite}": this program does not have it`);
  }
  const clockFacts = calibrateWarmClock();
  using faults = new FaultMonitor();
  const collect = findCollector();
  const random = createRandom(request.seed);
  const context = createContext({ request, clock: performanceClock, faults, random, collect, tell });
  const candidates = await findRequested(suite, request.benchmarks);
  tell({ type: "ready", clock: clockFacts, canCollect: collect !== undefined });
  switch (request.task) {
    case "audit":
      return await audit(candidates, context);
    case "memory":
      return await observeAllocation(withShapes(candidates, context), context);
    case "time":
      return await time(withShapes(candidates, context), context, clockFacts);
  }
}

/** Finds the suite's benchmarks and the references that are measured along with them, in the order of the request. */
async function findRequested(
  suite: Suite,
  requested: readonly RequestedBenchmark[],
): Promise<readonly Candidate[]> {
  const own = findCandidates(suite, requested.filter(({ reference }) => reference === null).map(({ id }) => id));
  const byId = new Map(own.map((candidate) => [candidate.id, candidate]));
  if (byId.size === requested.length) return own;
  const { referenceSuite } = await import("../reference/references.ts");
  return requested.map(({ id, reference }) => {
    const definition = referenceSuite.benchmarks.find(({ name }) => name === reference);
    const candidate = byId.get(id) ?? (definition && { id, definition, params: {}, isReference: true });
    if (candidate === undefined) throw new TypeError(`Cannot measure "${id}": this program has no such reference`);
    return candidate;
  });
}

/** Loads suites by name: the engine's own itself, all others by the program's loader. */
async function loadSuites(names: readonly string[], suites: SuiteLoader): Promise<readonly Suite[]> {
  const own = await loadBuiltIn(names);
  const others = withoutBuiltIn(names);
  return others.length === 0 ? own : [...own, ...await suites(others)];
}

function withShapes(candidates: readonly Candidate[], { request }: ForkContext): readonly TimedCandidate[] {
  return candidates.map((candidate, index) => {
    const shape = request.benchmarks[index]?.shape ?? null;
    if (shape === null) throw new TypeError(`Cannot measure "${candidate.id}": the request does not tell its shape`);
    return { candidate, shape };
  });
}

function writeAll(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}
