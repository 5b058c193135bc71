/**
 * The limits that Linux control groups set to this process.
 *
 * A process is in one group of a tree, and the limits of all groups above hold as well. Version 2 has one tree for all controllers,
 * version 1 one for each; a host may have both at once, with each controller in one of them. See the kernel's documentation,
 * admin-guide/cgroup-v2 and admin-guide/cgroup-v1.
 *
 * @module
 */

/** The host's files, as far as they concern control groups. */
interface HostFiles {
  /** The text of a file; `undefined` if it is not there, or must not be read. */
  readText(path: string): string | undefined;
}

/** What control groups allow; `Infinity` where none sets a limit. */
export interface CgroupLimits {
  /** The version whose processor limits hold; null without control groups, or where they cannot be seen. */
  readonly version: 1 | 2 | null;
  /** Processor time, in processors; may be a fraction. */
  readonly cpus: number;
  /** Memory, in bytes. */
  readonly memoryBytes: number;
  /** What of it is not in use, in bytes; page cache that nobody has touched lately counts as not in use. */
  readonly freeMemoryBytes: number;
}

type Controller = "cpu" | "memory";

/** The groups that hold for a controller: their folders, from the process's own up to the root of its tree. */
interface Groups {
  readonly version: 1 | 2;
  readonly folders: readonly string[];
}

/** Reads the limits; all are `Infinity` where there are no control groups. */
export function readCgroupLimits(files: HostFiles): CgroupLimits {
  const cpu = groupsOf("cpu", files), memory = groupsOf("memory", files);
  let cpus = Infinity, memoryBytes = Infinity, freeMemoryBytes = Infinity;
  for (const folder of cpu?.folders ?? []) {
    cpus = Math.min(cpus, cpu?.version === 1 ? cpuLimit1(folder, files) : cpuLimit2(folder, files));
  }
  for (const folder of memory?.folders ?? []) {
    const limit = memory?.version === 1
      ? numberIn(files.readText(`${folder}/memory.limit_in_bytes`))
      : Math.min(numberIn(files.readText(`${folder}/memory.max`)), numberIn(files.readText(`${folder}/memory.high`)));
    if (limit >= NO_LIMIT) continue;
    memoryBytes = Math.min(memoryBytes, limit);
    freeMemoryBytes = Math.min(freeMemoryBytes, Math.max(0, limit - memoryInUse(folder, memory?.version, files)));
  }
  const isSeen = cpu?.folders.some((folder) => files.readText(`${folder}/cpu.stat`) !== undefined);
  return { version: isSeen && cpu !== undefined ? cpu.version : null, cpus, memoryBytes, freeMemoryBytes };
}

/**
 * How long a processor limit has kept this process's groups waiting since they were made, in milliseconds: the longest of them,
 * for a wait of one is often the wait of those below. Null where no group tells.
 */
export function readThrottledMs(files: HostFiles): number | null {
  const cpu = groupsOf("cpu", files);
  const times = (cpu?.folders ?? []).flatMap((folder) => {
    const text = files.readText(`${folder}/cpu.stat`) ?? "";
    const [, microseconds] = /^throttled_usec (\d+)$/m.exec(text) ?? [];
    const [, nanoseconds] = /^throttled_time (\d+)$/m.exec(text) ?? []; // version 1
    if (microseconds !== undefined) return [Number(microseconds) / 1e3];
    return nanoseconds === undefined ? [] : [Number(nanoseconds) / 1e6];
  });
  return times.length === 0 ? null : Math.max(...times);
}

/** Version 1 says "no limit" with the largest multiple of a page below 2^63. */
const NO_LIMIT = 2 ** 62;

/** `quota period`, both in microseconds, or `max period`. */
function cpuLimit2(folder: string, files: HostFiles): number {
  const [quota, period] = (files.readText(`${folder}/cpu.max`) ?? "").trim().split(/\s+/);
  return share(numberIn(quota), numberIn(period));
}

