/**
 * The measuring process's side: reads one request from stdin, does it, and tells on stdout.
 *
 * @module
 */

import type { ForkMessage } from "../fork_messages.ts";
import { messageLine } from "../message_line.ts";
import { describeFailure } from "./failure.ts";
import { LineReader } from "./line_reader.ts";
import type { SuiteLoader } from "./obey.ts";

export type { SuiteLoader } from "./obey.ts";

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
  const task = taskOf(line);
  // What the others need is not loaded: a run starts many processes.
  if (task === "duet") {
    const { readDuetRequest } = await import("../duet/protocol.ts");
    const duet = readDuetRequest(line);
    if (duet !== null) {
      const { runDuetFork } = await import("./duet.ts");
      return await runDuetFork(duet, { suites, program, input, write: writeAll });
    }
  } else if (task === "load") {
    const { readLoadRequest, runLoad } = await import("./load.ts");
    const load = readLoadRequest(line);
    if (load !== null) return await runLoad(load, writeAll);
  }
  const { parseRequest } = await import("../protocol.ts");
  const request = parseRequest(line);
  const tell = (message: ForkMessage) => writeAll(messageLine(request.token, message));
  const permissions = request.code?.permissions ?? null;
  if (permissions !== null) {
    const { runContained } = await import("./contained.ts");
    return await runContained(request, permissions, tell);
  }
  const [{ obey }, { endWithParent }] = await Promise.all([import("./obey.ts"), import("./parent_watch.ts")]);
  await endWithParent();
  try {
    await obey(request, suites, tell);
    tell({ type: "done" });
  } catch (thrown) {
    const { message, stack } = describeFailure(thrown);
    tell({ type: "broken", message, stack });
  }
  Deno.exit(0); // timers and servers that a benchmark left behind would keep the process alive
}

/** What a request asks for, as far as it says so. */
function taskOf(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "task" in value ? value.task : null;
  } catch {
    return null; // whoever reads it will say what is wrong with it
  }
}

const UNNAMED: ForkProgram = { tool: { name: "a program", version: "without a version" }, suiteNames: [] };

function writeAll(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}
