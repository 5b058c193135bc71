/**
 * What hosts of several kinds tell of themselves, shortened; written in the form of each system's documentation.
 *
 * @module
 */

import type { HostReader } from "../host_reader.ts";

/** A host of recorded files and answers of programs; its folders are those that files are in. */
export function recordedHost(
  os: string,
  files: Readonly<Record<string, string | null>>,
  answers: Readonly<Record<string, string>> = {},
): HostReader {
  return {
    os,
    read: (path) => files[path] ?? null,
    list: (folder) => {
      const inside = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""))];
    },
    run: (program) => Promise.resolve(answers[program] ?? null),
  };
}

const CPU = "/sys/devices/system/cpu";

/** Files of the processors `from` to `to`, two threads a core if `smt` is. */
function processors(count: number, smt: boolean, each: Readonly<Record<string, string>> = {}): Record<string, string> {
  const files: Record<string, string> = {};
  for (let cpu = 0; cpu < count; cpu++) {
    const first = smt ? cpu % (count / 2) : cpu;
    files[`${CPU}/cpu${cpu}/topology/thread_siblings_list`] = smt ? `${first},${first + count / 2}\n` : `${cpu}\n`;
    for (const [name, text] of Object.entries(each)) files[`${CPU}/cpu${cpu}/${name}`] = text;
  }
  return files;
}

/** A laptop on battery: turbo and SMT on, hot, powersave, swap in use, an encrypted NVMe disk. */
export const INTEL_LAPTOP: Readonly<Record<string, string>> = {
  ...processors(8, true, {
    "cpufreq/cpuinfo_min_freq": "400000\n",
    "cpufreq/cpuinfo_max_freq": "4700000\n",
    "cpufreq/scaling_cur_freq": "900000\n",
    "thermal_throttle/core_throttle_count": "12\n",
  }),
  [`${CPU}/intel_pstate/no_turbo`]: "0\n",
  [`${CPU}/cpu0/cache/index0/level`]: "1\n",
  [`${CPU}/cpu0/cache/index0/size`]: "48K\n",
  [`${CPU}/cpu0/cache/index3/level`]: "3\n",
  [`${CPU}/cpu0/cache/index3/size`]: "12288K\n",
  "/proc/meminfo":
    "MemTotal:       16079160 kB\nMemFree:          401232 kB\nMemAvailable:    4915200 kB\nSwapTotal:       8388604 kB\nSwapFree:        7340028 kB\n",
  "/proc/self/cgroup": "0::/user.slice/user-1000.slice/session-3.scope\n",
  "/sys/fs/cgroup/cpu.stat": "usage_usec 45812000\nuser_usec 30000000\nsystem_usec 15812000\n",
  "/proc/self/mountinfo": [
    "22 29 0:21 / /proc rw,nosuid shared:12 - proc proc rw",
    "29 1 259:3 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p3 rw",
    "31 29 0:27 / /tmp rw,nosuid shared:14 - tmpfs tmpfs rw,size=8039580k",
    "33 29 8:17 / /media/old\\040disk rw shared:20 - ext4 /dev/sdb1 rw",
    "",
  ].join("\n"),
  "/sys/block/sdb/queue/rotational": "1\n",
  "/sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
  "/sys/class/thermal/thermal_zone0/temp": "0\n",
  "/sys/class/thermal/thermal_zone1/temp": "93000\n",
  "/sys/class/power_supply/AC/type": "Mains\n",
  "/sys/class/power_supply/AC/online": "0\n",
  "/sys/class/power_supply/BAT0/type": "Battery\n",
  "/sys/class/power_supply/BAT0/status": "Discharging\n",
  "/sys/class/power_supply/hidpp_battery_0/type": "Battery\n",
  "/sys/class/power_supply/hidpp_battery_0/scope": "Device\n",
  "/sys/class/power_supply/hidpp_battery_0/status": "Discharging\n",
  "/proc/vmstat": "nr_free_pages 100308\npswpin 120\npswpout 880\n",
  "/proc/stat": "cpu  1000 0 500 8000 100 0 10 0 0 0\n",
  "/proc/self/stat": "77 (deno (run) x) R 1 77 77 0 -1 4194304 1 0 0 0 40 20 30 10 20 0 9 0 5000 1 1\n",
};

/** A server of two sockets: boost and SMT off, fixed rate, a software RAID of solid-state disks. */
export const AMD_SERVER: Readonly<Record<string, string>> = {
  ...processors(4, false, {
    "cpufreq/cpuinfo_min_freq": "1500000\n",
    "cpufreq/cpuinfo_max_freq": "2450000\n",
    "cpufreq/scaling_cur_freq": "2450000\n",
  }),
  [`${CPU}/cpufreq/boost`]: "0\n",
  "/proc/meminfo": "MemTotal:  528280036 kB\nMemAvailable:  500000000 kB\nSwapTotal:  0 kB\nSwapFree:  0 kB\n",
  "/proc/self/mountinfo": "25 1 9:0 / / rw shared:1 - xfs /dev/md0 rw\n26 25 8:1 / /data rw - ext4 /dev/sda1 rw\n",
  "/sys/dev/block/9:0/queue/rotational": "0\n",
  "/sys/block/sda/queue/rotational": "0\n",
  "/sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet\n",
};

