/**
 * Coordination and reliability beside the same thing written by hand, which is each group's baseline, and beside what else npm has
 * for it. As for resources, each group is a suite with processes of its own, and what is compared shares no function.
 *
 * @module
 */

import type { Suite } from "../../src/measure/definition.ts";
import { lockPeerSuites } from "./lock_peers_bench.ts";
import { policyPeerSuites } from "./policy_peers_bench.ts";
import { threadPeerSuites } from "./thread_peers_bench.ts";

/** One suite for each thing that is compared. */
export const coordinationPeerSuites: readonly Suite[] = [...lockPeerSuites, ...policyPeerSuites, ...threadPeerSuites];
