/**
 * The fixed mix of small programs that tells how fast a host is.
 *
 * @module
 */

import type { Suite } from "../definition.ts";
import { objectOps } from "../reference/objects.ts";
import { defineSuite } from "../suite.ts";
import { diskSyncWrite } from "./disk.ts";
import { memoryBandwidth, memoryLatency } from "./memory.ts";
import { loopbackRoundTrip } from "./network.ts";
import { float, integer } from "./processor.ts";

/**
 * Seven benchmarks of processor, memory, disk and network, each about one thing. The references are about another: they stay in
 * the caches and react to load as code does, to tell drift between runs; these tell what the hardware gives, in its own units.
 * Allocation is the references' own body. Forks find the suite by themselves.
 */
export const hostSuite: Suite = defineSuite(
  "host",
  { title: "What the hardware gives: processor, memory, disk, network" },
  (bench) => {
    integer(bench);
    float(bench);
    memoryLatency(bench);
    memoryBandwidth(bench);
    objectOps(bench);
    diskSyncWrite(bench);
    loopbackRoundTrip(bench);
  },
);