/** A virtual machine on arm64 in a cloud: no frequencies, a virtual disk. */
export const ARM64_CLOUD: Readonly<Record<string, string>> = {
  ...processors(2, false),
  "/proc/cpuinfo": "processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\n",
  "/proc/meminfo":
    "MemTotal:        3945016 kB\nMemAvailable:    3500000 kB\nSwapTotal:             0 kB\nSwapFree: 0 kB\n",
  "/proc/self/cgroup": "0::/system.slice/ssh.service\n",
  "/proc/self/mountinfo": "25 1 259:1 / / rw,noatime shared:1 - xfs /dev/vda1 rw\n",
  "/sys/block/vda/queue/rotational": "1\n",
  "/sys/devices/system/clocksource/clocksource0/current_clocksource": "arch_sys_counter\n",
};

/** A container with half a processor, by control groups 2. */
export const CONTAINER_V2: Readonly<Record<string, string>> = {
  ...processors(4, false),
  "/proc/meminfo": "MemTotal:       16000000 kB\nMemAvailable:   12000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
  "/proc/self/cgroup": "0::/\n",
  "/proc/self/mountinfo": [
    "700 600 0:60 / / rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u",
    "701 700 0:30 /../.. /sys/fs/cgroup ro - cgroup2 cgroup rw",
    "702 700 0:55 / /results rw - nfs4 server:/results rw",
    "",
  ].join("\n"),
  "/sys/fs/cgroup/cpu.max": "50000 100000\n",
  "/sys/fs/cgroup/cpu.stat": "usage_usec 1000\nnr_periods 20\nnr_throttled 7\nthrottled_usec 350000\n",
  "/sys/fs/cgroup/memory.max": "536870912\n",
  "/sys/fs/cgroup/memory.current": "104857600\n",
};

/** A container with a processor and a half, by control groups 1. */
export const CONTAINER_V1: Readonly<Record<string, string>> = {
  ...processors(4, false),
  "/proc/self/cgroup": "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n",
  "/proc/self/mountinfo": [
    "90 80 0:60 / / rw - overlay overlay rw",
    "91 90 0:31 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct",
    "92 90 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory",
    "",
  ].join("\n"),
  "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "150000\n",
  "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
  "/sys/fs/cgroup/cpu,cpuacct/cpu.stat": "nr_periods 10\nnr_throttled 3\nthrottled_time 42000000\n",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n",
  "/sys/fs/cgroup/memory/memory.usage_in_bytes": "73741824\n",
};

/** `sysctl hw vm.swapusage` of a Mac with an Intel processor. */
export const SYSCTL_INTEL = [
  ...["hw.ncpu: 12", "hw.physicalcpu: 6", "hw.logicalcpu: 12", "hw.cpufrequency: 2600000000"],
  ...["hw.cpufrequency_min: 2600000000", "hw.cpufrequency_max: 2600000000", "hw.l2cachesize: 262144"],
  ...["hw.l3cachesize: 12582912", "hw.memsize: 17179869184"],
  ...["vm.swapusage: total = 2048.00M  used = 1044.25M  free = 1003.75M  (encrypted)", ""],
].join("\n");

/** The same of Apple silicon, which has neither frequencies nor a third level of cache. */
export const SYSCTL_ARM = [
  ...["hw.physicalcpu: 8", "hw.logicalcpu: 8", "hw.perflevel0.l2cachesize: 12582912", "hw.l2cachesize: 4194304"],
  ...["vm.swapusage: total = 0.00M  used = 0.00M  free = 0.00M  (encrypted)", ""],
].join("\n");

/** `pmset -g batt` of a laptop on battery. */
export const PMSET_BATTERY =
  "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=123)\t83%; discharging; 4:10 remaining present: true\n";

/** What PowerShell says of a laptop, and of a desktop without a battery. */
export const WINDOWS_LAPTOP = JSON.stringify({
  batteries: [{ BatteryStatus: 1 }],
  memory: { FreePhysicalMemory: 8_000_000 },
  pageFiles: [{ AllocatedBaseSize: 2432, CurrentUsage: 100 }],
  processors: [{
    NumberOfCores: 6,
    NumberOfLogicalProcessors: 12,
    MaxClockSpeed: 2592,
    CurrentClockSpeed: 2592,
    L3CacheSize: 12_288,
  }],
});

/** PowerShell writes `null` for what there is none of. */
export const WINDOWS_DESKTOP = JSON.stringify({
  batteries: [null],
  memory: { FreePhysicalMemory: 24_000_000 },
  pageFiles: [null],
  processors: [{
    NumberOfCores: 8,
    NumberOfLogicalProcessors: 8,
    MaxClockSpeed: 3600,
    CurrentClockSpeed: null,
    L3CacheSize: 0,
  }],
});
