/**
 * The colours of a terminal's report.
 *
 * @module
 */

import { bold, cyan, dim, green, red, yellow } from "@std/fmt/colors";

/** What a text is painted for. */
export interface Paint {
  /** A heading or a verdict. */
  readonly title: (text: string) => string;
  /** A group's name. */
  readonly group: (text: string) => string;
  /** What need not be read first. */
  readonly quiet: (text: string) => string;
  /** A failure. */
  readonly bad: (text: string) => string;
  /** What should be read before a figure is trusted. */
  readonly doubtful: (text: string) => string;
  /** What is as it should be. */
  readonly good: (text: string) => string;
}

/** The colours, or none; whatever they stress is also said in words. */
export function painter(color: boolean): Paint {
  const plain = (text: string) => text;
  return {
    title: color ? bold : plain,
    group: color ? cyan : plain,
    quiet: color ? dim : plain,
    bad: color ? red : plain,
    doubtful: color ? yellow : plain,
    good: color ? green : plain,
  };
}
