/**
 * Whether the tests find a mutant.
 *
 * @module
 */

/** How the tests of a file ended. */
export type Ending = "passed" | "failed" | "overdue";

/** What became of a mutant. */
export type Fate = "killed" | "timed out" | "survived";

/** Runs the tests of a file, for so long at most. */
export type RunTests = (file: string, limitMs: number) => Promise<TestRun>;

/** How the tests of a file ended, and when. */
export interface TestRun {
  readonly ending: Ending;
  readonly durationMs: number;
}

/** With a mutant, tests have so many times as long as without, and so much more; Stryker gives 1.5 times and 5 s. */
const LIMIT_FACTOR = 4;
const LIMIT_EXTRA_MS = 10_000;

/** How long the tests of a file may take with a mutant, if they take so long without. */
export function limitMsOf(unmutatedMs: number): number {
  return LIMIT_FACTOR * unmutatedMs + LIMIT_EXTRA_MS;
}

/** Tries mutants, and remembers how long tests take without one. */
export class Trials {
  readonly #runUnmutated: RunTests;
  readonly #unmutatedMs = new Map<string, Promise<number>>();

  /** `runUnmutated` runs tests on the project as it is. */
  constructor(runUnmutated: RunTests) {
    this.#runUnmutated = runUnmutated;
  }

  /** Runs files of tests on a mutant, in order, up to the first that does not pass. One that is overdue has found it, as in Stryker. */
  async fateOf(files: readonly string[], runMutated: RunTests): Promise<Fate> {
    for (const file of files) {
      const ending = await this.#endingOf(file, runMutated);
      if (ending === "failed") return "killed";
      if (ending === "overdue") return "timed out";
    }
    return "survived";
  }

  /** What is overdue could be so because the host has become slow: it is if the tests now take twice as long without the mutant too. */
  async #endingOf(file: string, runMutated: RunTests): Promise<Ending> {
    for (;;) {
      const unmutatedMs = await (this.#unmutatedMs.get(file) ?? this.#time(file));
      const { ending } = await runMutated(file, limitMsOf(unmutatedMs));
      if (ending !== "overdue" || await this.#time(file) <= 2 * unmutatedMs) return ending;
    }
  }

  #time(file: string): Promise<number> {
    const time = this.#timeOnce(file);
    this.#unmutatedMs.set(file, time);
    return time;
  }

  /** Tests that fail without a mutant would find every mutant. */
  async #timeOnce(file: string): Promise<number> {
    const { ending, durationMs } = await this.#runUnmutated(file, Infinity);
    if (ending !== "passed") {
      throw new Error(`Cannot try mutants with "${file}": its tests fail without one; mend them`);
    }
    return durationMs;
  }
}
