import { assert, assertEquals } from "@std/assert";
import { countsBetween, readHostCounts } from "./host_counts.ts";
import { AMD_SERVER, CONTAINER_V1, CONTAINER_V2, INTEL_LAPTOP, recordedHost } from "./testdata/recorded_hosts.ts";

const countsOf = (files: Readonly<Record<string, string>>, atMs = 0) =>
  readHostCounts(recordedHost("linux", files), () => atMs);

Deno.test("readHostCounts() counts heat, swapping and limits of both versions of control groups", () => {
  assertEquals(countsOf(INTEL_LAPTOP, 5), {
    atMs: 5,
    processors: null,
    busyMs: 15_100,
    ownMs: 1000,
    thermalThrottles: 96,
    quotaThrottledMs: null,
    swappedPages: 1000,
  });
  assertEquals(countsOf(CONTAINER_V2).quotaThrottledMs, 350);
  assertEquals(countsOf(CONTAINER_V1).quotaThrottledMs, 42);
  assertEquals(countsOf(AMD_SERVER), {
    atMs: 0,
    processors: null,
    busyMs: null,
    ownMs: null,
    thermalThrottles: null,
    quotaThrottledMs: null,
    swappedPages: null,
  });
});

Deno.test("countsBetween() takes the run's own work, and that of its children, off what all processes did", () => {
  const later = {
    ...INTEL_LAPTOP,
    "/proc/stat": "cpu  1400 0 500 8000 100 0 10 0 0 0\n", // 4 s more
    "/proc/self/stat": "77 (deno) R 1 77 77 0 -1 4194304 1 0 0 0 140 20 130 10 20 0 9 0 5000 1 1\n", // 2 s more
    "/proc/vmstat": "pswpin 121\npswpout 883\n",
    "/sys/devices/system/cpu/cpu3/thermal_throttle/core_throttle_count": "14\n",
  };
  assertEquals(countsBetween(countsOf(INTEL_LAPTOP, 1000), countsOf(later, 5000)), {
    otherProcessors: 0.5,
    thermalThrottles: 2,
    quotaThrottledMs: null,
    swappedPages: 4,
  });
  assertEquals(countsBetween(countsOf(later, 0), countsOf(INTEL_LAPTOP, 1)).otherProcessors, 0, "never below 0");
  const ofOne = { ...later, "/proc/stat": `${later["/proc/stat"]}cpu0 1400 0 500 8000 100 0 10 0 0 0\n` };
  const most = countsBetween(countsOf(INTEL_LAPTOP, 1000), countsOf(ofOne, 1990)).otherProcessors;
  assertEquals(most, 1, "never more than there are");
  assertEquals(countsBetween(countsOf(AMD_SERVER), countsOf(AMD_SERVER, 9)).otherProcessors, null);
});

Deno.test("readHostCounts() of this host tells of this process where there is /proc", () => {
  const counts = readHostCounts();
  assert(Deno.build.os !== "linux" || (counts.busyMs ?? 0) > 0 && (counts.ownMs ?? 0) > 0);
});
