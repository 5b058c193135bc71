/**
 * Groups on the page: what their benchmarks take relative to the baseline, as bars.
 *
 * @module
 */

import type { GroupRatio, ResultDocument } from "../../../measure/document.ts";
import { labelOf } from "../../document_view.ts";
import { formatNumber } from "../../number_format.ts";
import { shortenMiddle } from "../../shorten.ts";
import { visibleText } from "../../visible_text.ts";
import { barCell, barDomain, ratioAxis } from "../charts/ratio_cell.ts";
import { MAX_LABEL_COLUMNS } from "./benchmark_view.ts";

/** All groups that have a baseline, on one scale. */
export interface GroupsView {
  /** The scale, for wide and for narrow windows, as SVG. */
  readonly axes: readonly string[];
  /** Level of the intervals as a percentage; empty if there are none. */
  readonly level: string;
  /** The groups. */
  readonly groups: readonly {
    readonly name: string;
    readonly baseline: string;
    readonly bars: readonly { readonly name: string; readonly drawing: string; readonly ratio: string }[];
  }[];
}

/** Arranges the groups; undefined if none has a ratio. */
export function groupsView({ groups, benchmarks }: ResultDocument): GroupsView | undefined {
  const drawn = groups.flatMap((group) => {
    const { ratio } = group;
    return ratio === null || ratio.point <= 0 ? [] : [{ group, ratio: { ratio: ratio.point, interval: ratio } }];
  });
  if (drawn.length === 0) return undefined;
  const domain = barDomain(drawn.map(({ ratio }) => ratio));
  const nameOf = (id: string) => {
    const found = benchmarks.find((benchmark) => benchmark.id === id);
    return shortenMiddle(found === undefined ? visibleText(id) : labelOf(found), MAX_LABEL_COLUMNS);
  };
  const level = drawn[0]?.ratio.interval.level;
  return {
    axes: [ratioAxis(domain, { kind: "ratio" }), ratioAxis(domain, { kind: "ratio", narrow: true })],
    level: level === undefined ? "" : `${formatNumber(100 * level)} %`,
    groups: [...Map.groupBy(drawn, ({ group }) => JSON.stringify([group.suite, group.group])).values()].map((
      members,
    ) => ({
      name: shortenMiddle(visibleText(members[0]?.group.group ?? ""), MAX_LABEL_COLUMNS),
      baseline: nameOf(members[0]?.group.baselineId ?? ""),
      bars: members.map(({ group, ratio }) => ({
        name: nameOf(group.id),
        drawing: barCell(ratio, domain),
        ratio: ratioText(group),
      })),
    })),
  };
}

/** `2.45× (2.40 to 2.51)`, with `~` where the interval holds 1. */
function ratioText({ ratio }: GroupRatio): string {
  if (ratio === null) return "";
  const same = ratio.low <= 1 && ratio.high >= 1 ? "~" : "";
  return `${same}${formatNumber(ratio.point, 2)}× (${formatNumber(ratio.low, 2)} to ${formatNumber(ratio.high, 2)})`;
}
