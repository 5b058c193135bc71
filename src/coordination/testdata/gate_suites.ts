/**
 * What latches, events and barriers must do.
 *
 * @module
 */

import { Barrier } from "../barrier.ts";
import { Latch } from "../latch.ts";
import { ResetEvent, type ResetMode } from "../reset_event.ts";
import { type Call, Line, Oracle, type Suite } from "./fuzz.ts";

export type LatchOp = "wait" | "try" | "count down";

export class LatchOracle extends Oracle<LatchOp> {
  readonly line = new Line<void>();

  constructor(public count: number) {
    super();
  }

  override call({ op, n, options }: Call<LatchOp>, id: number): unknown {
    if (op === "try") return this.count === 0;
    if (op === "wait") return this.count === 0 ? this.end(id, undefined) : this.line.join(id, options);
    this.count = Math.max(0, this.count - n % 3 - 1);
    if (this.count === 0) { for (const { id } of this.line.list.splice(0)) this.end(id, undefined); }
    return this.count;
  }

  override giveUp(id: number): boolean {
    return this.line.leave(id);
  }

  override state(): unknown {
    return { count: this.count, waiters: this.line.list.length };
  }
}

export const latchSuite: Suite<LatchOp> = {
  ops: ["wait", "wait", "wait", "try", "count down"],
  make: () => {
    const latch = new Latch(9);
    return {
      oracle: new LatchOracle(9),
      subject: {
        call: ({ op, n, options }) =>
          op === "wait" ? latch.wait(options) : op === "try" ? latch.tryWait() : latch.countDown(n % 3 + 1),
        state: () => ({ count: latch.count, waiters: latch.snapshot().waiters.length }),
      },
    };
  },
};

export type EventOp = "wait" | "try" | "set" | "reset";

export class EventOracle extends Oracle<EventOp> {
  readonly line = new Line<void>();
  isSet = false;

  constructor(readonly mode: ResetMode) {
    super();
  }

  override call({ op, options }: Call<EventOp>, id: number): unknown {
    if (op === "reset") this.isSet = false;
    else if (op === "set") {
      const passing = this.line.list.splice(0, this.mode === "auto" ? 1 : Infinity);
      for (const { id } of passing) this.end(id, undefined);
      this.isSet ||= this.mode === "manual" || passing.length === 0;
    } else {
      const passes = this.isSet;
      if (passes && this.mode === "auto") this.isSet = false;
      if (op === "try") return passes;
      if (passes) this.end(id, undefined);
      else this.line.join(id, options);
    }
    return undefined;
  }

  override giveUp(id: number): boolean {
    return this.line.leave(id);
  }

  override state(): unknown {
    return { isSet: this.isSet, waiters: this.line.list.length };
  }
}

export const eventSuite = (mode: ResetMode): Suite<EventOp> => ({
  ops: ["wait", "wait", "wait", "try", "set", "set", "reset"],
  make: () => {
    const event = new ResetEvent({ mode });
    return {
      oracle: new EventOracle(mode),
      subject: {
        call: ({ op, options }) =>
          op === "wait"
            ? event.wait(options)
            : op === "try"
            ? event.tryWait()
            : op === "set"
            ? event.set()
            : event.reset(),
        state: () => ({ isSet: event.isSet, waiters: event.snapshot().waiters.length }),
      },
    };
  },
});

type BarrierOp = "arrive" | "try" | "leave" | "reset" | "end action" | "fail action";

/** None, one that answers at once, or one that goes on until a call ends it. */
export type ActionKind = "none" | "sync" | "async";

const BROKEN = { name: "BrokenBarrierError" };

class BarrierOracle extends Oracle<BarrierOp> {
  readonly line: number[] = [];
  generation = 0;
  /** From which generation on. */
  broken: number | undefined = undefined;
  /** Whom the action under way concerns; none if the barrier broke since. */
  acting: { concerned: number } | undefined = undefined;

  constructor(readonly parties: number, readonly action: ActionKind) {
    super();
  }

