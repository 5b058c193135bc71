/**
 * Runs a command once, as a process of its own, and tells what it took.
 *
 * @module
 */

/** What is to be run. */
export interface ProcessRequest {
  /** The program and its arguments. */
  readonly words: readonly [string, ...string[]];
  /** Its whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether what it prints is shown on stderr; else it is discarded. */
  readonly showOutput: boolean;
  /** Whether what it has left running in its group is killed when it has ended. */
  readonly killsRest: boolean;
  /** After so many milliseconds it is killed. */
  readonly timeoutMs: number;
  /** Kills it. */
  readonly signal?: AbortSignal | undefined;
}

/** How a process ended, and what it took; null is what the host does not tell. */
export interface EndedProcess {
  /** Always `ended`. */
  readonly status: "ended";
  /** From just before its start to just after its end. */
  readonly wallNs: number;
  /** CPU time in user mode, its own and that of the descendants it waited for. */
  readonly userNs: number | null;
  /** The same in the kernel. */
  readonly systemNs: number | null;
  /** Largest resident set of any one of these processes; null unless it was observed. */
  readonly peakBytes: number | null;
  /** Its exit code; 128 and the signal's number if a signal ended it, as shells have it. */
  readonly exitCode: number;
  /** Whether it was killed because of its time. */
  readonly timedOut: boolean;
  /** The end of what it wrote to stderr; empty if its output was shown. */
  readonly stderrTail: string;
}

/** A process that did not start. */
export interface UnstartedProcess {
  /** Always `unstarted`. */
  readonly status: "unstarted";
  /** Why. */
  readonly reason: string;
}

/** Runs processes. */
export interface ProcessRunner {
  /** Why CPU time and memory are unknown; null if they are not. */
  readonly unknownUsage: string | null;
  /** Runs one and waits for its end; its wall time counts. */
  run(request: ProcessRequest): Promise<EndedProcess | UnstartedProcess>;
  /** Runs one for its memory, where that can be told: its times hold a shell's start. */
  observe(request: ProcessRequest): Promise<EndedProcess | UnstartedProcess>;
  /** Lets go of what it holds. */
  close(): void;
}

/** So much of the end of stderr is kept, in bytes. */
const TAIL_BYTES = 4_096;

/** So many lines of it are told. */
const TAIL_LINES = 5;

/** The last lines of a text. */
export function lastLines(text: string): string {
  return text.slice(-TAIL_BYTES).trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
}

/** By the runtime alone, on any system: it tells the wall time. */
export class PortableRunner implements ProcessRunner {
  readonly unknownUsage: string;

  /** `reason`: why nothing better is used. */
  constructor(reason: string) {
    this.unknownUsage = reason;
  }

  async run(request: ProcessRequest): Promise<EndedProcess | UnstartedProcess> {
    const { words: [program, ...args], environment, showOutput, timeoutMs, signal } = request;
    const output = showOutput ? "inherit" : "null";
    const start = performance.now();
    let child: Deno.ChildProcess;
    try {
      child = new Deno.Command(program, {
        args,
        env: { ...environment },
        stdin: "null",
        stdout: output,
        stderr: showOutput ? "inherit" : "piped",
      }).spawn();
    } catch (error) {
      return { status: "unstarted", reason: error instanceof Error ? error.message : String(error) };
    }
    let wallNs = 0;
    const ended = child.status.then((status) => {
      wallNs = (performance.now() - start) * 1e6;
      return status;
    });
    using limit = killLimit(() => child.kill("SIGKILL"), { timeoutMs, signal });
    const [{ code }, stderrTail] = await Promise.all([ended, showOutput ? "" : tailOf(child.stderr)]);
    const timedOut = limit.timedOut();
    return {
      status: "ended",
      ...{ wallNs, userNs: null, systemNs: null, peakBytes: null, exitCode: code, timedOut, stderrTail },
    };
  }

  observe(request: ProcessRequest): Promise<EndedProcess | UnstartedProcess> {
    return this.run(request);
  }

  close(): void {}
}

async function tailOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let tail = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) tail = (tail + decoder.decode(bytes, { stream: true })).slice(-TAIL_BYTES);
  return lastLines(tail);
}

/** Kills at the end of the time or at the signal, whichever comes first; until it is disposed of. */
export function killLimit(
  kill: () => void,
  { timeoutMs, signal }: Pick<ProcessRequest, "timeoutMs" | "signal">,
): Disposable & { timedOut(): boolean } {
  let timedOut = false;
  const killSafely = () => {
    try {
      kill();
    } catch { /* it is gone */ }
  };
  const timer = setTimeout(() => {
    timedOut = true;
    killSafely();
  }, timeoutMs);
  signal?.addEventListener("abort", killSafely);
  if (signal?.aborted === true) killSafely();
  return {
    timedOut: () => timedOut,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", killSafely);
    },
  };
}
