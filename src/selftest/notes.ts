/**
 * What a reader should know before trusting the figures.
 *
 * @module
 */

import { plural } from "../report/facts.ts";
import type { Condition } from "./material.ts";
import type { Pool } from "./pool.ts";
import type { DuetTrust } from "./result.ts";

/** A load in words. */
export function wordOf(condition: Condition): string {
  if (condition === "quiet") return "nothing else running";
  return condition === "busy" ? "beside a busy loop" : "beside bursts of load";
}

/** What the figures do not show. */
export function notesOf(quiet: Pool, duet: readonly DuetTrust[], hasStored: boolean): string[] {
  const notes = [
    `Suites are simulated by drawing from ${quiet.size} measured pairs of processes; what happens too seldom to be among them ` +
    "is in no figure",
    "Later pairs of a comparison measure only what is undecided; here they are taken from pairs that measured the whole suite",
    "Drawing breaks up what neighbouring pairs have in common; the pairs themselves stay whole",
  ];
  const [first] = duet;
  if (first !== undefined) {
    const { independentSuites, independentBound } = first.falseAlarms;
    notes.push(
      independentSuites === 0
        ? "The measured pairs make less than one whole suite: by themselves they bound no rate; measure for longer (--time)"
        : `By themselves the measured pairs make ${plural(independentSuites, "suite")}, which can show no rate below ` +
          `${(100 * independentBound).toFixed(1)} % (the rule of three)`,
    );
  }
  if (duet.some(({ power }) => power.some(({ source }) => source === "multiplied"))) {
    notes.push(
      "Where too few slowed pairs were measured, samples of identical code were multiplied by what the slowed ones read as; " +
        "real changes also move what the compiler decides",
    );
  }
  if (duet.some(({ procedure, power }) => power.some(({ size }) => Math.abs(size - procedure.threshold) < 1e-9))) {
    notes.push(
      "A change of exactly the threshold is found in half of the cases at best: half of its estimates lie below",
    );
  }
  if (hasStored) {
    notes.push("Stored results that are hours apart differ by more of the host's drift than the few minutes seen here");
  }
  return notes;
}
