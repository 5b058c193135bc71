/**
 * The loop around a measured function. Each benchmark gets one of its own, compiled from text of its own: V8 keeps what it has
 * learnt about a call with the text that contains it, so a shared loop, or two loops of one text, would share it too, and the
 * call would not be inlined.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { LoopShape } from "../protocol.ts";
import { isThenable } from "../../thenable.ts";
import type { SelfTiming } from "./self_timing.ts";

/** Runs `n` iterations and returns their duration in nanoseconds, hooks excluded. */
export type Loop = (n: number) => number | Promise<number>;

/** A function of the benchmark: the measured one, or a hook. */
export type BenchmarkPart = (state: unknown, params: Readonly<Record<string, string | number | boolean>>) => unknown;

/** What a loop calls. */
export interface LoopBody {
  /** The measured function. */
  readonly fn: BenchmarkPart;
  /** Handed to every call. */
  readonly state: unknown;
  /** Handed to every call. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** Called before each iteration, untimed. */
  readonly before: BenchmarkPart | undefined;
  /** Called after each iteration, untimed. */
  readonly after: BenchmarkPart | undefined;
  /** What the function tells the timed part of an iteration to, if it does. */
  readonly timing?: SelfTiming | undefined;
  /** Whether it was written for `deno bench`: then it gets its state alone, and a result of `false` is no failure. */
  readonly isLenient?: boolean | undefined;
  /** A result of the function: the place where results are put is made for its kind of value. */
  readonly exemplar: unknown;
}

/** Thrown by a loop when the measured function returned `false`. */
export const RETURNED_FALSE: unique symbol = Symbol("returned false");

/**
 * Compiles a loop.
 *
 * Every result is stored where the compiler cannot see that nobody reads it, and compared with `false` unless that is allowed.
 *
 * @param shape Decides what is awaited.
 * @param serial Makes the text unique: never twice the same in a process.
 */
export function compileLoop(shape: LoopShape, body: LoopBody, options: { clock: Clock; serial: number }): Loop {
  const compiled: unknown = new Function(source(shape, body, options.serial))();
  if (!isFactory(compiled)) {
    throw new TypeError("Cannot compile a loop: its text made no function; report this as a bug");
  }
  const { fn, state, params, before, after, timing, exemplar } = body;
  const sink = compiled.makeSink(exemplar);
  const { now } = options.clock;
  const { run } = compiled;
  return (n) => {
    const ns = run(fn, state, params, before, after, timing, sink, RETURNED_FALSE, now, n);
    if (shape.kind === "sync" && isThenable(sink.value)) {
      throw new TypeError(
        "it returned a promise after it had returned none when it was tried; let it always return one",
      );
    }
    return ns;
  };
}

interface Factory {
  readonly makeSink: (exemplar: unknown) => { readonly value: unknown };
  readonly run: (...values: unknown[]) => number | Promise<number>;
}

function isFactory(value: unknown): value is Factory {
  return typeof value === "object" && value !== null && "run" in value && typeof value.run === "function";
}

function source({ kind, hooks }: LoopShape, body: LoopBody, serial: number): string {
  const { before, after, timing, isLenient = false } = body;
  const call = `${kind === "async" ? "await " : ""}${isLenient ? "fn(state)" : "fn(state, params)"}`;
  const hookCall = (name: string) => `${hooks === "async" ? "await " : ""}${name}(state, params);`;
  const check = isLenient ? "" : "if (result === false) throw failure;";
  const isAsync = kind === "async" || hooks === "async";
  const plain = `
    const start = now();
    for (let i = 0; i < n; i++) {
      const result = ${call};
      ${check}
      sink.value = result;
    }
    return now() - start;`;
  const hooked = `
    let elapsed = 0;
    for (let i = 0; i < n; i++) {
      ${before === undefined ? "" : hookCall("before")}
      ${timing === undefined ? "" : "timing.open();"}
      const start = now();
      const result = ${call};
      elapsed += ${timing === undefined ? "now() - start" : "timing.close(start, now())"};
      ${check}
      sink.value = result;
      ${after === undefined ? "" : hookCall("after")}
    }
    return elapsed;`;
  // The sink is a class of its own, so that its field takes on one kind of value: a number is then stored without a box.
  return `"use strict"; // loop ${serial}
  class Sink${serial} { constructor(value) { this.value = value; } }
  const run = ${
    isAsync ? "async " : ""
  }function loop${serial}(fn, state, params, before, after, timing, sink, failure, now, n) {
    ${hooks === "none" ? plain : hooked}
  };
  return { run, makeSink: (exemplar) => new Sink${serial}(exemplar) };`;
}
