/**
 * What is said of one property of a host.
 *
 * @module
 */

import type { ResultDocument } from "../../measure/document.ts";
import type { Neighbour } from "../../measure/environment/mod.ts";

/**
 * What a property means for measuring. `good`: it does no harm. `mind`: small differences may come from it. `bad`: so may large
 * ones. `unknown`: nobody tells, and nothing is guessed.
 */
export type Judgement = "good" | "mind" | "bad" | "unknown";

/** One property of a host with its judgement. */
export interface HostCheck {
  /** Stable, in snake_case. */
  readonly code: string;
  /** What it is about, in a word or two. */
  readonly title: string;
  /** What was found; `unknown` if nothing was. */
  readonly value: string;
  /** What that means. */
  readonly judgement: Judgement;
  /** Why: what does the harm, or why it is unknown. Empty where the value says it all. */
  readonly reason: string;
  /** What to do about it, a sentence with the command where there is one; empty if nothing need be done. */
  readonly advice: string;
}

/** What hosts are judged by: as in a result document, and the neighbours if somebody has watched them. */
export interface HostReading
  extends Pick<ResultDocument, "environment" | "host" | "hostFigures" | "quietness" | "clock"> {
  /** Other processes that take processor time; null or missing if nobody has looked. */
  readonly neighbours?: readonly Neighbour[] | null;
}

/** A property, before its code and title are added. */
export type Found = Omit<HostCheck, "code" | "title">;

/** What does no harm. */
export function good(value: string): Found {
  return { value, judgement: "good", reason: "", advice: "" };
}

/** What nobody tells. */
export function unknown(reason: string): Found {
  return { value: "unknown", judgement: "unknown", reason, advice: "" };
}

/** What may do harm. */
export function harmful(value: string, judgement: "mind" | "bad", words: { reason: string; advice: string }): Found {
  return { value, judgement, ...words };
}
