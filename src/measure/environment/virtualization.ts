/** Hypervisor and container. @module */

/** Reads a file of the host; null if it cannot be read. */
export type ReadHostFile = (path: string) => string | null;

/** Names the hypervisor or container as far as it can be told; null for none or unknown. */
export function detectVirtualization(read: ReadHostFile): string | null {
  const product = read("/sys/class/dmi/id/product_name")?.trim();
  const isGuest = /^flags\s*:.*\bhypervisor\b/m.test(read("/proc/cpuinfo") ?? "");
  const container = read("/.dockerenv") === null ? null : "docker";
  const machine = isGuest ? product || "virtual machine" : null;
  return [container, machine].filter((part) => part !== null).join(" in ") || null;
}
