/**
 * The workers of a pool: as many as its policy says.
 *
 * @module
 */

import { backoffDelayMs, MAX_DELAY_MS, retryPolicy } from "../../reliability/retry.ts";
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

/** How long to rest when one has broken with nothing to do, ever longer: if all break as they start, no core is kept busy. */
const REST = retryPolicy({ maxRetries: 0, initialDelayMs: 1_000, jitter: false });
/** What breaks this long after a rest has nothing to do with what broke before, in milliseconds. */
const CALM_MS = MAX_DELAY_MS;

/** Makes a worker, which calls `broke` when it has broken. */
export type MakeRunner<Input, Output> = (broke: () => void) => TaskRunner<Input, Output>;

/**
 * Workers that have nothing to do, and how many there should be with those that do; all methods are O(1) for each worker.
 *
 * One that breaks in the middle of a task is replaced at once; those that break with nothing to do after a rest of a second, and if
 * those that are made then break as well, after two, four and so on up to a minute. Meanwhile there are no new ones, unless there would
 * be none for a task that waits.
 */
export class Crew<Input, Output> {
  /** How many have broken. */
  crashes = 0;
  /** Why the last of them did. */
  lastCrash: string | undefined = undefined;
  readonly #settings: CrewSettings;
  readonly #makeRunner: MakeRunner<Input, Output>;
  readonly #changed: () => void;
  #idle: TaskRunner<Input, Output>[] = [];
  #busy = 0;
  #target = 0;
  #neededAtMs = 0;
  #rests = 0;
  #restsUntilMs = -Infinity;
  #timer: Timer | undefined = undefined;
  #isClosed = false;
  readonly #broke = (): void => {
    const broken = this.#idle.filter(({ fault }) => fault !== undefined);
    if (broken.length === 0) return; // its task has broken with it, or it was closed on purpose
    this.#idle = this.#idle.filter(({ fault }) => fault === undefined);
    for (const runner of broken) this.#note(runner);
    this.#rest();
    this.#changed();
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
    if (runner.fault === undefined) this.#idle.push(runner);
    else if (!this.#isClosed) this.#note(runner);
  }

  /** Grows at once to what so many waiting tasks want, and shrinks to it after the cool-down. */
  resize(waiting: number): void {
    const { scaling, cooldownMs } = this.#settings, now = performance.now();
    const wanted = desiredSize(scaling, { running: this.#busy, waiting, epochMs: Date.now() }, this.#settings);
    if (wanted >= this.#target) this.#neededAtMs = now;
    const leftMs = this.#neededAtMs + cooldownMs - now;
    this.#setSize(wanted >= this.#target || leftMs <= 0 ? wanted : this.#target, waiting);
    this.#lookAgain(Math.min(
      wanted < this.#target ? leftMs : Infinity,
      scaling.by === "schedule" ? cooldownMs : Infinity,
      this.size < this.#target ? this.#restsUntilMs - now : Infinity,
    ));
  }

  /** Keeps only as many as so many waiting tasks can use, for good. */
  wind(waiting: number): void {
    this.#setSize(Math.min(this.#settings.max, this.#busy + waiting), waiting);
    this.#lookAgain(this.size < this.#target ? this.#restsUntilMs - performance.now() : Infinity);
  }

  /** Ends those that have nothing to do; whatever breaks from now on was ended on purpose. */
  close(): void {
    this.#isClosed = true;
    this.#setSize(0, 0);
    this.#lookAgain(Infinity);
  }

  #setSize(size: number, waiting: number): void {
    this.#target = size;
    if (this.size < size) this.#grow(size, waiting);
    while (this.#idle.length > 0 && this.size > size) this.#idle.pop()?.close();
  }

  #grow(size: number, waiting: number): void {
    const rests = performance.now() < this.#restsUntilMs;
    const most = rests ? Math.max(this.size, Math.min(waiting, 1)) : size;
    while (this.size < Math.min(size, most)) this.#idle.push(this.#makeRunner(this.#broke));
  }

  #note(runner: TaskRunner<Input, Output>): void {
    this.crashes++;
    this.lastCrash = runner.fault;
  }

  #rest(): void {
    const now = performance.now();
    if (now < this.#restsUntilMs) return; // together with others: none has broken that was made since
    if (now > this.#restsUntilMs + CALM_MS) this.#rests = 0;
    this.#restsUntilMs = now + backoffDelayMs(REST, ++this.#rests, Math.random);
  }

  /** Has its size set again after a while; `Infinity` for never. */
  #lookAgain(delayMs: number): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = delayMs < Infinity
      ? timers.scheduleInBackground(Math.max(1, delayMs), { fire: () => this.#changed() })
      : undefined;
  }
}
