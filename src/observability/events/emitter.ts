/**
 * One event of a bus.
 *
 * @module
 */

import type { BusCore } from "./bus_core.ts";
import type { EventSubscription } from "./event_subscription.ts";
import { isThenable } from "../../thenable.ts";

/** The arguments by which an event is emitted: none if it has no payload. */
export type PayloadArguments<Payload> = [Payload] extends [void] ? [] : [payload: Payload];

/** How an event was handled. */
export interface EmitReport {
  /** Its place among all events of the bus. */
  readonly sequence: number;
  /** How many handlers have ended well, those included whose filter did not want it. */
  readonly succeeded: number;
  /** How many have failed. */
  readonly failed: number;
  /** How many had not ended when the time was up. */
  readonly unsettled: number;
}

/**
 * One event of a bus, looked up once: `emit` costs a look-up less than the bus's own. Made by `EventBus.event`.
 *
 * While nothing but plain handlers listens, an emit is an increment and their calls: to one handler as fast as the fastest emitter of
 * npm's, to five half as fast as that one, which compiles code for them, and twice as fast as any other.
 */
export class Emitter<Payload> {
  /** The event's name. */
  readonly name: string;
  readonly #core: BusCore;
  /** Whether nobody listens, and nothing is to be done but to count. */
  #isUnheard = true;
  /** The only handler, if there is one and nothing is to be done but to call it. */
  #sole: EventSubscription | undefined = undefined;
  /** All of them, if of none more is to be done; never changed, but replaced. */
  #plain: readonly EventSubscription[] | undefined = undefined;
  /** All of them, in the order in which they are called; never changed, but replaced. */
  #all: readonly EventSubscription[] = [];

  /** Made by a bus. */
  constructor(core: BusCore, name: string, all: readonly EventSubscription[]) {
    this.#core = core;
    this.name = name;
    this.listen(all);
  }

  /** Tells all who listen. Never throws, and waits for nothing; see the bus. */
  emit(...payload: PayloadArguments<Payload>): void;
  emit(payload?: unknown): void {
    const core = this.#core, sole = this.#sole;
    const sequence = ++core.sequence;
    if (sole === undefined) {
      if (this.#isUnheard) return;
      return this.#emitToMany(payload, sequence);
    }
    const { handler } = sole;
    try {
      const answer = handler(payload);
      if (answer !== undefined) this.#answered(sole, answer, { payload, sequence });
    } catch (error) {
      sole.failed(error, core.eventOf(this.name, payload, sequence));
    }
  }

  /**
   * Counts an event that nobody would hear, and answers whether that is so; otherwise does nothing, and the event is to be emitted:
   * saves a payload that is made for nobody.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { EventBus } from "./event_bus.ts";
   *
   * const bus = new EventBus<{ "state.end": { state: string } }>(), ended = bus.event("state.end");
   * if (!ended.skip()) ended.emit({ state: "load" });
   * assertEquals(bus.sequence, 1);
   * ```
   */
  skip(): boolean {
    if (this.#isUnheard) this.#core.sequence++;
    return this.#isUnheard;
  }

  /** Tells all who listen, as `emit` does, and answers the promises of those who take longer, and what became of the others. */
  emitTracked(payload: unknown): { readonly sequence: number; readonly outcomes: (Promise<boolean> | boolean)[] } {
    const sequence = ++this.#core.sequence;
    return { sequence, outcomes: this.#deliver(payload, sequence) };
  }

  /** Has others listen from the next emit on. */
  listen(all: readonly EventSubscription[]): void {
    const isPlain = this.#core.replay === undefined && !this.#core.isClosed && all.every((one) => one.isPlain);
    this.#all = all;
    this.#plain = isPlain ? all : undefined;
    this.#isUnheard = isPlain && all.length === 0;
    this.#sole = isPlain && all.length === 1 ? all[0] : undefined;
  }

  #emitToMany(payload: unknown, sequence: number): void {
    const all = this.#plain;
    if (all === undefined) return void this.#deliver(payload, sequence);
    const size = all.length;
    let at = 0;
    try {
      // A call site for each of the first, at which V8 then sees one function, and calls without a look-up: twice as fast as a loop.
      if (size > 0) {
        const { handler } = all[0]!, answer = handler(payload);
        if (answer !== undefined) this.#answered(all[0]!, answer, { payload, sequence });
        if (this.#plain !== all) return this.#deliverRest(all, 1, { payload, sequence });
        at = 1;
      }
      if (size > 1) {
        const { handler } = all[1]!, answer = handler(payload);
        if (answer !== undefined) this.#answered(all[1]!, answer, { payload, sequence });
        if (this.#plain !== all) return this.#deliverRest(all, 2, { payload, sequence });
        at = 2;
      }
      if (size > 2) {
        const { handler } = all[2]!, answer = handler(payload);
        if (answer !== undefined) this.#answered(all[2]!, answer, { payload, sequence });
        if (this.#plain !== all) return this.#deliverRest(all, 3, { payload, sequence });
        at = 3;
      }
      if (size > 3) {
        const { handler } = all[3]!, answer = handler(payload);
        if (answer !== undefined) this.#answered(all[3]!, answer, { payload, sequence });
        if (this.#plain !== all) return this.#deliverRest(all, 4, { payload, sequence });
        at = 4;
      }
      if (size > 4) {
        const { handler } = all[4]!, answer = handler(payload);
        if (answer !== undefined) this.#answered(all[4]!, answer, { payload, sequence });
        if (this.#plain !== all) return this.#deliverRest(all, 5, { payload, sequence });
        at = 5;
      }
      for (; at < size; at++) {
        const { handler } = all[at]!, answer = handler(payload);
        if (answer !== undefined) this.#answered(all[at]!, answer, { payload, sequence });
        if (this.#plain !== all) return this.#deliverRest(all, at + 1, { payload, sequence });
      }
    } catch (error) {
      all[at]!.failed(error, this.#core.eventOf(this.name, payload, sequence));
      this.#deliverRest(all, at + 1, { payload, sequence });
    }
  }

  /** The handlers have changed meanwhile: those who have left are not called, and those who have come not yet. */
  #deliverRest(all: readonly EventSubscription[], from: number, happened: Happened): void {
    const event = this.#core.eventOf(this.name, happened.payload, happened.sequence);
    for (const one of all.slice(from)) if (one.active) one.deliver(event);
  }

  #deliver(payload: unknown, sequence: number): (Promise<boolean> | boolean)[] {
    const core = this.#core;
    if (core.isClosed) {
      core.ignored++;
      return [];
    }
    const event = core.eventOf(this.name, payload, sequence);
    core.replay?.add(event);
    const outcomes: (Promise<boolean> | boolean)[] = [];
    for (const one of this.#all) if (one.active) outcomes.push(one.deliver(event));
    return outcomes;
  }

  #answered(one: EventSubscription, answer: unknown, { payload, sequence }: Happened): void {
    if (isThenable(answer)) one.follow(answer, this.#core.eventOf(this.name, payload, sequence));
  }
}

/** An emit under way. */
interface Happened {
  readonly payload: unknown;
  readonly sequence: number;
}
