/** Hosts to be judged, made up: one that is good in everything, and what may be changed of it. */

import type { HostFacts, Quietness } from "../../../measure/document_environment.ts";
import { sampleDocument } from "../../testdata/sample_document.ts";
import type { HostReading } from "../host_check.ts";

/** Facts of a host that is good for measuring. */
const GOOD_FACTS: HostFacts = {
  cores: 8,
  smt: false,
  frequencyMhz: { current: 3600, min: 800, max: 3600 },
  turbo: false,
  lastCacheBytes: 32 * 1024 ** 2,
  cgroupVersion: 2,
  cpuLimit: null,
  memoryLimitBytes: null,
  availableMemoryBytes: 30e9,
  swap: { totalBytes: 0, usedBytes: 0 },
  clockSource: "tsc",
  disk: { fileSystem: "ext4", medium: "nvme" },
  power: "mains",
  temperatureCelsius: 48,
};

/** Its quietness. */
const QUIET: Quietness = {
  loadStart: 0.1,
  loadEnd: 1,
  stealRatio: 0,
  busyRatio: 0.2,
  involuntarySwitches: 3,
  runQueueDelayRatio: 0.001,
  otherProcessors: 0.02,
  thermalThrottles: 0,
  quotaThrottledMs: 0,
  swappedPages: 0,
};

/** What is to be different. */
export interface Changes {
  readonly host?: Partial<HostFacts>;
  readonly quietness?: Partial<Quietness>;
  readonly reading?: Partial<HostReading>;
}

const SAMPLE = sampleDocument();

/** The good host with changes. */
export function readingWith({ host = {}, quietness = {}, reading = {} }: Changes = {}): HostReading {
  const { environment, clock } = SAMPLE;
  return {
    environment: {
      ...environment,
      cpu: { model: "AMD EPYC 9R14", count: 8, governor: "performance" },
      memoryBytes: 34e9,
      virtualization: null,
    },
    clock,
    host: { ...GOOD_FACTS, ...host },
    hostFigures: [],
    quietness: { ...QUIET, ...quietness },
    ...reading,
  };
}
