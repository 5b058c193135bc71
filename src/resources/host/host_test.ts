import { assert, assertEquals } from "@std/assert";
import { ResourcePool } from "../pool.ts";
import { readHost } from "./host.ts";
import type { HostFiles } from "./host_files.ts";

const GIB = 2 ** 30;

/** A host of files; folders are those that files are in. */
function host(files: Readonly<Record<string, string>>, rest: Partial<HostFiles> = {}): HostFiles {
  return {
    readText: (path) => files[path],
    list: (folder) => {
      const names = Object.keys(files).filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split("/")[0] ?? "");
      return [...new Set(names)];
    },
    variable: () => undefined,
    processors: 16,
    memory: { totalBytes: 64 * GIB, freeBytes: 32 * GIB },
    ...rest,
  };
}

const MEMINFO = { "/proc/meminfo": "MemTotal:       33554432 kB\nMemFree:  1000 kB\nMemAvailable:   16777216 kB\n" };
const ALL = { cpu: 16, freeMemoryMb: 16_384, memoryMb: 32_768, gpu: 0 };

Deno.test("readHost() without control groups tells processors and memory", () => {
  assertEquals(readHost(host(MEMINFO)), ALL);
});

Deno.test("readHost() where there is no /proc, as on macOS and Windows, asks the runtime", () => {
  assertEquals(readHost(host({})), { cpu: 16, freeMemoryMb: 32_768, memoryMb: 65_536, gpu: 0 });
});

Deno.test("readHost() of control groups 2 takes the narrowest of all groups above", () => {
  const files = {
    ...MEMINFO,
    "/proc/self/cgroup": "0::/user.slice/job/step\n",
    "/proc/self/mountinfo": "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
    "/sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/user.slice/job/cpu.max": "250000 100000\n",
    "/sys/fs/cgroup/user.slice/job/step/cpu.max": "400000 100000\n",
    "/sys/fs/cgroup/user.slice/memory.max": String(8 * GIB),
    "/sys/fs/cgroup/user.slice/memory.current": String(7 * GIB),
    "/sys/fs/cgroup/user.slice/memory.stat": `anon 12\ninactive_file ${3 * GIB}\nactive_file 5\n`,
    "/sys/fs/cgroup/user.slice/job/memory.max": "max\n",
    "/sys/fs/cgroup/user.slice/job/memory.high": String(6 * GIB),
    "/sys/fs/cgroup/user.slice/job/memory.current": String(1 * GIB),
  };
  assertEquals(readHost(host(files)), { cpu: 2.5, freeMemoryMb: 4 * 1024, memoryMb: 6 * 1024, gpu: 0 });
});

Deno.test("readHost() of control groups 2 in a container sees its group at the mount point", () => {
  const limits = {
    "/sys/fs/cgroup/cpu.max": "50000 100000\n",
    "/sys/fs/cgroup/memory.max": String(GIB),
    "/sys/fs/cgroup/memory.current": String(2 * GIB), // above the limit while it is being brought down
  };
  const expected = { cpu: 0.5, freeMemoryMb: 0, memoryMb: 1024, gpu: 0 };
  const namespace = { ...MEMINFO, ...limits, "/proc/self/cgroup": "0::/\n" };
  assertEquals(readHost(host(namespace)), expected, "with a namespace of its own, and no mountinfo");
  const bound = {
    ...MEMINFO,
    ...limits,
    "/proc/self/cgroup": "0::/docker/4f2a\n",
    "/proc/self/mountinfo": "612 600 0:26 /docker/4f2a /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
  };
  assertEquals(readHost(host(bound)), expected, "with its group mounted");
  for (const outside of [bound, { ...bound, "/proc/self/mountinfo": "" }]) {
    const files = { ...outside, "/proc/self/cgroup": "0::/../other\n" };
    assertEquals(readHost(host(files)), expected, "with a group outside of what is mounted");
  }
});

