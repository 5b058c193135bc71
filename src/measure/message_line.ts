/**
 * How a measuring process tells something: each message is a line of JSON after a token, which what a benchmark prints does not have.
 *
 * @module
 */

import type { z } from "zod";
import { type Check, that } from "./value_checks.ts";

/** The shortest token that nothing prints by chance, in characters. */
const MIN_TOKEN = 16;

/** What starts each message. */
export const aToken: Check = that(
  (value) => typeof value === "string" && value.length >= MIN_TOKEN,
  `a text of ${MIN_TOKEN} characters or more`,
);

/** Writes a message so that it stands on a line of its own, even after an unfinished line that a benchmark printed. */
export function messageLine(token: string, message: object): string {
  return `\n${token}${JSON.stringify(message)}\n`;
}

/** Takes one line of a process's stdout; null if it is no message: then it is what something else printed. */
export function parseMessageLine<Message>(schema: z.ZodType<Message>, token: string, line: string): Message | null {
  if (!line.startsWith(token)) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(line.slice(token.length)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
