import { assertEquals } from "@std/assert";
import { CPUINFO_ARM, CPUINFO_X64, hostWith } from "./testdata/host_files.ts";
import { detectVirtualization } from "./virtualization.ts";

const BARE_CPUINFO = CPUINFO_X64.replace(" hypervisor", "");
const CLOCKS = "/sys/devices/system/clocksource/clocksource0/available_clocksource";

/** A machine whose firmware shows these names. */
const firmware = (vendor: string, product: string, cpuinfo = CPUINFO_X64) => ({
  "/sys/class/dmi/id/sys_vendor": vendor + "\n",
  "/sys/class/dmi/id/product_name": product + "\n",
  "/proc/cpuinfo": cpuinfo,
});

Deno.test("detectVirtualization() names the hypervisor by the firmware's names", () => {
  const machines = [
    [firmware("QEMU", "Standard PC (Q35 + ICH9, 2009)"), "kvm"],
    [firmware("Amazon EC2", "m7g.large", CPUINFO_ARM), "amazon ec2"],
    [firmware("Google", "Google Compute Engine"), "google compute engine"],
    [firmware("Microsoft Corporation", "Virtual Machine"), "hyper-v"],
    [firmware("VMware, Inc.", "VMware20,1"), "vmware"],
    [firmware("innotek GmbH", "VirtualBox"), "virtualbox"],
    [firmware("Xen", "HVM domU"), "xen"],
    [firmware("Apple Inc.", "Apple Virtualization Generic Platform", CPUINFO_ARM), "apple virtualization"],
  ] as const;
  for (const [files, expected] of machines) assertEquals(detectVirtualization(hostWith(files)), expected);
});

Deno.test("detectVirtualization() takes neither a bare machine nor a cloud's bare machine for a guest", () => {
  assertEquals(detectVirtualization(hostWith(firmware("Dell Inc.", "PowerEdge R740", BARE_CPUINFO))), null);
  assertEquals(detectVirtualization(hostWith(firmware("Amazon EC2", "m5.metal", BARE_CPUINFO))), null);
  assertEquals(detectVirtualization(hostWith(firmware("Microsoft Corporation", "Surface Laptop", BARE_CPUINFO))), null);
});

Deno.test("detectVirtualization() goes by the clocks, the kernel or the processor's flag where the firmware is silent", () => {
  assertEquals(detectVirtualization(hostWith({ [CLOCKS]: "tsc kvm-clock \n" })), "kvm");
  assertEquals(detectVirtualization(hostWith({ [CLOCKS]: "hyperv_clocksource_tsc_page acpi_pm \n" })), "hyper-v");
  assertEquals(
    detectVirtualization(hostWith({ [CLOCKS]: "tsc hpet acpi_pm \n", "/proc/cpuinfo": BARE_CPUINFO })),
    null,
  );
  assertEquals(detectVirtualization(hostWith({ "/sys/hypervisor/type": "xen\n" })), "xen");
  assertEquals(detectVirtualization(hostWith({ "/proc/cpuinfo": CPUINFO_X64 })), "virtual machine");
  assertEquals(detectVirtualization(hostWith(firmware("Acme", "Cloud\x1b 9000"))), "Cloud 9000");
  const windows = "Linux version 5.15.153.1-microsoft-standard-WSL2 (root@host) (gcc 11.2.0)";
  assertEquals(detectVirtualization(hostWith({ "/proc/version": windows, "/proc/cpuinfo": CPUINFO_X64 })), "wsl");
});

Deno.test("detectVirtualization() names the container, and what it runs in", () => {
  const containers = [
    [{ "/.dockerenv": "" }, "docker"],
    [{ "/run/.containerenv": "" }, "podman"],
    [{ "/proc/self/cgroup": "0::/system.slice/docker-3f9a21.scope\n" }, "docker"],
    [{ "/proc/self/cgroup": "12:cpu:/docker/3f9a21\n", "/.dockerenv": "" }, "docker"],
    [{ "/proc/self/cgroup": "0::/kubepods.slice/kubepods-pod1.slice\n", "/.dockerenv": "" }, "kubernetes"],
    [{ "/proc/self/cgroup": "0::/machine.slice/libpod-77.scope\n" }, "podman"],
    [{ "/proc/self/cgroup": "4:memory:/lxc/box\n" }, "lxc"],
    [{ "/proc/self/cgroup": "0::/user.slice/user-1000.slice/docker.service\n" }, null],
  ] as const;
  for (const [files, expected] of containers) assertEquals(detectVirtualization(hostWith(files)), expected);
  assertEquals(detectVirtualization(hostWith({ "/.dockerenv": "", [CLOCKS]: "kvm-clock" })), "docker in kvm");
});

Deno.test("detectVirtualization() is null where no file tells, as on macOS and Windows", () => {
  assertEquals(detectVirtualization(hostWith({})), null);
});
