/**
 * Whether the host is a virtual machine or a container.
 *
 * @module
 */

import type { ReadHostFile } from "./host_file.ts";
import { printable } from "./printable.ts";

/** A hypervisor, and what gives it away in the vendor's or product's name that it shows its guests. */
interface Hypervisor {
  readonly name: string;
  readonly product: RegExp;
}

const HYPERVISORS: readonly Hypervisor[] = [
  { name: "kvm", product: /\bKVM\b|\bQEMU\b|Standard PC|OpenStack|oVirt|RHEV/i },
  { name: "amazon ec2", product: /Amazon EC2/i },
  { name: "google compute engine", product: /Google/i },
  { name: "hyper-v", product: /Microsoft.*Virtual Machine/i },
  { name: "vmware", product: /VMware/i },
  { name: "virtualbox", product: /VirtualBox|innotek/i },
  { name: "xen", product: /\bXen\b|HVM domU/i },
  { name: "parallels", product: /Parallels/i },
  { name: "apple virtualization", product: /Apple Virtualization/i },
  { name: "bhyve", product: /bhyve/i },
];

/** A clock that a hypervisor offers its guests names it even where the firmware has no tables. */
const CLOCKS: readonly Hypervisor[] = [
  { name: "kvm", product: /\bkvm-clock\b/ },
  { name: "hyper-v", product: /\bhyperv_/ },
  { name: "xen", product: /\bxen\b/ },
  { name: "vmware", product: /\bvmware\b/ },
];

const CONTAINERS: readonly { readonly name: string; readonly group: RegExp }[] = [
  { name: "kubernetes", group: /kubepods/ },
  { name: "docker", group: /\/docker[-/]/ },
  { name: "podman", group: /libpod/ },
  { name: "lxc", group: /\/lxc[./]/ },
];

/**
 * Names the container and the hypervisor as far as Linux tells: `docker in kvm`, `kvm`, `docker`; null for none or unknown,
 * as on macOS and Windows, where no file tells.
 *
 * @param read Reads a file of the host.
 */
export function detectVirtualization(read: ReadHostFile): string | null {
  const container = containerName(read);
  const machine = hypervisorName(read);
  if (container === null || machine === null) return container ?? machine;
  return `${container} in ${machine}`;
}

function containerName(read: ReadHostFile): string | null {
  const groups = read("/proc/self/cgroup") ?? "";
  const named = CONTAINERS.find(({ group }) => group.test(groups));
  if (named !== undefined) return named.name;
  if (read("/run/.containerenv") !== null) return "podman";
  return read("/.dockerenv") === null ? null : "docker";
}

function hypervisorName(read: ReadHostFile): string | null {
  if (/microsoft.*wsl|wsl.*microsoft|microsoft-standard/i.test(read("/proc/version") ?? "")) return "wsl";
  const product = read("/sys/class/dmi/id/product_name")?.trim() ?? "";
  const vendor = read("/sys/class/dmi/id/sys_vendor")?.trim() ?? "";
  const isGuest = /^flags\s*:.*\bhypervisor\b/m.test(read("/proc/cpuinfo") ?? "");
  const named = HYPERVISORS.find((known) => known.product.test(`${vendor} ${product}`));
  // The clouds' bare machines carry their vendor's name too; only the processor's flag tells them apart, and ARM has none.
  if (named !== undefined && (isGuest || !/metal/i.test(product))) return named.name;
  const clocks = read("/sys/devices/system/clocksource/clocksource0/available_clocksource") ?? "";
  const clock = CLOCKS.find((known) => known.product.test(clocks));
  if (clock !== undefined) return clock.name;
  const type = read("/sys/hypervisor/type")?.trim();
  if (type) return printable(type);
  return isGuest ? printable(product) || "virtual machine" : null;
}
