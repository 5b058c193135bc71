/**
 * Benchmarks that allocate much more than their group's baseline, and are slower.
 *
 * @module
 */

import type { ResultDocument } from "../../measure/document.ts";
import { BYTE_UNITS, formatScaled } from "../number_format.ts";
import { comparable } from "./conventions.ts";
import { type Finding, type Insight, insightFrom } from "./insight.ts";
import { quoted, times } from "./words.ts";

/** Less time than this is no price. */
const LEAST = 1.1;
/** An iteration must allocate so many times what the baseline does, and so many bytes more, to be told. */
const LEAST_TIMES = 2;
const LEAST_BYTES = 256;

/** Finds what allocation may be the price of: bytes are counted exactly, the time has its interval. */
export function allocationRule(document: ResultDocument): Insight | null {
  const byId = new Map(comparable(document).map((benchmark) => [benchmark.id, benchmark]));
  const findings = document.groups.flatMap(({ id, baselineId, ratio }): Finding[] => {
    const [other, plain] = [byId.get(id), byId.get(baselineId)];
    const [bytes, plainBytes] = [other?.memory.allocatedBytes ?? null, plain?.memory.allocatedBytes ?? null];
    if (other === undefined || plain === undefined || bytes === null || plainBytes === null || ratio === null) {
      return [];
    }
    const allocatesMore = bytes >= LEAST_TIMES * plainBytes && bytes >= plainBytes + LEAST_BYTES;
    if (!allocatesMore || !(ratio.low > LEAST)) return [];
    return [{
      sentence: `${quoted(other)} allocates ${formatScaled(bytes, BYTE_UNITS)} an iteration where ${quoted(plain)} ` +
        `allocates ${formatScaled(plainBytes, BYTE_UNITS)}, and takes ${times(ratio)} as long`,
      benchmarkIds: [id, baselineId],
      weight: ratio.low,
    }];
  });
  return insightFrom(findings, {
    code: "allocation",
    title: "Code that allocates more than its baseline is slower",
    advice:
      "Pool what is made again and again, cache states that do not change, and use connection pooling for external " +
      "resources",
    notice: 2,
    problem: 20,
  });
}
