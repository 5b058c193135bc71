/**
 * The generated parts of `docs/choosing-an-allocator.md`.
 *
 * @module
 */

import { ORDERINGS, PLACEMENTS, type Result } from "./combinations.ts";
import { DETAILED_PLACEMENT, FINDINGS, Outcomes } from "./findings.ts";
import { listItem, percent, seconds, table } from "./format.ts";
import { OWNERS, PRIORITIES, type Workload, type WorkloadOptions } from "./workload.ts";

/** What a guide is made from. */
export interface GuideMaterial {
  /** How large the simulation was. */
  readonly size: WorkloadOptions;
  /** What the cluster was asked for. */
  readonly workload: Workload;
  /** One for every combination. */
  readonly results: readonly Result[];
}

/** The generated parts by name, as they stand between `<!-- simulated: name -->` and `<!-- end -->`. */
export function guideParts({ size, workload, results }: GuideMaterial): Readonly<Record<string, string>> {
  const outcomes = new Outcomes(results);
  return {
    size: sizeSentence(size, workload),
    findings: FINDINGS.filter(({ holds }) => holds(outcomes)).map(({ title, says }) =>
      listItem(`**${title}** ${says(outcomes)}`)
    ).join("\n"),
    combinations: combinationsTable(results),
    priorities: detailTable(outcomes, PRIORITIES, (ordering, level) => {
      return outcomes.of(DETAILED_PLACEMENT, ordering).waitsByLevel[level]?.meanMs ?? NaN;
    }),
    owners: detailTable(outcomes, SHOWN_OWNERS.map((owner) => OWNERS[owner] ?? ""), (ordering, at) => {
      return outcomes.of(DETAILED_PLACEMENT, ordering).waitsByOwner[SHOWN_OWNERS[at] ?? 0]?.meanMs ?? NaN;
    }),
  };
}

/** The titles of those sentences that the results do not bear out. */
export function refuted(results: readonly Result[]): readonly string[] {
  const outcomes = new Outcomes(results);
  return FINDINGS.filter(({ holds }) => !holds(outcomes)).map(({ title }) => title);
}

/**
 * Puts generated parts into a guide.
 *
 * @throws {RangeError} If the guide has no place for one of them.
 */
export function fillGuide(guide: string, parts: Readonly<Record<string, string>>): string {
  let filled = guide;
  for (const [name, text] of Object.entries(parts)) {
    const begin = `<!-- simulated: ${name} -->`,
      from = filled.indexOf(begin),
      to = filled.indexOf("<!-- end -->", from);
    if (from < 0 || to < 0) {
      throw new RangeError(`Cannot fill the guide: it has no line "${begin}" with "<!-- end -->" after it; add both`);
    }
    filled = `${filled.slice(0, from)}${begin}\n\n${text}\n\n${filled.slice(to)}`;
  }
  return filled;
}

/** The owners of the table: who asks in bursts, who asks for most, and who for least. */
const SHOWN_OWNERS = [0, 1, 2, 3, 7, 15] as const;

function sizeSentence({ requests, nodes, seed }: WorkloadOptions, workload: Workload): string {
  const minutes = (workload.requests.at(-1)?.atMs ?? 0) / 60_000, number = new Intl.NumberFormat("en-US");
  return `${number.format(requests)} requests over ${number.format(nodes)} nodes in ${
    minutes.toFixed(0)
  } minutes of virtual time, ` +
    `seed ${seed}.`;
}

function combinationsTable(results: readonly Result[]): string {
  const rows = results.map(({ placement, ordering, outcome: { utilisation, fairness, waits } }) => [
    ...[placement, ordering, percent(utilisation.cpu), percent(utilisation.memoryGb)],
    ...[fairness.toFixed(3), seconds(waits.meanMs), seconds(waits.p99Ms), seconds(waits.maxMs)],
  ]);
  const header = [
    "placement",
    "ordering",
    "CPU",
    "memory",
    "fairness",
    "mean wait, s",
    "p99 wait, s",
    "largest wait, s",
  ];
  return table(header, rows, 2);
}

/** Mean waits of groups of requests, by ordering. */
function detailTable(
  outcomes: Outcomes,
  groups: readonly string[],
  meanMs: (ordering: string, group: number) => number,
): string {
  const rows = Object.keys(ORDERINGS).map((ordering) => [
    ordering,
    ...groups.map((_, group) => seconds(meanMs(ordering, group))),
    seconds(outcomes.of(DETAILED_PLACEMENT, ordering).waits.meanMs),
  ]);
  return table(["ordering", ...groups, "all"], rows, 1);
}

/** How many combinations there are. */
export const COMBINATIONS = Object.keys(PLACEMENTS).length * Object.keys(ORDERINGS).length;
