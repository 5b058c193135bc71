/**
 * The command line of `puffin-bench`, over the suites that compare the library with others: `./denow task peers`.
 *
 * @module
 */

import { runCommandLine } from "../../src/cli/command_line.ts";
import { coordinationPeerSuites } from "./coordination_peers_bench.ts";
import { observabilityPeerSuites } from "./observability_peers_bench.ts";
import { peerSuites } from "./resource_peers_bench.ts";

const SUITES = Object.fromEntries(
  [...peerSuites, ...coordinationPeerSuites, ...observabilityPeerSuites].map((
    suite,
  ) => [suite.name, { title: suite.title, load: () => Promise.resolve(suite) }]),
);

if (import.meta.main) {
  Deno.exit(await runCommandLine(Deno.args, { suites: SUITES, mainModule: import.meta.url }));
}
