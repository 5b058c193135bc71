/**
 * One program of a duet, as its conductor sees it: a process that is asked one thing at a time, never hangs for longer than it
 * may, and leaves nothing behind.
 *
 * @module
 */

import type { ForkLauncher } from "../fork_launcher.ts";
import { abortion } from "../run/abortion.ts";
import { OutputLines } from "../run/output_lines.ts";
import { Pump } from "../run/pump.ts";
import { type ForkProcess, spawnProcess, timedV8Flags } from "../run/spawn.ts";
import { systemReason } from "../system_reason.ts";
import { timeLimitText } from "../time_limit_text.ts";
import { DuetError, type Side } from "./duet_error.ts";
import { type DuetMessage, parseDuetMessage } from "./messages.ts";
import {
  type BenchmarkModule,
  DUET_PROTOCOL,
  type DuetCommand,
  type DuetRequest,
  encodeLine,
  type Hello,
  type Ready,
} from "./protocol.ts";

/** One of the two programs. */
export interface DuetProgram {
  /** Which side it is. */
  readonly side: Side;
  /** What people call it: a path, a revision. */
  readonly name: string;
  /** How to start it. */
  readonly launcher: ForkLauncher;
  /** Files that it is to import. */
  readonly modules: readonly BenchmarkModule[];
  /** Suites that it has built in: those of these names; null: all. */
  readonly suites: readonly string[] | null;
  /** Multiplies the iterations of its samples: 1.1 makes it 10 % slower than it is; 1 for none. */
  readonly slowdown: number;
}

/** Starts the process of a program; `seed` decides the length of a variable in its environment. */
export type SpawnProgram = (launcher: ForkLauncher, seed: number) => ForkProcess;

/** What a process needs besides its program. */
export interface DuetProcessOptions {
  /** What to ask for, besides what the program decides. */
  readonly request: Pick<DuetRequest, "ids" | "controls" | "settings">;
  /** Decides the length of a variable in its environment. */
  readonly seed: number;
  /** How long it may take to say hello, and then to load its benchmarks, in milliseconds. */
  readonly startTimeoutMs: number;
  /** Ends it at once. */
  readonly signal: AbortSignal | undefined;
  /** Starts it; a test may play it. */
  readonly spawn: SpawnProgram;
}

/** What came instead of an answer. */
export type Breakdown =
  | { readonly status: "timed_out"; readonly timeoutMs: number }
  | { readonly status: "crashed"; readonly exit: string; readonly stderr: string }
  | { readonly status: "broken"; readonly message: string };

/** What came: an answer, or how the process ended without one. */
export type Answer = { readonly status: "answered"; readonly message: DuetMessage } | Breakdown;

/** Text before hello, in characters, after which a program is none of ours. */
const MAX_PREAMBLE = 1 << 20;

/** Lines of other text that are kept for the case of a crash. */
const KEPT_LINES = 20;

/** How long a process may take to end after it has been told to. */
const EXIT_MS = 5_000;

/** How long output is waited for after a process is gone: one that it started itself may hold the other end. */
const DRAIN_MS = 1_000;

/** Starts a process by its launcher, with the flags of a timed fork. */
export const spawnProgram: SpawnProgram = (launcher, seed) =>
  spawnProcess(launcher, seed, timedV8Flags(launcher, false));

/** A program that has said hello and loaded its benchmarks. Dispose of it: then the process is gone. */
export class DuetProcess implements AsyncDisposable {
  /** What it is. */
  readonly program: DuetProgram;
  readonly #process: ForkProcess;
  readonly #options: DuetProcessOptions;
  readonly #token = `${crypto.randomUUID()} `;
  readonly #stderr: string[] = [];
  readonly #drained: Promise<unknown>;
  readonly #pumps: readonly Pump[];
  readonly #onAbort = () => this.#process.kill();
  #pending: PromiseWithResolvers<Answer> | undefined;
  #unasked: DuetMessage[] = [];
  #ended: Breakdown | undefined;
  #preamble = 0;
  #hello: Hello | undefined;
  #ready: Ready | undefined;

