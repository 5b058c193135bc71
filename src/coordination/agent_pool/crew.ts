/**
 * The workers of a pool: as many as its policy says.
 *
 * @module
 */

import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import { desiredSize, type PoolBounds, type ScalingPolicy } from "./scaling.ts";
import type { TaskRunner } from "./task_runner.ts";

/** What the size of a crew goes by. */
export interface CrewSettings extends PoolBounds {
  /** The policy. */
  readonly scaling: ScalingPolicy;
  /** How long fewer must have been enough before some are ended, in milliseconds. */
  readonly cooldownMs: number;
}

/** How soon one that broke with nothing to do is replaced, in milliseconds: if all break as they start, no core is kept busy. */
const REPLACED_AFTER_MS = 1_000;

/** Makes a worker, which calls `broke` when it has broken. */
export type MakeRunner<Input, Output> = (broke: () => void) => TaskRunner<Input, Output>;

/** Workers that have nothing to do, and how many there should be with those that do; all methods are O(1) for each worker. */
export class Crew<Input, Output> {
  /** How many have broken. */
  crashes = 0;
  readonly #settings: CrewSettings;
  readonly #makeRunner: MakeRunner<Input, Output>;
  readonly #changed: () => void;
  #idle: TaskRunner<Input, Output>[] = [];
  #busy = 0;
  #target = 0;
  #neededAtMs = 0;
  #timer: Timer | undefined = undefined;
  #isClosed = false;
  readonly #broke = (): void => {
    const whole = this.#idle.filter(({ isBroken }) => !isBroken), broken = this.#idle.length - whole.length;
    if (broken === 0) return; // its task has broken with it, or it was closed on purpose
    this.#idle = whole;
    this.crashes += broken;
    this.#lookAgain(REPLACED_AFTER_MS, true);
  };

  /** Has nobody until {@linkcode resize}; `changed` is called when it has to be called again, as time has passed. */
  constructor(settings: CrewSettings, makeRunner: MakeRunner<Input, Output>, changed: () => void) {
    this.#settings = settings;
    this.#makeRunner = makeRunner;
    this.#changed = changed;
  }

  /** How many there are. */
  get size(): number {
    return this.#idle.length + this.#busy;
  }

  /** How many have nothing to do. */
  get idle(): number {
    return this.#idle.length;
  }

  /** One that has nothing to do, which then is busy. */
  take(): TaskRunner<Input, Output> | undefined {
    const runner = this.#idle.pop();
    if (runner !== undefined) this.#busy++;
    return runner;
  }

  /** One has nothing to do any more. */
  giveBack(runner: TaskRunner<Input, Output>): void {
    this.#busy--;
    if (!runner.isBroken) this.#idle.push(runner);
    else if (!this.#isClosed) this.crashes++;
  }

  /** Grows at once to what so many waiting tasks want, and shrinks to it after the cool-down. */
  resize(waiting: number): void {
    const { scaling, cooldownMs } = this.#settings, now = performance.now();
    const wanted = desiredSize(scaling, { running: this.#busy, waiting, epochMs: Date.now() }, this.#settings);
    if (wanted >= this.#target) this.#neededAtMs = now;
    const leftMs = this.#neededAtMs + cooldownMs - now;
    this.#setSize(wanted >= this.#target || leftMs <= 0 ? wanted : this.#target);
    const isTooLarge = wanted < this.#target;
    this.#lookAgain(isTooLarge ? leftMs : cooldownMs, isTooLarge || scaling.by === "schedule");
  }

  /** Keeps only as many as so many waiting tasks can use, for good. */
  wind(waiting: number): void {
    this.#setSize(Math.min(this.#settings.max, this.#busy + waiting));
    this.#lookAgain(0, false);
  }

  /** Ends those that have nothing to do; whatever breaks from now on was ended on purpose. */
  close(): void {
    this.#isClosed = true;
    this.#setSize(0);
    this.#lookAgain(0, false);
  }

  #setSize(size: number): void {
    this.#target = size;
    while (this.size < size) this.#idle.push(this.#makeRunner(this.#broke));
    while (this.#idle.length > 0 && this.size > size) this.#idle.pop()?.close();
  }

  #lookAgain(delayMs: number, isNeeded: boolean): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = isNeeded
      ? timers.scheduleInBackground(Math.max(1, delayMs), { fire: () => this.#changed() })
      : undefined;
  }
}
