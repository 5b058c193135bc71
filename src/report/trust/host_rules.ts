/**
 * What limits the trust in a result because of its host: the judgements of `system`, on what the result tells of it.
 *
 * @module
 */

import type { TrustRule } from "./concern.ts";
import { judgeHost } from "./judge_host.ts";

/** Every property of the host that may do harm; what is good, or unknown, is no concern. */
export const hostConcerns: TrustRule = (document) =>
  judgeHost(document).flatMap(({ code, title, value, judgement, reason, advice }) =>
    judgement === "bad" || judgement === "mind"
      ? [{ code, severity: judgement, title, evidence: [`${value}: ${reason}`], advice, benchmarkIds: [] }]
      : []
  );

/** Warnings of a result that the judgements tell already, with more to say. */
export const TOLD_OF_HOST: ReadonlySet<string> = new Set(["high_load", "steal", "clock_coarse"]);
