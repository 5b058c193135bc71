/**
 * What this program calls itself in documents and for `--version`.
 *
 * @module
 */

import config from "../../deno.json" with { type: "json" };

/** The program and its version. */
export const TOOL = { name: "puffin-bench", version: config.version } as const;
