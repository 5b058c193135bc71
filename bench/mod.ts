/**
 * The suites by name. Each is imported only when it is asked for, so that listing them takes no time.
 *
 * @module
 */

import type { Suite } from "../src/measure/definition.ts";

/** One suite, which is imported when it is loaded. */
export interface SuiteEntry {
  /** What it measures, in a few words; the same as the suite's own. */
  readonly title: string;
  /** Imports it. */
  load(): Promise<Suite>;
}

/** The suites, in the order in which all of them are measured. */
export const SUITES: Readonly<Record<string, SuiteEntry>> = Object.freeze({
  "core-agent": {
    title: "Running agents, and what each run uses",
    load: async () => (await import("./core_agent_bench.ts")).default,
  },
  "resource-management": {
    title: "Getting, sharing and taking back resources",
    load: async () => (await import("./resource_management_bench.ts")).default,
  },
  "coordination": {
    title: "Taking turns, keeping to rates, working together",
    load: async () => (await import("./coordination_bench.ts")).default,
  },
  "observability": {
    title: "Recording, printing and tracing what a program does",
    load: async () => (await import("./observability_bench.ts")).default,
  },
  "core-floors": {
    title: "The core beside the same thing written by hand",
    load: async () => (await import("./core_floors_bench.ts")).default,
  },
});
