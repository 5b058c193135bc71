/**
 * Other programs, as Deno starts them.
 *
 * @module
 */

import { type ChildProcess, spawn, type StdioNull, type StdioPipe } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { Readable, Writable } from "node:stream";
import process from "node:process";

type Stdio = "piped" | "null" | "inherit";

/** How a program is started. */
export interface CommandOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: Stdio;
  readonly stdout?: Stdio;
  readonly stderr?: Stdio;
  readonly detached?: boolean;
}

/** How a program ended. */
export interface CommandStatus {
  readonly success: boolean;
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
}

/** The exit code of a program that a signal has ended, as shells have it, without the signal's number. */
const SIGNALLED = 128;

/** A program that was started. */
class Child {
  readonly pid: number;
  readonly status: Promise<CommandStatus>;
  readonly #process: ChildProcess;
  readonly #started: Promise<void>;
  #stdin: WritableStream<Uint8Array> | undefined;
  #stdout: ReadableStream<Uint8Array> | undefined;
  #stderr: ReadableStream<Uint8Array> | undefined;

  constructor(process: ChildProcess) {
    this.#process = process;
    this.pid = process.pid ?? 0;
    this.#started = new Promise((resolve, reject) => {
      process.once("spawn", resolve);
      process.once("error", reject);
    });
    this.status = new Promise((resolve, reject) => {
      process.once("error", reject);
      process.once("exit", (code, signal) => resolve({ success: code === 0, code: code ?? SIGNALLED, signal }));
    });
    for (const promise of [this.#started, this.status]) promise.catch(() => {}); // told to whoever waits
  }

  get stdin(): WritableStream<Uint8Array> {
    return this.#stdin ??= Writable.toWeb(required(this.#process.stdin, "stdin")) as WritableStream<Uint8Array>;
  }

  get stdout(): ReadableStream<Uint8Array> {
    return this.#stdout ??= Readable.toWeb(required(this.#process.stdout, "stdout")) as ReadableStream<Uint8Array>;
  }

  get stderr(): ReadableStream<Uint8Array> {
    return this.#stderr ??= Readable.toWeb(required(this.#process.stderr, "stderr")) as ReadableStream<Uint8Array>;
  }

  async output(): Promise<CommandStatus & { readonly stdout: Uint8Array; readonly stderr: Uint8Array }> {
    await this.#started;
    const { stdout, stderr } = this.#process;
    const [out, err, status] = await Promise.all([stdout && buffer(stdout), stderr && buffer(stderr), this.status]);
    return { ...status, stdout: out ?? new Uint8Array(), stderr: err ?? new Uint8Array() };
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): void {
    if (!this.#process.kill(signal)) throw new TypeError("Cannot kill a program that has ended");
  }
}

function required<Stream>(stream: Stream | null, name: string): Stream {
  if (stream === null) throw new TypeError(`Cannot use ${name} of this program: it is not "piped"`);
  return stream;
}

/** A program to be started. */
export class Command {
  readonly #program: string;
  readonly #options: CommandOptions;

  constructor(program: string, options: CommandOptions = {}) {
    this.#program = program;
    this.#options = options;
  }

  /** Starts it. */
  spawn(): Child {
    const { args = [], env = {}, cwd, stdin = "null", stdout = "inherit", stderr = "inherit", detached = false } =
      this.#options;
    const child = spawn(this.#program, [...this.#flags(), ...args], {
      env: { ...process.env, ...env },
      cwd,
      stdio: [stdioOf(stdin), stdioOf(stdout), stdioOf(stderr)],
      detached,
    });
    if (child.pid === undefined) {
      throw new TypeError(`Cannot start "${this.#program}": there is no such program, or it may not be run`);
    }
    return new Child(child);
  }

  /** Runs it to its end, and gives what it prints. */
  async output(): Promise<CommandStatus & { readonly stdout: Uint8Array; readonly stderr: Uint8Array }> {
    return await new Command(this.#program, { stdout: "piped", stderr: "piped", ...this.#options }).spawn().output();
  }

  /** V8's flags, which Deno takes from its environment and Node.js as arguments. */
  #flags(): readonly string[] {
    if (this.#program !== process.execPath) return [];
    return (this.#options.env?.["DENO_V8_FLAGS"] ?? "").split(",").filter((flag) => flag !== "");
  }
}

function stdioOf(stdio: Stdio): StdioPipe | StdioNull {
  return stdio === "piped" ? "pipe" : stdio === "null" ? "ignore" : "inherit";
}
