/**
 * A question that a person answers with yes or no.
 *
 * @module
 */

import type { Output } from "./output.ts";

/** What is asked, and whom. */
export interface Question {
  /** What is asked; ends with a question mark. */
  readonly text: string;
  /** Where it is asked: results go elsewhere. */
  readonly stderr: Output;
  /** Where the answer comes from. */
  readonly stdin: Pick<typeof Deno.stdin, "read" | "isTerminal">;
}

/** `undefined` if there is nobody to ask; whatever is not `y` or `yes` is no. */
export async function ask({ text, stderr, stdin }: Question): Promise<boolean | undefined> {
  if (!stdin.isTerminal()) return undefined;
  stderr.writeNow(`${text} [y/N] `);
  const buffer = new Uint8Array(MAX_ANSWER_BYTES);
  const length = await stdin.read(buffer) ?? 0; // a terminal hands over a whole line
  return /^\s*y(es)?\s*$/i.test(new TextDecoder().decode(buffer.subarray(0, length)));
}

const MAX_ANSWER_BYTES = 256;
