/**
 * A command as a benchmark of a document.
 *
 * @module
 */

import type { BenchmarkIdentity } from "../document.ts";
import { benchmarkId } from "../parameters.ts";
import type { CommandsRequest } from "./measure_commands.ts";

/** The suite that commands are in; several are a group of that name, too, whose baseline is the first. */
const COMMAND_SUITE = "commands";

/** What identifies a command; its definition is all that decides what is run, and so not how often. */
export async function commandIdentity(
  { texts, shell, prepare, ignoreFailure }: CommandsRequest,
  index: number,
): Promise<BenchmarkIdentity> {
  const name = texts[index] ?? "";
  const definition = JSON.stringify([name, shell, prepare, ignoreFailure]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(definition));
  return {
    id: benchmarkId(COMMAND_SUITE, name, {}),
    suite: COMMAND_SUITE,
    name,
    group: texts.length > 1 ? COMMAND_SUITE : null,
    baseline: texts.length > 1 && index === 0,
    params: {},
    definitionHash: new Uint8Array(digest).toHex().slice(0, 16),
    expected: null,
    throughput: null,
  };
}