  override call({ op }: Call<BarrierOp>, id: number): unknown {
    if (op === "leave") this.#break(true);
    else if (op === "reset") {
      this.broken = undefined;
      this.#break(false);
      this.broken = undefined;
      this.generation++;
    } else if (op === "end action") this.#endAction(true);
    else if (op === "fail action") this.#endAction(false);
    else if (this.broken !== undefined) return op === "try" ? BROKEN : this.end(id, BROKEN);
    else if (op === "arrive") {
      this.line.push(id);
      this.#meet(this.parties);
    } else {
      if (this.acting !== undefined || this.line.length < this.parties - 1) return undefined;
      const pass = { generation: this.generation, index: this.parties - 1 };
      this.#meet(this.parties - 1);
      return pass;
    }
    return undefined;
  }

  override giveUp(id: number): boolean {
    const place = this.line.indexOf(id);
    if (place === -1) return false;
    const isLate = place >= (this.acting?.concerned ?? 0);
    this.line.splice(place, 1);
    if (!isLate && this.acting !== undefined) this.acting.concerned--;
    this.#break(isLate);
    return true;
  }

  override state(): unknown {
    const { generation, broken, line } = this;
    return { generation, broken: broken !== undefined, arrived: line.length };
  }

  #meet(concerned: number): void {
    if (this.broken !== undefined || this.acting !== undefined || this.line.length < concerned) return;
    if (this.action === "async") this.acting = { concerned };
    else this.#pass(concerned);
  }

  #pass(concerned: number): void {
    this.line.splice(0, concerned).forEach((id, index) => this.end(id, { generation: this.generation, index }));
    this.generation++;
  }

  #endAction(isWell: boolean): void {
    const concerned = this.acting?.concerned;
    if (concerned === undefined) return;
    if (concerned >= 0 && isWell) this.#pass(concerned);
    else if (concerned >= 0) this.#break(false);
    this.acting = undefined;
    this.#meet(this.parties);
  }

  /** Whoever is late is not of the meeting for which an action is under way. */
  #break(isLate: boolean): void {
    const concerned = this.acting?.concerned ?? -1, isNext = isLate && concerned >= 0;
    const generation = isNext ? this.generation + 1 : this.generation;
    if (this.broken !== undefined && this.broken <= generation) return;
    this.broken = generation;
    if (!isNext && this.acting !== undefined) this.acting.concerned = -1;
    for (const id of this.line.splice(isNext ? concerned : 0)) this.end(id, BROKEN);
  }
}

export const barrierSuite = (parties: number, action: ActionKind): Suite<BarrierOp> => ({
  ops: action === "async"
    ? [
      "arrive",
      "arrive",
      "arrive",
      "arrive",
      "arrive",
      "try",
      "leave",
      "reset",
      "end action",
      "end action",
      "fail action",
    ]
    : ["arrive", "arrive", "arrive", "arrive", "arrive", "try", "leave", "reset", "reset"],
  oneAtATime: action === "async", // what comes of the action's end is heard some turns later
  make: () => {
    let ending: PromiseWithResolvers<void> | undefined = undefined;
    const end = (settle: (ending: PromiseWithResolvers<void>) => void): void => {
      if (ending !== undefined) settle(ending);
      ending = undefined;
    };
    const actions = {
      none: {},
      sync: { action: () => {} },
      async: { action: () => (ending = Promise.withResolvers<void>()).promise },
    };
    const barrier = new Barrier(parties, actions[action]);
    return {
      oracle: new BarrierOracle(parties, action),
      subject: {
        call: ({ op, options }) => {
          if (op === "arrive") return barrier.arrive(options);
          if (op === "try") return barrier.tryArrive();
          if (op === "leave") return barrier.leave();
          if (op === "reset") return barrier.reset();
          return end(op === "end action" ? ({ resolve }) => resolve() : ({ reject }) => reject(new Error("failed")));
        },
        state: () => {
          const { generation, broken, arrived } = barrier;
          return { generation, broken, arrived };
        },
      },
    };
  },
});
