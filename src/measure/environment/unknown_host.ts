/**
 * A host that tells nothing.
 *
 * @module
 */

import type { HostFacts } from "../document_environment.ts";

/** What is known of no host: every fact is null until something tells it. */
export const UNKNOWN_HOST: HostFacts = Object.freeze({
  cores: null,
  smt: null,
  frequencyMhz: null,
  turbo: null,
  lastCacheBytes: null,
  cgroupVersion: null,
  cpuLimit: null,
  memoryLimitBytes: null,
  availableMemoryBytes: null,
  swap: null,
  clockSource: null,
  disk: null,
  power: null,
  temperatureCelsius: null,
});
