/**
 * Observability beside the same thing written by hand, which is each group's baseline, and beside what else npm has for it. As for
 * resources, each group is a suite with processes of its own, and what is compared shares no function.
 *
 * @module
 */

import type { Suite } from "../../src/measure/definition.ts";
import { eventPeerSuites } from "./event_peers_bench.ts";
import { metricPeerSuites } from "./metric_peers_bench.ts";
import { observedAgentPeerSuites } from "./observed_agent_peers_bench.ts";
import { spanPeerSuites } from "./span_peers_bench.ts";

/** One suite for each thing that is compared. */
export const observabilityPeerSuites: readonly Suite[] = [
  ...metricPeerSuites,
  ...spanPeerSuites,
  ...eventPeerSuites,
  ...observedAgentPeerSuites,
];
