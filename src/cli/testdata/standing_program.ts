/**
 * Drives the command line in a process that stands ready for many calls: to start one for each takes a third of a second, nearly all of
 * the time of a command that only reads and writes files.
 *
 * @module
 */

import { parse } from "node:path";
import type { Call } from "./standing_main.ts";
import {
  fromSource,
  isExecutable,
  LOOKS,
  type Outcome,
  type Program,
  PUFFIN_BENCH,
  run,
  type RunOptions,
} from "./program.ts";

/** Runs a command line to its end. */
export type Runner = (args: readonly string[], options?: RunOptions) => Promise<Outcome>;

const started = new Map<Program, Runner>();

/**
 * A program that is started at the first call and runs every command line in one process, one after the other: with its arguments, variables and
 * current folder, and its real streams. What belongs to the process itself, signals, a terminal, a pipe that is closed, and its end, is
 * tested with processes of their own, and so is everything on the executable.
 *
 * Call it outside of tests, as the process outlives them; it serves all test files that are loaded with this one, and ends with them.
 */
export function standing(program: Program): Runner {
  if (program === PUFFIN_BENCH && isExecutable) return (args, options) => run(program, args, options);
  const runner = started.get(program) ?? startStanding(program);
  started.set(program, runner);
  return runner;
}

function startStanding(program: Program): Runner {
  const [command, ...first] = fromSource("./standing_main.ts");
  const child = new Deno.Command(command, {
    args: [...first, parse(program[program.length - 1] ?? "").name],
    env: LOOKS,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter(),
    [stdout, stderr] = [child.stdout, child.stderr].map((stream) => stream.getReader());
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (args: readonly string[], { env, cwd = Deno.cwd() }: RunOptions): Promise<Outcome> => {
    const mark = `\0${crypto.randomUUID()} `, call: Call = { args, env: { ...LOOKS, ...env }, cwd, mark };
    const told = Promise.all([textUntil(stdout, mark), textUntil(stderr, mark)]);
    await input.write(new TextEncoder().encode(JSON.stringify(call) + "\n"));
    const [[out, code], [err]] = await told;
    return { code: Number(code), stdout: out, stderr: err };
  };
  return (args, options = {}) => {
    const turn = last.then(() => ask(args, options));
    last = turn.catch(() => {}); // whoever asked for it is told
    return turn;
  };
}

/** What comes before the mark, and the rest of its line, with which the call's output ends. */
async function textUntil(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  mark: string,
): Promise<[string, string]> {
  const decoder = new TextDecoder();
  for (let text = "";;) {
    const end = text.lastIndexOf(mark);
    if (end >= 0 && text.endsWith("\n")) return [text.slice(0, end), text.slice(end + mark.length, -1)];
    const { value, done = true } = await reader?.read() ?? {};
    if (done) throw new Error(`the program ended in the middle of a call: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
}