Deno.test("readHost() of control groups 1 finds each controller in its own tree", () => {
  const files = {
    ...MEMINFO,
    "/proc/self/cgroup": "12:memory:/docker/77\n5:cpu,cpuacct:/docker/77/inner\n1:name=systemd:/x\n0::/unified\n",
    "/proc/self/mountinfo":
      "40 30 0:34 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n41 30 0:35 /docker /mnt/my\\040memory rw shared:1 - cgroup cgroup rw,memory\n",
    "/sys/fs/cgroup/cpu,cpuacct/docker/77/inner/cpu.cfs_quota_us": "-1\n",
    "/sys/fs/cgroup/cpu,cpuacct/docker/77/inner/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/cpu,cpuacct/docker/77/cpu.cfs_quota_us": "150000\n",
    "/sys/fs/cgroup/cpu,cpuacct/docker/77/cpu.cfs_period_us": "100000\n",
    "/mnt/my memory/77/memory.limit_in_bytes": String(2 * GIB),
    "/mnt/my memory/77/memory.usage_in_bytes": String(1.5 * GIB),
    "/mnt/my memory/77/memory.stat": `cache 1\ntotal_inactive_file ${0.5 * GIB}\n`,
    "/mnt/my memory/memory.limit_in_bytes": "9223372036854771712\n",
  };
  assertEquals(readHost(host(files)), { cpu: 1.5, freeMemoryMb: 1024, memoryMb: 2048, gpu: 0 });
});

Deno.test("readHost() leaves out what it cannot make sense of", () => {
  const files = {
    ...MEMINFO,
    "/proc/self/cgroup": "garbage\n\n0::/a\n",
    "/proc/self/mountinfo": "short\n - cgroup2\n",
    "/sys/fs/cgroup/a/cpu.max": "lots\n",
    "/sys/fs/cgroup/a/memory.max": "",
    "/sys/fs/cgroup/cpu.max": "100000 0\n",
  };
  assertEquals(readHost(host(files)), ALL);
});

Deno.test("readHost() counts graphics processors once, as far as they are visible", () => {
  const nvidia = { "/dev/nvidia0": "", "/dev/nvidia1": "", "/dev/nvidiactl": "", "/dev/nvidia-uvm": "" };
  const nodes = {
    "/dev/dri/renderD128": "",
    "/sys/class/drm/renderD128/device/vendor": "0x10de\n",
    "/dev/dri/card0": "",
    "/dev/dri/renderD129": "",
    "/sys/class/drm/renderD129/device/vendor": "0x1002\n",
    "/dev/dri/renderD130": "",
    "/sys/class/drm/renderD130/device/vendor": "0x1af4\n",
    "/dev/dri/renderD131": "",
  };
  const count = (files: Record<string, string>, visible?: string) =>
    readHost(host(files, { variable: (name) => name === "CUDA_VISIBLE_DEVICES" ? visible : undefined })).gpu;
  assertEquals(count(nvidia), 2);
  assertEquals(count({ "/proc/driver/nvidia/gpus/0000:01:00.0/information": "" }), 1);
  assertEquals(count(nodes), 2, "NVIDIA's by its render node, AMD's; not the virtual one, nor one of unknown make");
  assertEquals(count({ ...nvidia, ...nodes }), 3);
  for (
    const [visible, expected] of [["1", 1], ["", 0], ["-1", 0], ["0, 1", 2], ["0,-1,1", 1], ["GPU-4fa2", 1], [
      "0,1,2",
      2,
    ]] as const
  ) {
    assertEquals(count(nvidia, visible), expected, `CUDA_VISIBLE_DEVICES=${visible}`);
  }
});

Deno.test("readHost() tells something sensible of this host", () => {
  const { cpu, freeMemoryMb, memoryMb, gpu } = readHost();
  assert(cpu > 0 && cpu <= navigator.hardwareConcurrency);
  assert(freeMemoryMb >= 0 && memoryMb > 0 && freeMemoryMb <= memoryMb);
  assert(Number.isInteger(gpu) && gpu >= 0);
});

Deno.test("ResourcePool.forHost() lends what the host has", () => {
  const files = host({ ...MEMINFO, "/dev/nvidia0": "" }, { processors: 4 });
  const free = ResourcePool.forHost({ files });
  assertEquals(free.snapshot().capacity, { cpu: 4, memoryMb: 16_384, gpu: 1 });
  const all = ResourcePool.forHost({ files, memory: "all", maxOvertakes: 10 });
  assertEquals(all.snapshot().capacity, { cpu: 4, memoryMb: 32_768, gpu: 1 });
});
