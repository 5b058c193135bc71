/**
 * The Worker's side of a pool.
 *
 * @module
 */

import { serializeError } from "../../reliability/serialized_error.ts";
import { type FromWorker, isPoolMessage } from "./worker_protocol.ts";

/** A function that runs tasks in a Worker. */
export type TaskFunction = (input: never, signal: AbortSignal) => unknown;

/** An answer of which parts move to the pool instead of being copied. */
export class Transferred<Value> {
  /** Takes the answer, and what of it moves: buffers, ports and the like. */
  constructor(readonly value: Value, readonly transfer: readonly Transferable[]) {}
}

/** Answers with something of which parts move to the pool instead of being copied. */
export function transferred<Value>(value: Value, transfer: readonly Transferable[]): Transferred<Value> {
  return new Transferred(value, transfer);
}

/** What a Worker's global scope is to us. */
interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  postMessage(message: unknown, transfer: Transferable[]): void;
  close(): void;
}

/**
 * Makes a Worker serve a pool: called once, in a Worker's own entry module, before the first message arrives.
 *
 * @throws {TypeError} If this is no Worker.
 */
export function serveTasks(fn: TaskFunction): void {
  serve(() => Promise.resolve(fn));
}

/** Serves with a function that comes with the first message. */
export function serveLoaded(load: (module: string, exportName: string) => Promise<TaskFunction>): void {
  serve(load);
}

function serve(load: (module: string, exportName: string) => Promise<TaskFunction>): void {
  const scope: unknown = globalThis;
  if (!isWorkerScope(scope)) {
    throw new TypeError("Cannot serve tasks: expected to be in a Worker; start this module as one");
  }
  const aborts = new Map<number, AbortController>();
  let loading: Promise<TaskFunction> | undefined = undefined;
  const answer = (message: FromWorker, transfer: readonly Transferable[] = []) =>
    scope.postMessage(message, [...transfer]);
  const run = async (id: number, input: unknown) => {
    const abort = new AbortController();
    aborts.set(id, abort);
    try {
      const fn: (input: never, signal: AbortSignal) => unknown = await (loading ??= load("", ""));
      const output = await fn(input as never, abort.signal); // what the pool sends is what the function takes
      if (output instanceof Transferred) answer({ kind: "done", id, output: output.value }, output.transfer);
      else answer({ kind: "done", id, output });
    } catch (error) {
      answer({ kind: "failed", id, ...described(error) });
    } finally {
      aborts.delete(id);
    }
  };
  scope.addEventListener("message", ({ data }) => {
    if (!isPoolMessage(data)) return;
    if (data.kind === "load" && "module" in data && "exportName" in data) {
      loading = load(String(data.module), String(data.exportName));
      loading.catch(() => {}); // told to each task
    } else if (data.kind === "run" && "id" in data && "input" in data) run(Number(data.id), data.input);
    else if (data.kind === "abort" && "id" in data) aborts.get(Number(data.id))?.abort();
  });
  tellBeforeEnd(scope, () => answer({ kind: "closed" }));
  answer({ kind: "ready" });
}

/** Has the pool told when the Worker ends itself, which by itself says nothing to anybody. */
function tellBeforeEnd(scope: WorkerScope, tell: () => void): void {
  const close = scope.close.bind(scope);
  scope.close = () => {
    tell();
    close();
  };
  if (typeof Deno === "undefined") return;
  const { exit } = Deno;
  const value = (code?: number): never => {
    tell();
    return exit(code);
  };
  Object.defineProperty(Deno, "exit", { value, configurable: true });
}

/** Whether this is the global scope of a Worker. */
export function isWorkerScope(scope: unknown): scope is WorkerScope {
  return typeof scope === "object" && scope !== null && "postMessage" in scope && "addEventListener" in scope &&
    "close" in scope;
}

function described(error: unknown): { readonly name: string; readonly message: string; readonly stack?: string } {
  const { name, message, stack } = serializeError(error);
  return { name, message, ...(stack !== undefined && { stack }) };
}
