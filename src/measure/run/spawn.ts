/**
 * Starts the process of a fork.
 *
 * @module
 */

import { TRACING_FLAG } from "../fork/allocation.ts";
import type { ForkLauncher } from "../fork_launcher.ts";
import type { ForkRequest } from "../protocol.ts";
import { createRandom, deriveSeed } from "../random.ts";

/** A process that was started for a fork. */
export interface ForkProcess {
  /** What it prints. */
  readonly stdout: ReadableStream<Uint8Array>;
  /** What it complains of. */
  readonly stderr: ReadableStream<Uint8Array>;
  /** Resolves to how it ended, in words. */
  readonly exit: Promise<string>;
  /** Writes to its stdin, which stays open as long as it lives; a process that is gone is no error. */
  send(text: string): Promise<void>;
  /** Kills it and what it has started; of no effect if it is gone. */
  kill(): void;
}

/** Starts the process for a request. */
export type SpawnFork = (request: ForkRequest) => ForkProcess;

/** The longest random environment variable: a page, which moves the stack by any of its offsets. */
const MAX_PADDING = 4_096;

/** Has V8 collect garbage and compile on the thread that runs the code, and on no other. */
export const ISOLATING_FLAG = "--single-threaded";

/**
 * Has V8's young generation grow to no more than 2 MB in each half, so that it stays within the second cache of a common processor.
 *
 * V8 lets it grow to 16 MB or more whenever much survives a collection, and allocating becomes up to half slower for the rest of
 * the process's life. Chance decides when, and so it is most of what sets two processes of equal code apart: levels of 24
 * processes spread by 14 % (standard deviation, over seven benchmarks that allocate) as V8 has it, and by 2.3 % with 2 MB.
 */
const YOUNG_GENERATION_FLAG = "--max-semi-space-size=2";

/**
 * Has V8 compile on the thread that runs the code. Elsewhere a processor that is busy finishes late, and what is measured until then
 * is the slow code: one in some hundred benchmarks came out at half its speed beside a busy loop.
 */
const COMPILING_FLAG = "--no-concurrent-recompilation";

/** V8's flags in every timed fork. */
export const TIMED_V8_FLAGS: readonly string[] = ["--expose-gc", YOUNG_GENERATION_FLAG, COMPILING_FLAG];

/** V8's flags in a timed fork of a launcher. */
export function timedV8Flags({ builtInV8Flags }: ForkLauncher, isolateVm: boolean): readonly string[] {
  if (builtInV8Flags !== undefined) return builtInV8Flags;
  const inherited = (Deno.env.get("DENO_V8_FLAGS") ?? "").split(",").filter((flag) => flag !== "");
  const own = [...TIMED_V8_FLAGS, ...(isolateVm ? [ISOLATING_FLAG] : [])];
  return [...new Set([...own, ...inherited])]; // of two values of a flag the last one counts: the user's
}

/**
 * Starts forks by a launcher.
 *
 * The environment of each has a variable of random length, drawn from the fork's seed: addresses of the stack depend on the
 * size of the environment, and figures on those, so that a fixed length would be a bias.
 *
 * @param variables More variables of that environment.
 */
export function spawnBy(launcher: ForkLauncher, variables: Readonly<Record<string, string>> = {}): SpawnFork {
  return ({ task, seed, settings }) => {
    const flags = [...timedV8Flags(launcher, settings.isolateVm), ...(task === "memory" ? [TRACING_FLAG] : [])];
    return spawnProcess(launcher, seed, flags, variables);
  };
}

/**
 * Starts a process by a launcher, with these flags of V8; see {@linkcode spawnBy}. It leads a group of its own, of which nothing is
 * left once it has ended; signals of the terminal do not reach it, so whoever starts it kills it.
 *
 * @throws {Error} The system's, if it does not start.
 */
export function spawnProcess(
  launcher: ForkLauncher,
  seed: number,
  flags: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): ForkProcess {
  const padding = createRandom(deriveSeed(seed, "padding")).nextInt(MAX_PADDING);
  const child = new Deno.Command(launcher.executable, {
    args: [...launcher.arguments],
    env: { ...variables, DENO_V8_FLAGS: flags.join(","), PUFFIN_BENCH_PADDING: "x".repeat(padding) },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: hasProcessGroups,
  }).spawn();
  const writer = child.stdin.getWriter();
  let isGone = false;
  const exit = child.status.then(async ({ code, signal }) => {
    isGone = true;
    killGroup(child.pid);
    await writer.close().catch(() => {}); // it is broken: the process is gone
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  });
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    exit,
    send: (text) => writer.write(new TextEncoder().encode(text)).catch(() => {}), // its exit tells more than a broken pipe
    kill: () => {
      if (isGone) return; // its number may be another's by now
      killGroup(child.pid);
      try {
        child.kill("SIGKILL");
      } catch {
        // it is gone
      }
    },
  };
}

/** Whether a process can be the leader of a group, which is killed as a whole: what the process has started dies with it. */
const hasProcessGroups = Deno.build.os !== "windows";

/** Kills whatever is left of a leader's group. */
function killGroup(leader: number): void {
  if (!hasProcessGroups) return;
  try {
    Deno.kill(-leader, "SIGKILL");
  } catch {
    // none is left
  }
}
