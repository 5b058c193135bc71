import { assertEquals } from "@std/assert";
import { readHostFacts } from "./host_facts.ts";
import { parseMacosHost } from "./macos_host.ts";
import {
  AMD_SERVER,
  ARM64_CLOUD,
  CONTAINER_V1,
  CONTAINER_V2,
  INTEL_LAPTOP,
  PMSET_BATTERY,
  recordedHost,
  SYSCTL_ARM,
  SYSCTL_INTEL,
  WINDOWS_DESKTOP,
  WINDOWS_LAPTOP,
} from "./testdata/recorded_hosts.ts";
import { UNKNOWN_HOST } from "./unknown_host.ts";
import { parseWindowsHost } from "./windows_host.ts";

const MIB = 1024 ** 2;

Deno.test("readHostFacts() of a laptop tells turbo, SMT, rates, cache, swap, heat, battery and the disk of the folder", async () => {
  const laptop = recordedHost("linux", INTEL_LAPTOP);
  assertEquals(await readHostFacts("/home/me/results", laptop), {
    cores: 4,
    smt: true,
    frequencyMhz: { current: 900, min: 400, max: 4700 },
    turbo: true,
    lastCacheBytes: 12 * MIB,
    cgroupVersion: 2,
    cpuLimit: null,
    memoryLimitBytes: null,
    availableMemoryBytes: 4_915_200 * 1024,
    swap: { totalBytes: 8_388_604 * 1024, usedBytes: 1_048_576 * 1024 },
    clockSource: "tsc",
    disk: { fileSystem: "ext4", medium: "nvme" },
    power: "battery",
    temperatureCelsius: 93,
  });
  const unseen = recordedHost("linux", { ...INTEL_LAPTOP, "/sys/fs/cgroup/cpu.stat": null });
  assertEquals((await readHostFacts("/tmp", unseen)).cgroupVersion, null, "limits that cannot be seen are not none");
  assertEquals((await readHostFacts("/tmp/a", laptop)).disk, { fileSystem: "tmpfs", medium: "memory" });
  assertEquals((await readHostFacts("/media/old disk", laptop)).disk, { fileSystem: "ext4", medium: "hard_disk" });
  assertEquals((await readHostFacts("/tmporary", laptop)).disk?.medium, "nvme", "a mount holds whole names only");
});

Deno.test("readHostFacts() of a server with boost off, without SMT, on solid-state disks", async () => {
  const server = recordedHost("linux", AMD_SERVER);
  const facts = await readHostFacts("/root", server);
  assertEquals([facts.cores, facts.smt, facts.turbo, facts.clockSource], [4, false, false, "hpet"]);
  assertEquals(facts.frequencyMhz, { current: 2450, min: 1500, max: 2450 });
  assertEquals(facts.disk, { fileSystem: "xfs", medium: "solid_state" });
  assertEquals((await readHostFacts("/data/x", server)).disk?.medium, "solid_state", "a partition's disk");
  assertEquals([facts.cgroupVersion, facts.power, facts.temperatureCelsius], [null, null, null]);
});

Deno.test("readHostFacts() of a virtual machine leaves unknown what it does not tell", async () => {
  const facts = await readHostFacts("/", recordedHost("linux", ARM64_CLOUD));
  assertEquals([facts.cores, facts.frequencyMhz, facts.turbo], [2, null, null]);
  assertEquals(facts.disk, { fileSystem: "xfs", medium: "virtual" });
});

Deno.test("readHostFacts() of containers tells the limits of control groups 1 and 2", async () => {
  const two = await readHostFacts("/work", recordedHost("linux", CONTAINER_V2));
  assertEquals([two.cgroupVersion, two.cpuLimit, two.memoryLimitBytes], [2, 0.5, 512 * MIB]);
  assertEquals([two.availableMemoryBytes, two.disk?.medium], [412 * MIB, "overlay"]);
  const mounted = await readHostFacts("/results", recordedHost("linux", CONTAINER_V2));
  assertEquals(mounted.disk, { fileSystem: "nfs4", medium: "network" });
  const one = await readHostFacts("/work", recordedHost("linux", CONTAINER_V1));
  assertEquals([one.cgroupVersion, one.cpuLimit, one.memoryLimitBytes], [1, 1.5, 1024 * MIB]);
});

Deno.test("readHostFacts() of macOS takes what sysctl and pmset print", async () => {
  const mac = recordedHost("darwin", {}, { sysctl: SYSCTL_INTEL, pmset: PMSET_BATTERY });
  assertEquals(await readHostFacts("/tmp", mac), {
    ...UNKNOWN_HOST,
    cores: 6,
    smt: true,
    frequencyMhz: { current: 2600, min: 2600, max: 2600 },
    lastCacheBytes: 12 * MIB,
    swap: { totalBytes: 2048 * MIB, usedBytes: 1044.25 * MIB },
    power: "battery",
  });
  const silicon = parseMacosHost(SYSCTL_ARM, "Now drawing from 'AC Power'\n");
  assertEquals([silicon.smt, silicon.frequencyMhz, silicon.lastCacheBytes], [false, null, 12 * MIB]);
  assertEquals([silicon.swap?.totalBytes, silicon.power], [0, "mains"]);
  assertEquals(parseMacosHost("", ""), UNKNOWN_HOST);
});

Deno.test("readHostFacts() of Windows takes what PowerShell prints", async () => {
  const laptop = recordedHost("windows", {}, { "powershell.exe": WINDOWS_LAPTOP });
  assertEquals(await readHostFacts("C:\\", laptop), {
    ...UNKNOWN_HOST,
    cores: 6,
    smt: true,
    frequencyMhz: { current: 2592, min: null, max: 2592 },
    lastCacheBytes: 12 * MIB,
    availableMemoryBytes: 8_000_000 * 1024,
    swap: { totalBytes: 2432 * MIB, usedBytes: 100 * MIB },
    power: "battery",
  });
  const desktop = parseWindowsHost(WINDOWS_DESKTOP);
  assertEquals([desktop.smt, desktop.swap, desktop.power, desktop.lastCacheBytes], [false, null, null, null]);
  for (const text of ["", "null", "Access denied", "{}", '{"processors":[]}']) {
    assertEquals(parseWindowsHost(text), UNKNOWN_HOST);
  }
});

Deno.test("readHostFacts() of a system that nobody knows tells nothing", async () => {
  assertEquals(await readHostFacts("/", recordedHost("freebsd", {})), UNKNOWN_HOST);
});

Deno.test("readHostFacts() of this host neither throws nor prompts", async () => {
  const facts = await readHostFacts(Deno.cwd());
  assertEquals(Object.keys(facts).sort(), Object.keys(UNKNOWN_HOST).sort());
});
