/**
 * What is told of a deadlock.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { nameOf } from "../primitive.ts";
import type { Share } from "./contested.ts";

/** Something that is held or waited for. */
export interface ContestedShare {
  /** `"mutex"`, `"semaphore"`, `"resource pool"`, ... */
  readonly noun: string;
  /** What people call it. */
  readonly name: string | undefined;
  /** Which key of it, as errors show it; left out if it has none. */
  readonly key?: string;
  /** How much of it, or how. */
  readonly share: Share;
}

/** One owner in a circle: it waits for something that the next one holds, or stands in line for. */
export interface DeadlockedOwner {
  /** Who it is. */
  readonly owner: string;
  /** What it waits for. */
  readonly waitsFor: ContestedShare;
  /** What it holds of the things that are waited for in the circle. */
  readonly holds: readonly ContestedShare[];
  /** The stack where it began to wait; undefined without `stacks: true`. */
  readonly at: string | undefined;
}

/** A circle of owners none of whom can go on before another does. */
export interface DeadlockReport {
  /**
   * Whether none of them ever goes on unless one gives up: each is one task, named by `uniqueOwner`, that waits without a time limit. Else it
   * is so only if each owner is one task, and time limits end it.
   */
  readonly certain: boolean;
  /** The circle: each waits for the next, the last one for the first. */
  readonly circle: readonly DeadlockedOwner[];
  /** Everybody who cannot go on because of it: the circle, and who else its members may have to wait for. */
  readonly stuck: readonly string[];
  /** Whose wait was refused to let the others go on. */
  readonly refused: string | undefined;
}

/** Thrown to a waiter that was refused because it waited in a circle. */
export class DeadlockError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "deadlock";
  /** The circle. */
  readonly report: DeadlockReport;

  /** Words the message for the owner that is refused. */
  constructor(report: DeadlockReport) {
    super(
      `Cannot wait any longer for owner "${report.refused}": ${describeCircle(report)}; ` +
        "acquire them in the same order everywhere, or set a timeoutMs and try again",
    );
    this.report = report;
  }
}

/** Says in one sentence who waits for what. */
export function describeCircle({ circle }: DeadlockReport): string {
  return circle.map(({ owner, waitsFor, holds }) => {
    const held = holds.length === 0 ? "" : ` and holds ${holds.map(describeShare).join(", ")}`;
    return `"${owner}" waits for ${describeShare(waitsFor)}${held}`;
  }).join("; ");
}

function describeShare({ noun, name, key, share }: ContestedShare): string {
  const what = key === undefined ? nameOf(noun, name) : `key ${key} of ${nameOf(noun, name)}`;
  if (share === 1) return what;
  return share === "read" || share === "write" ? `${what} to ${share}` : `${share} of ${what}`;
}
