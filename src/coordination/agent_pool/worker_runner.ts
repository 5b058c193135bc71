/**
 * One Worker of a pool, seen from the pool.
 *
 * @module
 */

import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import { RemoteTaskError } from "./pool_error.ts";
import { RunnerBrokenError, type TaskCall, type TaskRunner } from "./task_runner.ts";
import { isPoolMessage, type ToWorker } from "./worker_protocol.ts";

/**
 * What Workers run: either what a module exports, which is a function, called as `fn(input, signal)`, or an agent, which is
 * run with the input as its variables and answers with its outputs; or an entry of their own, which calls `serveTasks`.
 *
 * `deno compile` puts into an executable only what the main module imports, so what only Workers load has to be named to
 * it. That is the entry, `deno compile --include tasks_entry.ts main.ts`; or the module and `worker_entry.ts` of this
 * library's `src/coordination/agent_pool`, `deno compile --include tasks.ts --include <library>/src/.../worker_entry.ts
 * main.ts`, where the library is a folder or the URL that it was imported by. Without that every task fails with a
 * `WorkerCrashedError` or a `RemoteTaskError` that says so.
 */
export type WorkerCode =
  | { readonly module: string | URL; readonly exportName: string }
  | { readonly entry: string | URL };

/**
 * Checks that code for Workers can be found from anywhere.
 *
 * @throws {TypeError} If it is named by something other than an absolute URL.
 */
export function requireWorkerCode(code: WorkerCode): void {
  const url = String("entry" in code ? code.entry : code.module);
  if (URL.canParse(url)) return;
  throw new TypeError(
    `Cannot start Workers with "${url}": expected an absolute URL; write new URL("./tasks.ts", import.meta.url)`,
  );
}

interface OpenTask {
  readonly id: number;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs tasks in a Worker of its own, one at a time. */
export class WorkerRunner<Input, Output> implements TaskRunner<Input, Output> {
  readonly #worker: Worker;
  readonly #graceMs: number;
  readonly #broke: () => void;
  #open: OpenTask | undefined = undefined;
  #broken: RunnerBrokenError | undefined = undefined;
  #hasStarted = false;
  #lastId = 0;
  #timer: Timer | undefined = undefined;

  /**
   * Starts the Worker. A task that is aborted has `graceMs` to answer before the Worker is ended; `broke` is called when it
   * has broken or was closed.
   */
  constructor(code: WorkerCode, graceMs: number, broke: () => void) {
    const entry = "entry" in code ? code.entry : new URL("./worker_entry.ts", import.meta.url);
    const module = "entry" in code ? entry : code.module;
    this.#graceMs = graceMs;
    this.#broke = broke;
    this.#worker = new Worker(entry, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onmessageerror = () => this.#break("it answered with something that cannot be read");
    this.#worker.onerror = (event) => {
      event.preventDefault(); // it is told to the task; nobody else need end
      this.#break(`${this.#hasStarted ? module : entry}: ${event.message}`);
    };
    if ("module" in code) {
      this.#post({ kind: "load", module: String(code.module), exportName: code.exportName });
    }
  }

  /** Why its Worker has broken or was closed. */
  get fault(): string | undefined {
    return this.#broken?.message;
  }

  /** Runs a task; once it is aborted it still has to answer, so that the Worker is known to be free. */
  async run(input: Input, { signal, transfer }: TaskCall): Promise<Output> {
    if (this.#broken !== undefined) throw this.#broken;
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => this.#open = { id, resolve, reject });
    const abort = () => {
      this.#post({ kind: "abort", id });
      this.#timer = timers.schedule(this.#graceMs, {
        fire: () => this.#break(`it did not stop within ${this.#graceMs} ms`),
      });
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      this.#post({ kind: "run", id, input }, transfer);
      return await answer as Output; // what the function answers is what the pool was declared to give
    } finally {
      this.#open = undefined;
      signal.removeEventListener("abort", abort);
      if (this.#timer !== undefined) timers.cancel(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Ends the Worker; a task that it runs rejects. */
  close(): void {
    this.#break("it was closed");
  }

  #post(message: ToWorker, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #receive(data: unknown): void {
    if (!isPoolMessage(data)) return;
    this.#hasStarted = true;
    if (data.kind === "closed") return this.#break("it closed itself");
    const open = this.#open;
    if (open === undefined || !("id" in data) || data.id !== open.id) return;
    if (data.kind === "done" && "output" in data) open.resolve(data.output);
    else if (data.kind === "failed" && "name" in data && "message" in data) {
      const { name, message } = data, stack = "stack" in data ? { stack: String(data.stack) } : {};
      open.reject(new RemoteTaskError({ name: String(name), message: String(message), ...stack }));
    }
  }

  #break(why: string): void {
    if (this.#broken !== undefined) return;
    this.#broken = new RunnerBrokenError(why, this.#hasStarted);
    this.#worker.terminate();
    this.#open?.reject(this.#broken);
    this.#broke();
  }
}
