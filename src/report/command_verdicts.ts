/**
 * What is said of commands that were measured together.
 *
 * @module
 */

import type { Verdict } from "../compare/comparison.ts";
import { groupVerdicts } from "../compare/group_verdicts.ts";
import { isCommand } from "../measure/commands/is_command.ts";
import type { GroupRatio, ResultDocument } from "../measure/document.ts";

/**
 * The verdicts on the ratios of commands; none where there is no interval. Commands are measured to be held against each other; of
 * functions the ratio is enough.
 */
export function commandVerdicts({ groups, benchmarks }: ResultDocument): ReadonlyMap<GroupRatio, Verdict> {
  const commands = benchmarks.filter((benchmark) => benchmark.status !== "failed" && isCommand(benchmark));
  const judged = groups.filter(({ id }) => commands.some((command) => command.id === id));
  const verdicts = groupVerdicts(judged, benchmarks);
  return new Map(judged.flatMap((ratio, index) => {
    const verdict = verdicts[index] ?? null;
    return verdict === null ? [] : [[ratio, verdict]];
  }));
}
