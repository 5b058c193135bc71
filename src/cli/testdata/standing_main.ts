/**
 * The command line again and again in one process: each line on stdin is a call, and what it wrote is followed by its mark.
 *
 * @module
 */

import { SUITES } from "../../../bench/mod.ts";
import { LineReader } from "../../measure/fork/line_reader.ts";
import { type CommandLineOptions, runCommandLine } from "../command_line.ts";
import { ODD_SUITES } from "./odd_suites.ts";

/** One call. */
export interface Call {
  readonly args: readonly string[];
  /** Variables to set for it. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What ends its output: on stdout with its exit code. */
  readonly mark: string;
}

const at = (module: string) => import.meta.resolve(module);
const PROGRAMS: Readonly<Record<string, CommandLineOptions>> = {
  "main": { suites: SUITES, mainModule: at("../main.ts") },
  "hasty_main": { suites: SUITES, mainModule: at("./hasty_main.ts") },
  "odd_main": { suites: ODD_SUITES, mainModule: at("./odd_main.ts") },
};

/** Starts the thread that bundles once for all calls: that takes longer than what tests have it bundle. */
function keepBundlerThread(): void {
  const StartedWorker = Worker;
  let kept: Worker | undefined;
  globalThis.Worker = new Proxy(StartedWorker, {
    construct(_, [url, options]: [URL | string, WorkerOptions?]) {
      if (!String(url).endsWith("/bundle/bundler_worker.ts")) return new StartedWorker(url, options);
      if (kept === undefined) {
        kept = new StartedWorker(url, options);
        kept.terminate = () => {};
      }
      return kept;
    },
  });
}

/** Calls it with variables and a folder, and puts back those that there were. */
async function call({ args, env, cwd }: Call, program: CommandLineOptions): Promise<number> {
  const before = Object.keys(env).map((name) => [name, Deno.env.get(name)] as const), home = Deno.cwd();
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
  Deno.chdir(cwd);
  try {
    return await runCommandLine(args, program);
  } finally {
    Deno.chdir(home);
    for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  }
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
}

if (import.meta.main) {
  const program = PROGRAMS[Deno.args[0] ?? ""], input = new LineReader(Deno.stdin);
  if (program === undefined) throw new TypeError(`no such program: ${Deno.args[0]}`);
  keepBundlerThread();
  for (let line = input.read(); line !== null && line !== undefined; line = input.read()) {
    const next: Call = JSON.parse(line), code = await call(next, program);
    writeAll(Deno.stdout, `${next.mark}${code}\n`);
    writeAll(Deno.stderr, `${next.mark}\n`);
  }
  Deno.exit(0);
}
