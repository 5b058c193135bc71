/**
 * Which graphics processors this process can see.
 *
 * @module
 */

import type { HostFiles } from "./host_files.ts";

/** Makers whose devices compute, by their PCI vendor id; a display controller of a virtual machine does not. */
const VENDORS: ReadonlySet<string> = new Set(["0x10de", "0x1002", "0x8086"]);

/**
 * How many graphics processors there are: NVIDIA's by their device files, else by what their driver lists; all others by their
 * render nodes. `CUDA_VISIBLE_DEVICES` hides those of NVIDIA that it does not name. Starts no program.
 */
export function countGpus(files: HostFiles): number {
  const nvidia = countNvidia(files);
  const others = files.list("/dev/dri").filter((name) => /^renderD\d+$/.test(name)).filter((name) => {
    const vendor = files.readText(`/sys/class/drm/${name}/device/vendor`)?.trim().toLowerCase() ?? "";
    return VENDORS.has(vendor) && !(vendor === "0x10de" && nvidia.found > 0); // counted already
  });
  return nvidia.visible + others.length;
}

function countNvidia(files: HostFiles): { readonly found: number; readonly visible: number } {
  const devices = files.list("/dev").filter((name) => /^nvidia\d+$/.test(name)).length;
  const found = devices > 0 ? devices : files.list("/proc/driver/nvidia/gpus").length;
  const named = files.variable("CUDA_VISIBLE_DEVICES");
  if (named === undefined) return { found, visible: found };
  // CUDA looks at the names up to the first that is none.
  const names = named.split(",").map((name) => name.trim());
  const end = names.findIndex((name) => name === "" || name.startsWith("-"));
  return { found, visible: Math.min(found, end === -1 ? names.length : end) };
}
