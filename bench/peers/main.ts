/**
 * The command line of `puffin-bench`, over the suites that compare the library with others: `./denow task peers`.
 *
 * @module
 */

import { runCommandLine } from "../../src/cli/command_line.ts";

const SUITES = {
  "resource-peers": {
    title: "Resources beside code written by hand and beside other libraries",
    load: async () => (await import("./resource_peers_bench.ts")).default,
  },
};

if (import.meta.main) {
  Deno.exit(await runCommandLine(Deno.args, { suites: SUITES, mainModule: import.meta.url }));
}
