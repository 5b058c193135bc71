/**
 * What is not to be told of for a while.
 *
 * @module
 */

import { requireNumber } from "../../reliability/require_number.ts";
import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import { type LabelMatchers, type Labels, labelsMatch, requireMatchers } from "./labels.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** What is silenced, by whom and why. */
export interface SilenceOptions {
  /** Which alerts: at least one condition. */
  readonly match: LabelMatchers;
  /** For how long, in milliseconds from its start; above 0, of which more than some 34 years count as that. */
  readonly durationMs: number;
  /** When it starts, in milliseconds from now; at least 0. Default 0. */
  readonly startsInMs?: number;
  /** Who wants it. */
  readonly createdBy: string;
  /** Why. */
  readonly comment: string;
}

/** A silence. Its durations are those of a steady clock: a step of the wall clock moves the times shown, not its end. */
export interface Silence extends Disposable {
  /** Unique within its manager. */
  readonly id: number;
  /** What was asked for. */
  readonly options: SilenceOptions;
  /** Where it stands. */
  readonly state: "waiting" | "active" | "expired";
  /** Ends it. */
  expire(): void;
}

/** The silences that have not expired. */
export class Silences {
  readonly #silences = new Set<TimedSilence>();
  readonly #changed: () => void;
  #lastId = 0;

  /** `changed` is called when one is added, starts or ends. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Adds one; see `AlertManager.silence`. */
  add(options: SilenceOptions): Silence {
    const { match, durationMs, startsInMs = 0, createdBy, comment } = requireOptions(
      "silence alerts",
      options,
      "pass at least { match, durationMs }",
    );
    if (Object.keys(requireMatchers("a silence", match)).length === 0) {
      throw new TypeError("Cannot silence every alert: expected at least one condition in match");
    }
    requireNumber("durationMs of a silence", durationMs, "duration");
    requireNumber("startsInMs of a silence", startsInMs, "delay");
    for (const [what, text] of [["createdBy", createdBy], ["comment", comment]] as const) {
      if (typeof text === "string" && text !== "") continue;
      throw new TypeError(`Cannot silence alerts without ${what}: expected a text, found ${JSON.stringify(text)}`);
    }
    const silence = new TimedSilence(++this.#lastId, options, (ended) => {
      if (ended.state === "expired") this.#silences.delete(ended);
      this.#changed();
    });
    this.#silences.add(silence);
    silence.start();
    return silence;
  }

  /** The id of a silence that holds of these labels. */
  idFor(labels: Labels): number | undefined {
    for (const { state, options, id } of this.#silences) {
      if (state === "active" && labelsMatch(options.match, labels)) return id;
    }
    return undefined;
  }

  /** Those that have not expired. */
  list(): readonly Silence[] {
    return [...this.#silences];
  }

  /** Ends all of them, and tells nobody. */
  clear(): void {
    for (const silence of this.#silences) silence.stop();
    this.#silences.clear();
  }
}

class TimedSilence implements Silence {
  state: Silence["state"] = "waiting";
  #timer: Timer | undefined = undefined;

  constructor(
    readonly id: number,
    readonly options: SilenceOptions,
    readonly changed: (silence: TimedSilence) => void,
  ) {}

  start(): void {
    const { startsInMs = 0 } = this.options;
    if (startsInMs === 0) return this.fire();
    this.#timer = timers.scheduleInBackground(startsInMs, this);
    this.changed(this);
  }

  /** Called by the timer. */
  fire(): void {
    const isEnd = this.state === "active";
    this.state = isEnd ? "expired" : "active";
    this.#timer = isEnd ? undefined : timers.scheduleInBackground(this.options.durationMs, this);
    this.changed(this);
  }

  stop(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.state = "expired";
  }

  expire(): void {
    if (this.state === "expired") return;
    this.stop();
    this.changed(this);
  }

  [Symbol.dispose](): void {
    this.expire();
  }
}