function cpuLimit1(folder: string, files: HostFiles): number {
  return share(
    numberIn(files.readText(`${folder}/cpu.cfs_quota_us`)),
    numberIn(files.readText(`${folder}/cpu.cfs_period_us`)),
  );
}

function share(quotaUs: number, periodUs: number): number {
  return quotaUs > 0 && quotaUs < Infinity && periodUs > 0 && periodUs < Infinity ? quotaUs / periodUs : Infinity;
}

function memoryInUse(folder: string, version: 1 | 2 | undefined, files: HostFiles): number {
  const used = numberIn(files.readText(`${folder}/${version === 1 ? "memory.usage_in_bytes" : "memory.current"}`));
  if (used === Infinity) return 0;
  const idle = version === 1 ? "total_inactive_file" : "inactive_file";
  const line = (files.readText(`${folder}/memory.stat`) ?? "").split("\n").find((line) => line.startsWith(`${idle} `));
  const cached = line === undefined ? 0 : numberIn(line.slice(idle.length));
  return Math.max(0, used - (cached === Infinity ? 0 : cached));
}

/** A number in a file; `Infinity` for "max", for -1, and for anything else. */
function numberIn(text: string | undefined): number {
  const trimmed = text?.trim() ?? "";
  const number = /^\d+$/.test(trimmed) ? Number(trimmed) : Infinity;
  return number;
}

/** Finds the groups of a controller: of version 1 if one of its trees has the controller, else of version 2. */
function groupsOf(controller: Controller, files: HostFiles): Groups | undefined {
  const lines = (files.readText("/proc/self/cgroup") ?? "").split("\n");
  const paths = lines.map((line) => /^(\d+):([^:]*):(.*)$/.exec(line));
  const own1 = paths.find((match) => match?.[2]?.split(",").includes(controller))?.[3];
  if (own1 !== undefined) {
    return { version: 1, folders: foldersUp(own1, mountOf("cgroup", controller, files) ?? defaultMount(controller)) };
  }
  const own2 = paths.find((match) => match?.[1] === "0" && match[2] === "")?.[3];
  if (own2 === undefined) return undefined;
  return { version: 2, folders: foldersUp(own2, mountOf("cgroup2", controller, files) ?? defaultMount()) };
}

/** Where a tree, or a part of it, can be seen. */
interface Mount {
  /** The group that is seen at the mount point: in a container often not the root of the tree. */
  readonly root: string;
  readonly point: string;
}

function defaultMount(controller?: Controller): Mount {
  return { root: "/", point: controller === undefined ? "/sys/fs/cgroup" : `/sys/fs/cgroup/${controller}` };
}

/** A line of mountinfo: id, parent, device, root, mount point, options, optional fields, "-", type, source, super options. */
function mountOf(type: "cgroup" | "cgroup2", controller: Controller, files: HostFiles): Mount | undefined {
  for (const line of (files.readText("/proc/self/mountinfo") ?? "").split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const [found, , options = ""] = right.split(" ");
    if (found !== type || (type === "cgroup" && !options.split(",").includes(controller))) continue;
    const [, , , root, point] = left.split(" ");
    if (root !== undefined && point !== undefined) return { root: unescape(root), point: unescape(point) };
  }
  return undefined;
}

/** Mountinfo writes a space as \040, and so on. */
function unescape(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}

/**
 * The folders of a group and all above it that can be seen. A group outside of what is mounted is seen at the mount point
 * itself: that is how a container without a namespace of its own for control groups sees its limits.
 */
function foldersUp(group: string, { root, point }: Mount): string[] {
  const isInside = !group.includes("/..") && (root === "/" || group === root || group.startsWith(`${root}/`));
  const steps = (isInside ? group.slice(root === "/" ? 0 : root.length) : "").split("/").filter((step) => step !== "");
  const folders: string[] = [];
  for (let depth = steps.length; depth >= 0; depth--) folders.push([point, ...steps.slice(0, depth)].join("/"));
  return folders;
}
