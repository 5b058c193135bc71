/**
 * Groups on the page: what their benchmarks take relative to the baseline, as bars.
 *
 * @module
 */

import { commandVerdicts } from "../../command_verdicts.ts";
import type { GroupRatio, ResultDocument } from "../../../measure/document.ts";
import { labelOf } from "../../document_view.ts";
import { formatNumber } from "../../number_format.ts";
import { shortenMiddle } from "../../shorten.ts";
import { visibleText } from "../../../visible_text.ts";
import { barCell, barDomain, type DrawnRatio, ratioAxis } from "../charts/ratio_cell.ts";
import { MAX_LABEL_COLUMNS } from "../name_length.ts";

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
export function groupsView(document: ResultDocument): GroupsView | undefined {
  const { groups, benchmarks } = document;
  const drawn = groups.flatMap((group) => {
    const ratio = ratioOf(group, benchmarks);
    return ratio === undefined ? [] : [{ group, ratio }];
  });
  if (drawn.length === 0) return undefined;
  const domain = barDomain(drawn.map(({ ratio }) => ratio));
  const nameOf = (id: string) => {
    const found = benchmarks.find((benchmark) => benchmark.id === id);
    return shortenMiddle(found === undefined ? visibleText(id) : labelOf(found), MAX_LABEL_COLUMNS);
  };
  const verdicts = commandVerdicts(document);
  const level = groups.find(({ ratio }) => ratio !== null)?.ratio?.level;
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
        ratio: [ratioText(ratio), verdicts.get(group)].filter(Boolean).join(": "),
      })),
    })),
  };
}

/** The ratio with its interval; of the lower quartiles alone with a single fork; undefined if one of the two has no figures. */
function ratioOf(
  { id, baselineId, ratio }: GroupRatio,
  benchmarks: ResultDocument["benchmarks"],
): DrawnRatio | undefined {
  if (ratio !== null) return ratio.point > 0 ? { ratio: ratio.point, interval: ratio } : undefined;
  const [candidate, baseline] = [id, baselineId].map((wanted) => benchmarks.find((result) => result.id === wanted));
  if (candidate?.status !== "ok" || baseline?.status !== "ok") return undefined;
  const point = candidate.statistics.p25 / baseline.statistics.p25;
  return Number.isFinite(point) && point > 0 ? { ratio: point, interval: null } : undefined;
}

/** `2.45× (2.40 to 2.51)`, with `~` where the interval holds 1 and `±∞` where there is none. */
function ratioText({ ratio, interval }: DrawnRatio): string {
  if (interval === null) return `${formatNumber(ratio, 2)}× (±∞)`;
  const same = interval.low <= 1 && interval.high >= 1 ? "~" : "";
  return `${same}${formatNumber(ratio, 2)}× (${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)})`;
}
