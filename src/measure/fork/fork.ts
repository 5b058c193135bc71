/**
 * The measuring process's side: reads one request from stdin, does it, and tells on stdout.
 *
 * @module
 */

import { calibrateClock, performanceClock } from "../clock.ts";
import type { Suite } from "../definition.ts";
import type { ClockFacts } from "../document.ts";
import { encodeMessage, type ForkMessage, type ForkRequest, parseRequest } from "../protocol.ts";
import { createRandom } from "../random.ts";
import { observeAllocation } from "./allocation.ts";
import { audit } from "./audit.ts";
import { createContext, type ForkContext } from "./context.ts";
import { describeFailure } from "./failure.ts";
import { FaultMonitor } from "./faults.ts";
import { findCollector } from "./garbage.ts";
import { endWithParent } from "./parent_watch.ts";
import { type Candidate, findCandidates } from "./subject.ts";
import { time, type TimedCandidate } from "./timing.ts";

/** Finds suites by their names. */
export type SuiteLoader = (names: readonly string[]) => Promise<readonly Suite[]>;

/**
 * Runs as a fork of `measure`, and ends the process when all is told: what a program has to call when it was started by a
 * `ForkLauncher`. It ignores SIGINT, for the run decides when it ends, and it ends when the run does, however that came about.
 *
 * @param suites Loads the suite that is asked for; called once.
 */
export async function runFork(suites: SuiteLoader): Promise<void> {
  Deno.addSignalListener("SIGINT", () => {});
  const request = parseRequest(readLine());
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

async function obey(request: ForkRequest, suites: SuiteLoader, tell: (message: ForkMessage) => void): Promise<void> {
  const suite = (await suites([request.suite])).find(({ name }) => name === request.suite);
  if (suite === undefined) {
    throw new TypeError(`Cannot measure suite "${request.suite}": this program does not have it`);
  }
  const clockFacts = calibrateWarm();
  using faults = new FaultMonitor();
  const collect = findCollector();
  const random = createRandom(request.seed);
  const context = createContext({ request, clock: performanceClock, faults, random, collect, tell });
  const candidates = findCandidates(suite, request.benchmarks.map(({ id }) => id));
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

/** The first calibrations run in V8's interpreter, where a reading costs twice as much as it will in a loop. */
function calibrateWarm(): ClockFacts {
  for (let cold = 0; cold < 20; cold++) calibrateClock(performanceClock);
  return calibrateClock(performanceClock);
}

function withShapes(candidates: readonly Candidate[], { request }: ForkContext): readonly TimedCandidate[] {
  return candidates.map((candidate, index) => {
    const shape = request.benchmarks[index]?.shape ?? null;
    if (shape === null) throw new TypeError(`Cannot measure "${candidate.id}": the request does not tell its shape`);
    return { candidate, shape };
  });
}

/** Reads one line from stdin, which stays open as long as the run lives; synchronously, so that no read is left pending. */
function readLine(): string {
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const length = Deno.stdin.readSync(buffer);
    if (length === null) break;
    chunks.push(buffer.slice(0, length));
    if (buffer[length - 1] === 10) break;
  }
  return new TextDecoder().decode(new Uint8Array(chunks.flatMap((chunk) => [...chunk])));
}

function writeAll(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}
