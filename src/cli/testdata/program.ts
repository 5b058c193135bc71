/**
 * Drives the command line as a user does: in a process of its own, with real arguments, streams and signals.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { V8_FLAGS } from "../../testdata/v8_flags.ts";

export { inTempDir } from "../../testdata/temp_dir.ts";

/** How a program ended and what it said. */
export interface Outcome {
  /** Its exit code. */
  readonly code: number;
  /** All of its stdout. */
  readonly stdout: string;
  /** All of its stderr. */
  readonly stderr: string;
}

/** How to start it. */
export interface RunOptions {
  /** Variables over the present ones; what changes a program's looks is unset by default. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its current folder. */
  readonly cwd?: string;
}

/** A command and its first arguments. */
export type Program = readonly [string, ...string[]];

const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
/** Deno with a module beside this one. */
export const fromSource = (module: string): Program => [
  Deno.execPath(),
  "run",
  "--quiet",
  "--allow-all",
  "--cached-only",
  V8_FLAGS,
  "--config",
  config,
  fileURLToPath(new URL(module, import.meta.url)),
];

const binary = Deno.env.get("PUFFIN_BENCH_BINARY");

/** Whether the executable is tested, and not its source. */
export const isExecutable = binary !== undefined;

/** The program that users have: the executable that `PUFFIN_BENCH_BINARY` names, or its source. */
export const PUFFIN_BENCH: Program = binary === undefined ? fromSource("../main.ts") : [Deno.realPathSync(binary)];

/** The same for tests of what a comparison does, not of how well it measures; from source its processes hardly warm up. */
export const HASTY_BENCH: Program = isExecutable ? PUFFIN_BENCH : fromSource("./hasty_main.ts");

/** The same command line with odd suites: always from source. */
export const ODD_BENCH: Program = fromSource("./odd_main.ts");

/**
 * Registers a test that is not run on the executable, which has no part of its own in what is tested: {@linkcode ODD_BENCH}, which is
 * always the source, or what a command does with its arguments and files, once the executable has shown that it knows the command.
 * It runs what depends on how it was built: each command once, each page that comes from a template, every Worker that it brings along,
 * and whatever starts it again or ends it.
 */
export function testSource(test: string | Deno.TestDefinition, fn: Deno.TestDefinition["fn"] = () => {}): void {
  if (binary === undefined) Deno.test(typeof test === "string" ? { name: test, fn } : test);
}

/** Registers a test that is run on the executable only. */
export function testExecutable(name: string, fn: Deno.TestDefinition["fn"]): void {
  if (binary !== undefined) Deno.test(name, fn);
}

/** Variables that change what a program looks like, unset. */
export const LOOKS = { NO_COLOR: "", CI: "", COLUMNS: "", TERM: "xterm" };

/** Starts a program; its streams are piped. */
export function start([command, ...first]: Program, args: readonly string[], options: RunOptions = {}) {
  return new Deno.Command(command, {
    args: [...first, ...args],
    env: { ...LOOKS, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits for a program's end. */
export async function outcomeOf(child: Deno.ChildProcess): Promise<Outcome> {
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Runs a program to its end. */
export function run(program: Program, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return outcomeOf(start(program, args, options));
}

/** Runs a program on a pseudo-terminal, with the `script` of util-linux; stdout and stderr are one there. */
export function runOnTerminal(program: Program, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const line = [...program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  return run(["script", "--quiet", "--return", "--command", line, "/dev/null"], [], options);
}

/** Whether there is such a program; a test that needs one is skipped without it. */
export function hasProgram(command: string, args: readonly string[] = ["--version"]): boolean {
  try {
    return new Deno.Command(command, { args: [...args], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
