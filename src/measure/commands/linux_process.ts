/**
 * Processes by the C library of Linux, whose `wait4` tells what a child took. The runtime's own processes cannot be asked: it waits
 * for them itself, and drops what the system tells.
 *
 * @module
 */

import { nextTurn } from "../fork/event_loop.ts";
import {
  type EndedProcess,
  killLimit,
  lastLines,
  type ProcessRequest,
  type ProcessRunner,
  type UnstartedProcess,
} from "./command_process.ts";

const SYMBOLS = {
  posix_spawnp: { parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"], result: "i32" },
  posix_spawn_file_actions_init: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_addopen: { parameters: ["buffer", "i32", "buffer", "i32", "u32"], result: "i32" },
  posix_spawn_file_actions_adddup2: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_setflags: { parameters: ["buffer", "i16"], result: "i32" },
  posix_spawnattr_setpgroup: { parameters: ["buffer", "i32"], result: "i32" },
  posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
  wait4: { parameters: ["i32", "buffer", "i32", "buffer"], result: "i32", nonblocking: true },
  wait4_now: { name: "wait4", parameters: ["i32", "buffer", "i32", "buffer"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "i64"], result: "i64" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  kill: { parameters: ["i32", "i32"], result: "i32" },
  prctl: { parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** More than `posix_spawnattr_t` (336 bytes), `posix_spawn_file_actions_t` (80) and `sigset_t` (128) take. */
const OPAQUE_BYTES = 512;

/** Of `posix_spawnattr_setflags`: a process group of its own, default signal actions, no blocked signals. */
const SPAWN_FLAGS = 0x02 | 0x04 | 0x08;

const SIGKILL = 9;
const SIGPIPE = 13;
const WNOHANG = 1;
const ENOENT = 2;
const EACCES = 13;
const PR_SET_CHILD_SUBREAPER = 36;
const SYS_PIDFD_OPEN = 434n; // on every architecture
const POLLIN = 1;

/**
 * For so long this thread waits for the end of a command and does nothing else, before it looks after its timers and signals. A thread
 * of its own that waits would have to wake this one, and that time would count: beside a load, a millisecond.
 */
const WATCH_MS = 50;
const [O_RDONLY, O_WRONLY, O_TRUNC, O_CLOEXEC] = [0, 1, 0x200, 0x8_0000];

/** Where `struct rusage` of a 64-bit system has its fields, in words of 8 bytes. */
const RUSAGE = { userSeconds: 0, userMicros: 1, systemSeconds: 2, systemMicros: 3, maxResidentKb: 4, words: 18 };

/**
 * Starts the command from a process that is itself small, tells its number on descriptor 3, and leaves it to this process: the
 * system counts what a process was before it became the command, so that straight from here nothing would be smaller than this
 * program. The command begins once a line comes on descriptor 4: were it over before its first parent is, that would wait for it.
 */
const SMALL_PARENT = '{ read -r _ <&4; exec "$@" 3>&- 4<&-; } & echo $! >&3';

/** What `sh` ends with if a program cannot be executed, or is not there. */
const NOT_EXECUTED: readonly number[] = [126, 127];

/** A child's end, as the system tells it. */
interface Waited {
  readonly exitCode: number;
  readonly userNs: number;
  readonly systemNs: number;
  readonly peakBytes: number;
}

/** Runs processes on Linux, and tells all that there is to tell. */
export class LinuxRunner implements ProcessRunner {
  readonly unknownUsage = null;
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #stderrPath: string;
  readonly #pidPath: string;

  private constructor(library: Deno.DynamicLibrary<typeof SYMBOLS>) {
    this.#library = library;
    this.#stderrPath = Deno.makeTempFileSync({ prefix: "puffin-bench-stderr-" });
    this.#pidPath = Deno.makeTempFileSync({ prefix: "puffin-bench-pid-" });
  }

  /** Opens the C library where there is one that it knows; else tells why not. */
  static open(): LinuxRunner | string {
    if (Deno.build.os !== "linux") return `this system (${Deno.build.os}) is not asked for them yet`;
    if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
      return "the program may not load the C library (--allow-ffi)";
    }
    let library;
    try {
      library = Deno.dlopen("libc.so.6", SYMBOLS);
    } catch {
      return "there is no libc.so.6";
    }
    try {
      return new LinuxRunner(library);
    } catch (error) {
      library.close();
      return `no temporary file can be made (${error instanceof Error ? error.message : error})`;
    }
  }

  async run(request: ProcessRequest): Promise<EndedProcess | UnstartedProcess> {
    const start = performance.now();
    const spawned = this.#spawn(request, request.words, null);
    if (typeof spawned === "string") return { status: "unstarted", reason: spawned };
    using limit = killLimit(() => this.#killGroup(spawned), request);
    const endMs = await this.#watch(spawned);
    const waited = await this.#wait(spawned);
    const wallNs = ((endMs ?? performance.now()) - start) * 1e6;
    if (request.killsRest) this.#killGroup(spawned);
    return { status: "ended", ...waited, wallNs, peakBytes: null, ...this.#end(request, limit) };
  }

  async observe(request: ProcessRequest): Promise<EndedProcess | UnstartedProcess> {
    const { prctl, pipe2, write, close } = this.#library.symbols;
    const pipe = new Int32Array(2);
    if (pipe2(pipe, O_CLOEXEC) !== 0) return await this.run(request);
    const [reading = 0, writing = 0] = pipe;
    try {
      // What its parent leaves behind becomes this process's child, so that it can be waited for; sandboxes and emulators may refuse.
      if (prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) !== 0) return await this.run(request);
      const parent = this.#spawn(request, ["/bin/sh", "-c", SMALL_PARENT, "sh", ...request.words], reading);
      if (typeof parent === "string") return await this.run(request);
      using limit = killLimit(() => this.#killGroup(parent), request);
      await this.#wait(parent);
      const pid = Number(Deno.readTextFileSync(this.#pidPath));
      if (!Number.isInteger(pid) || pid <= 0) return await this.run(request);
      const start = performance.now();
      write(writing, cString("\n"), 1n);
      const waited = await this.#wait(pid);
      const wallNs = (performance.now() - start) * 1e6; // nobody counts it
      if (request.killsRest) this.#killGroup(parent);
      if (NOT_EXECUTED.includes(waited.exitCode)) return await this.run(request); // which tells the reason
      return { status: "ended", ...waited, wallNs, ...this.#end(request, limit) };
    } finally {
      prctl(PR_SET_CHILD_SUBREAPER, 0n, 0n, 0n, 0n);
      close(reading);
      close(writing);
    }
  }

  close(): void {
    this.#library.close();
    for (const path of [this.#stderrPath, this.#pidPath]) {
      try {
        Deno.removeSync(path);
      } catch { /* somebody else has */ }
    }
  }

  #end({ showOutput }: ProcessRequest, limit: { timedOut(): boolean }) {
    return { timedOut: limit.timedOut(), stderrTail: showOutput ? "" : tailOfFile(this.#stderrPath) };
  }

  /** The child's number, or why there is none; `startLine` is the descriptor that a small parent's child begins at. */
  #spawn(
    { environment, showOutput }: ProcessRequest,
    words: readonly [string, ...string[]],
    startLine: number | null,
  ): number | string {
    const { symbols: libc } = this.#library;
    const [actions, attributes] = [new Uint8Array(OPAQUE_BYTES), new Uint8Array(OPAQUE_BYTES)];
    libc.posix_spawn_file_actions_init(actions);
    libc.posix_spawnattr_init(attributes);
    const open = (descriptor: number, path: string, flags: number) =>
      libc.posix_spawn_file_actions_addopen(actions, descriptor, cString(path), flags, 0o600);
    open(0, "/dev/null", O_RDONLY);
    if (showOutput) libc.posix_spawn_file_actions_adddup2(actions, 2, 1);
    else {
      open(1, "/dev/null", O_WRONLY);
      open(2, this.#stderrPath, O_WRONLY | O_TRUNC);
    }
    if (startLine !== null) {
      libc.posix_spawn_file_actions_adddup2(actions, startLine, 4);
      open(3, this.#pidPath, O_WRONLY | O_TRUNC);
    }
    const [brokenPipe, none] = [new Uint8Array(OPAQUE_BYTES), new Uint8Array(OPAQUE_BYTES)];
    brokenPipe[(SIGPIPE - 1) >> 3] = 1 << ((SIGPIPE - 1) & 7); // which the runtime ignores
    libc.posix_spawnattr_setsigdefault(attributes, brokenPipe);
    libc.posix_spawnattr_setsigmask(attributes, none);
    libc.posix_spawnattr_setpgroup(attributes, 0);
    libc.posix_spawnattr_setflags(attributes, SPAWN_FLAGS);
    const pid = new Int32Array(1);
    const list = new CStrings(words);
    const variables = new CStrings(Object.entries(environment).map(([name, value]) => `${name}=${value}`));
    const file = cString(words[0]);
    const error = libc.posix_spawnp(pid, file, actions, attributes, list.pointers, variables.pointers);
    libc.posix_spawn_file_actions_destroy(actions);
    libc.posix_spawnattr_destroy(attributes);
    return error === 0 ? pid[0] ?? 0 : startError(words[0], error);
  }

  /** Resolves to when the child has ended; to null, and at once, if the kernel cannot tell (before Linux 5.3). */
  async #watch(pid: number): Promise<number | null> {
    const { syscall, poll, close } = this.#library.symbols;
    const descriptor = Number(syscall(SYS_PIDFD_OPEN, BigInt(pid), 0n));
    if (descriptor < 0) return null;
    const watched = new Int32Array([descriptor, POLLIN]);
    while (poll(watched, 1n, WATCH_MS) !== 1) await nextTurn();
    const endMs = performance.now();
    close(descriptor);
    return endMs;
  }

  async #wait(pid: number): Promise<Waited> {
    const status = new Int32Array(1);
    const usage = new BigInt64Array(RUSAGE.words);
    let waited = -1;
    // A signal of this process may interrupt the call; a child that is not there is no reason to ask for ever.
    for (let tries = 0; waited !== pid && tries < 100; tries++) {
      waited = this.#library.symbols.wait4_now(pid, status, WNOHANG, usage);
      if (waited === 0) waited = await this.#library.symbols.wait4(pid, status, 0, usage);
    }
    if (waited !== pid) throw new Error(`Cannot wait for process ${pid}: the system does not tell of its end`);
    const field = (index: number) => Number(usage[index] ?? 0n);
    const code = status[0] ?? 0;
    const signal = code & 0x7f;
    return {
      exitCode: signal === 0 ? (code >> 8) & 0xff : 128 + signal,
      userNs: field(RUSAGE.userSeconds) * 1e9 + field(RUSAGE.userMicros) * 1e3,
      systemNs: field(RUSAGE.systemSeconds) * 1e9 + field(RUSAGE.systemMicros) * 1e3,
      peakBytes: field(RUSAGE.maxResidentKb) * 1024,
    };
  }

  #killGroup(leader: number): void {
    this.#library.symbols.kill(-leader, SIGKILL);
  }
}

function startError(program: string, error: number): string {
  const name = JSON.stringify(program);
  if (error === ENOENT) return `there is no program ${name}`;
  if (error === EACCES) return `${name} may not be executed`;
  return `${name} does not start: error ${error} of the system`;
}

/** A list of texts as C takes it; it lives as long as this does. */
class CStrings {
  /** Addresses of the texts, and a null at their end. */
  readonly pointers: BigUint64Array<ArrayBuffer>;
  /** What the addresses are of. */
  readonly texts: readonly Uint8Array<ArrayBuffer>[];

  constructor(texts: readonly string[]) {
    this.texts = texts.map(cString);
    this.pointers = new BigUint64Array(texts.length + 1);
    for (const [index, text] of this.texts.entries()) {
      this.pointers[index] = Deno.UnsafePointer.value(Deno.UnsafePointer.of(text));
    }
  }
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text.replaceAll("\0", "")}\0`);
}

function tailOfFile(path: string): string {
  const bytes = Deno.readFileSync(path);
  return lastLines(new TextDecoder().decode(bytes.subarray(-4_096)));
}
