/**
 * Drives a primitive with random calls, cancels and time, beside an oracle that says what must come of it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import type { TurnOptions } from "../turn_options.ts";
import { withoutStacks } from "./without_stacks.ts";

/** What is called, and with which number: what they mean is up to the suite. */
export interface Call<Op extends string> {
  readonly op: Op;
  readonly n: number;
  readonly options: TurnOptions;
}

/** The primitive, and what is to be seen of it from outside. */
export interface Subject<Op extends string> {
  /** Makes a call; a promise is one that may wait. `id` is the call's own. */
  call(call: Call<Op>, id: number): unknown;
  /** What can be seen at any time. */
  state(): unknown;
}

/** What must come of the calls, said in the simplest way. */
export abstract class Oracle<Op extends string> {
  /** How calls that may wait have ended, by id: JSON of the result, or the error's name. */
  readonly outcomes = new Map<number, string>();
  /** Makes a call; answers what one that does not wait answers. */
  abstract call(call: Call<Op>, id: number): unknown;
  /** A call gives up; false if it is none that waits. */
  abstract giveUp(id: number, cause: "abort" | "timeout"): boolean;
  /** As {@linkcode Subject.state}. */
  abstract state(): unknown;

  /** All calls that have ended have been told so by now; for what tells them in a later turn. */
  settled(): void {}

  end(id: number, result: unknown): void {
    this.outcomes.set(id, show(result));
  }
}

/** Who waits, in the order in which they are served. */
export class Line<Want> {
  list: { readonly id: number; readonly level: number; readonly want: Want }[] = [];

  join(id: number, { priority }: TurnOptions, want: Want): void {
    const level = typeof priority === "number" ? priority : 1;
    const behind = this.list.findIndex((other) => other.level < level);
    this.list.splice(behind === -1 ? this.list.length : behind, 0, { id, level, want });
  }

  leave(id: number): boolean {
    const { length } = this.list;
    this.list = this.list.filter((other) => other.id !== id);
    return this.list.length < length;
  }
}

/** What is run: a fresh primitive and its oracle for each script. */
export interface Suite<Op extends string> {
  readonly ops: readonly Op[];
  make(): { readonly subject: Subject<Op>; readonly oracle: Oracle<Op> };
  /** Whether each call is heard out before the next: for what needs more than one turn to settle. Default false. */
  readonly oneAtATime?: boolean;
  /** Waits until all that was called has had its effect. By default for the end of a turn. */
  readonly settle?: () => Promise<void>;
}

interface Step {
  readonly kind: "call" | "abort" | "tick";
  readonly op: number;
  readonly n: number;
  readonly timeoutMs: number | undefined;
  readonly priority: number | undefined;
  readonly owner: string | undefined;
  readonly sameTurn: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    "call" as const,
    "call" as const,
    "call" as const,
    "call" as const,
    "abort" as const,
    "tick" as const,
  ),
  op: fc.nat(999),
  n: fc.nat(9),
  timeoutMs: fc.option(fc.nat(6), { nil: undefined }),
  priority: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  owner: fc.option(fc.constantFrom("ann", "bob"), { nil: undefined }),
  sameTurn: fc.boolean(),
});

/** Why calls are given up: one reason for all, as it costs more to make than most calls. */
const ABORTED = new DOMException("", "AbortError");

/** Runs random scripts in virtual time; everybody who still waits at the end is aborted, and then nothing may be left. */
export async function fuzz<Op extends string>(suite: Suite<Op>, numRuns = 200): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: "max" }), async (script) => {
        try {
          await withoutStacks(() => new Run(suite, clock).play(script));
        } finally {
          clock.tick(1); // the wheel clears its timer at the end of a turn
        }
      }),
      { numRuns },
    );
  } finally {
    clock.uninstall();
  }
}

class Run<Op extends string> {
  readonly #subject: Subject<Op>;
  readonly #oracle: Oracle<Op>;
  readonly #aborts = new Map<number, AbortController>();
  readonly #deadlines = new Map<number, number>();
  readonly #seen = new Map<number, string>();
  #calls = 0;