  private constructor(program: DuetProgram, process: ForkProcess, options: DuetProcessOptions) {
    this.program = program;
    this.#process = process;
    this.#options = options;
    const stdout = new OutputLines<DuetMessage>(this.#token, {
      parse: parseDuetMessage,
      onMessage: (message) => this.#take(message),
      onText: (line) => this.#takeText(line),
    });
    const stderr = new OutputLines<never>(this.#token, {
      parse: () => null,
      onMessage: () => {},
      onText: (line) => {
        if (line.trim() !== "" && this.#stderr.push(line.slice(0, 500)) > KEPT_LINES) this.#stderr.shift();
      },
    });
    this.#pumps = [new Pump(process.stdout, stdout), new Pump(process.stderr, stderr)];
    this.#drained = Promise.all(this.#pumps.map((pump) => pump.run()));
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    void this.#watch();
  }

  /**
   * Starts a program and waits until it is ready.
   *
   * @throws {DuetError} If it does not start, is no program for a duet, or speaks another version of the protocol; the message
   * names the side and the program. The signal's reason, if it is aborted.
   */
  static async start(program: DuetProgram, options: DuetProcessOptions): Promise<DuetProcess> {
    options.signal?.throwIfAborted();
    let process: ForkProcess;
    try {
      process = options.spawn(program.launcher, options.seed);
    } catch (cause) {
      throw new DuetError(
        program.side,
        `Cannot start ${nameOf(program)}: ${systemReason(cause)}; name a program that this user may run`,
        { cause },
      );
    }
    const started = new DuetProcess(program, process, options);
    try {
      await started.#shakeHands();
      return started;
    } catch (thrown) {
      await started[Symbol.asyncDispose]();
      options.signal?.throwIfAborted();
      throw thrown;
    }
  }

  /** What it said of itself. */
  get hello(): Hello {
    if (this.#hello === undefined) throw new TypeError("Cannot tell what a program said: it has not said hello");
    return this.#hello;
  }

  /** What it has. */
  get ready(): Ready {
    if (this.#ready === undefined) throw new TypeError("Cannot tell what a program has: it is not ready");
    return this.#ready;
  }

  /**
   * Gives a command, and waits for the answer: for `timeoutMs`, then the process is killed. One command at a time.
   *
   * @throws The signal's reason, if it is aborted.
   */
  async ask(command: DuetCommand, timeoutMs: number): Promise<Answer> {
    const answer = this.#next(timeoutMs);
    if (this.#ended === undefined) void this.#process.send(encodeLine(command));
    const answered = await answer;
    this.#options.signal?.throwIfAborted();
    if (answered.status !== "answered" || answered.message.type !== "broken") return answered;
    this.#process.kill();
    return { status: "broken", message: answered.message.message };
  }

  /** What a breakdown of this program is called in an error. */
  describe(breakdown: Breakdown): string {
    switch (breakdown.status) {
      case "timed_out":
        return `it did not answer within ${timeLimitText(breakdown.timeoutMs)}`;
      case "crashed":
        return `its process ended with ${breakdown.exit}${lastWords(breakdown.stderr)}`;
      case "broken":
        return breakdown.message;
    }
  }

  /** Waits until the process has ended by itself, having been told to close; kills it if it takes longer than 5 s. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#process.kill(), EXIT_MS);
    await this.#process.exit;
    clearTimeout(timer);
    await this[Symbol.asyncDispose]();
  }

  /** Kills the process, and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#process.kill();
    await this.#process.exit;
    await this.#drain();
  }

  async #shakeHands(): Promise<void> {
    const { program, hello } = { program: this.program, hello: this.#next(this.#options.startTimeoutMs) };
    const { suites, modules, slowdown } = program;
    const request: DuetRequest = {
      task: "duet",
      protocol: DUET_PROTOCOL,
      token: this.#token,
      suites,
      modules,
      slowdown,
      ...this.#options.request,
    };
    void this.#process.send(encodeLine(request));
    const said = await hello;
    if (said.status !== "answered" || said.message.type !== "hello") throw this.#stranger(said);
    this.#hello = said.message;
    if (said.message.protocol !== DUET_PROTOCOL) {
      const [older, newer] = said.message.protocol < DUET_PROTOCOL ? ["it", "this program"] : ["this program", "it"];
      throw this.#error(
        `it is ${said.message.tool} and speaks version ${said.message.protocol} of the duet's protocol, this program ` +
          `${DUET_PROTOCOL}: ${older} is older than ${newer}; build both sides and this program from like versions`,
      );
    }
    const ready = await this.#next(this.#options.startTimeoutMs);
    if (ready.status === "answered" && ready.message.type === "ready") {
      this.#ready = ready.message;
      return;
    }
    if (ready.status === "answered" && ready.message.type === "broken") throw this.#error(ready.message.message);
    throw this.#error(
      ready.status === "answered"
        ? `it answered "${ready.message.type}" where it should say what it has`
        : this.describe(ready),
    );
  }

  /** What is wrong with a program that has not even said hello. */
  #stranger(answer: Answer): DuetError {
    if (answer.status === "timed_out") {
      return this.#error(
        `it did not say hello within ${timeLimitText(answer.timeoutMs)}; is it a puffin-bench that knows ab?`,
      );
    }
    if (answer.status === "crashed") {
      // What a puffin-bench says that has never heard of a duet: it takes the request for one of a measuring run.
      if (answer.stderr.includes("Cannot read the fork's request")) {
        return this.#error("it is a puffin-bench that is older than ab; build it from a newer revision");
      }
      const words = lastWords(answer.stderr);
      return this.#error(
        `it ended with ${answer.exit} before it said hello${words}; is it a puffin-bench that knows ab?`,
      );
    }
    return this.#error("it is no puffin-bench that knows ab: it printed something else than a hello");
  }

  #error(reason: string): DuetError {
    return new DuetError(this.program.side, `Cannot measure ${nameOf(this.program)}: ${reason}`);
  }

  /** The next message, or how the process ended. */
  async #next(timeoutMs: number): Promise<Answer> {
    const waiting = this.#unasked.shift();
    if (waiting !== undefined) return { status: "answered", message: waiting };
    if (this.#ended !== undefined) return this.#ended;
    const pending = Promise.withResolvers<Answer>();
    this.#pending = pending;
    const timer = setTimeout(() => this.#break({ status: "timed_out", timeoutMs }), timeoutMs);
    try {
      return await pending.promise;
    } finally {
      clearTimeout(timer);
      this.#pending = undefined;
    }
  }

  #take(message: DuetMessage): void {
    if (this.#pending === undefined) {
      this.#unasked.push(message);
      return;
    }
    const pending = this.#pending;
    this.#pending = undefined; // a second message must not be lost while the first one's receiver has not run yet
    pending.resolve({ status: "answered", message });
  }

  #takeText(line: string): void {
    if (this.#hello !== undefined || this.#ended !== undefined) return; // a benchmark may print
    this.#preamble += line.length + 1;
    if (this.#preamble <= MAX_PREAMBLE) return;
    this.#break({ status: "broken", message: "it prints without end" });
    this.#cancel(); // what a program of its own goes on to print would keep the other side's hello waiting
  }

  #break(breakdown: Breakdown): void {
    this.#ended ??= breakdown;
    this.#process.kill();
    this.#pending?.resolve(this.#ended);
  }

  /** Learns of the end of the process, after all that it printed has been read. */
  async #watch(): Promise<void> {
    const exit = await this.#process.exit;
    await this.#drain();
    await abortion(exit, this.#options.signal);
    this.#break({ status: "crashed", exit, stderr: this.#stderr.join("\n") });
  }

  async #drain(): Promise<void> {
    const timer = setTimeout(() => this.#cancel(), DRAIN_MS);
    await this.#drained;
    clearTimeout(timer);
  }

  /** Reads no more of what it prints. */
  #cancel(): void {
    for (const pump of this.#pumps) pump.cancel();
  }
}

/** What errors call a program. */
export function nameOf({ side, name }: Pick<DuetProgram, "side" | "name">): string {
  return `${side.toUpperCase()} ${JSON.stringify(name)}`;
}

/** The lines that tell most of why a program ended: the first error, if one is called so, and the last lines. */
function lastWords(stderr: string): string {
  // deno-lint-ignore no-control-regex
  const plain = stderr.replaceAll(/\u001b\[[0-9;]*m/g, "");
  const lines = plain.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const first = lines.findIndex((line) => /^error|Error:/.test(line));
  const words = (first >= 0 ? lines.slice(first, first + 4) : lines.slice(-4)).join(" | ");
  return words === "" ? "" : `: ${words}`;
}
