/**
 * What a measuring process does: its request, from the loading of the suite to the last message.
 *
 * @module
 */

import { performanceClock } from "../clock.ts";
import type { Suite } from "../definition.ts";
import { planSuite } from "../plan.ts";
import type { ForkMessage } from "../fork_messages.ts";
import type { ForkRequest, RequestedBenchmark } from "../protocol.ts";
import { createRandom } from "../random.ts";
import { loadBuiltIn, withoutBuiltIn } from "../reference/built_in.ts";
import { observeAllocation } from "./allocation.ts";
import { audit } from "./audit.ts";
import { createContext, type ForkContext } from "./context.ts";
import { FaultMonitor } from "./faults.ts";
import { findCollector } from "./garbage.ts";
import { collectSuites } from "./module_suites.ts";
import { type Candidate, findCandidates } from "./subject.ts";
import { time, type TimedCandidate } from "./timing.ts";
import { calibrateWarmClock } from "./warm_clock.ts";

/** Finds suites by their names. */
export type SuiteLoader = (names: readonly string[]) => Promise<readonly Suite[]>;

/**
 * Does what a request asks for, and tells of it.
 *
 * @param suites Loads the suite that is asked for, if it is neither the engine's own nor in the request's code.
 * @throws Whatever kept it from working at all; a benchmark that fails is no such thing.
 */
export async function obey(
  request: ForkRequest,
  suites: SuiteLoader,
  tell: (message: ForkMessage) => void,
): Promise<void> {
  const { suites: available, leftOut } = request.code === null
    ? { suites: await loadSuites([request.suite], suites), leftOut: 0 }
    : await collectSuites(request.code);
  if (request.task === "offer") {
    return tell({ type: "offered", suites: await Promise.all(available.map(offer)), leftOut });
  }
  const suite = available.find(({ name }) => name === request.suite);
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

async function offer(suite: Suite) {
  return { name: suite.name, benchmarks: await planSuite(suite) };
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