  constructor(readonly suite: Suite<Op>, readonly clock: { tick(ms: number): unknown }) {
    const { subject, oracle } = suite.make();
    this.#subject = subject;
    this.#oracle = oracle;
  }

  async play(script: readonly Step[]): Promise<void> {
    try {
      for (const next of script) {
        if (next.kind === "call") this.#call(next);
        else if (next.kind === "abort") this.#abort(next.op % Math.max(1, this.#calls));
        else this.#pass(next.n);
        if (this.suite.oneAtATime !== true) assertEquals(this.#subject.state(), this.#oracle.state());
        if (!next.sameTurn || this.suite.oneAtATime === true) await this.#compare();
      }
      for (let id = 0; id < this.#calls; id++) {
        this.#abort(id);
        if (this.suite.oneAtATime === true) await this.#compare();
      }
      await this.#compare();
      assertEquals(timers.size, 0, "no timer is left");
    } finally { // a script that fails leaves nothing behind for the next
      for (const abort of this.#aborts.values()) abort.abort(ABORTED);
      await nextTurn();
    }
  }

  #call({ op, n, timeoutMs, priority, owner }: Step): void {
    const id = this.#calls++, abort = new AbortController();
    this.#aborts.set(id, abort);
    const call: Call<Op> = {
      op: this.suite.ops[op % this.suite.ops.length]!,
      n,
      options: {
        signal: abort.signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs: this.#unique(id, timeoutMs) }),
        ...(priority === undefined ? {} : { priority }),
        ...(owner === undefined ? {} : { owner }),
      },
    };
    const expected = this.#oracle.call(call, id);
    const answer = this.#answer(call, id);
    if (answer instanceof Promise) {
      answer.then((value) => this.#seen.set(id, show(value)), (error) => this.#seen.set(id, show(error)));
    } else assertEquals(show(answer), show(expected), `what ${call.op} ${n} answers`);
  }

  /** What a call that does not wait throws is an answer too. */
  #answer(call: Call<Op>, id: number): unknown {
    try {
      return this.#subject.call(call, id);
    } catch (error) {
      return error;
    }
  }

  /** Two that give up in one millisecond do so in no particular order: so none do. */
  #unique(id: number, timeoutMs: number): number {
    const taken = new Set(this.#deadlines.values());
    let later = Math.max(1, timeoutMs);
    while (taken.has(performance.now() + later)) later++;
    this.#deadlines.set(id, performance.now() + later);
    return later;
  }

  /** Perhaps of a call that has ended long ago: then nothing may change. */
  #abort(id: number): void {
    const abort = this.#aborts.get(id);
    if (abort === undefined || abort.signal.aborted) return;
    if (!this.#oracle.outcomes.has(id)) this.#giveUp(id, "abort", ABORTED);
    abort.abort(ABORTED);
  }

  #pass(ms: number): void {
    for (let passed = 0; passed < ms; passed++) {
      const due = [...this.#deadlines].find(([, at]) => at === performance.now() + 1)?.[0];
      if (due !== undefined && !this.#oracle.outcomes.has(due)) {
        this.#giveUp(due, "timeout", { name: "WaitTimeoutError" });
      }
      this.clock.tick(1);
    }
  }

  #giveUp(id: number, cause: "abort" | "timeout", reason: unknown): void {
    if (this.#oracle.giveUp(id, cause)) this.#oracle.end(id, reason);
  }

  async #compare(): Promise<void> {
    await (this.suite.settle ?? nextTurn)();
    this.#oracle.settled();
    assertEquals(this.#seen, this.#oracle.outcomes);
    assertEquals(this.#subject.state(), this.#oracle.state());
  }
}

/** A result or an error, in one word. */
function show(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const name: unknown = Reflect.get(value, "name");
  if (typeof name === "string") return name;
  return typeof Reflect.get(value, "release") === "function" ? "guard" : JSON.stringify(value);
}
