/**
 * Texts of host files as real machines have them, shortened.
 *
 * @module
 */

import type { ReadHostFile } from "../host_file.ts";

/** `/proc/self/status`, of a kernel 6.18. */
export const STATUS = [
  ...["Name:\tdeno", "Umask:\t0022", "State:\tR (running)", "Pid:\t4242", "VmRSS:\t   68332 kB", "Threads:\t7"],
  ...["Cpus_allowed_list:\t0-1", "voluntary_ctxt_switches:\t118", "nonvoluntary_ctxt_switches:\t16", ""],
].join("\n");

/** `/proc/stat`, of a virtual machine with two processors. */
export const STAT = [
  ...["cpu  7272 57 3983 313581 514 3 64 13 0 0", "cpu0 3101 57 1992 156600 212 1 11 6 0 0"],
  ...["cpu1 4171 0 1991 156981 302 2 53 7 0 0", "intr 812345 0 9 0 0", "ctxt 1234567", "btime 1795440000", ""],
].join("\n");

/** `/proc/cpuinfo`, of a virtual machine. */
export const CPUINFO_X64 = [
  ...["processor\t: 0", "vendor_id\t: AuthenticAMD", "cpu family\t: 26", "model\t\t: 2", "model name\t: AMD EPYC 9R14"],
  ...["cpu MHz\t\t: 2596.122", "cache size\t: 1024 KB", "flags\t\t: fpu vme tsc msr sse2 hypervisor lahf_lm", ""],
].join("\n");

/** `/proc/cpuinfo`, of an ARM server: it has no model name. */
export const CPUINFO_ARM = [
  ...["processor\t: 0", "BogoMIPS\t: 243.75", "Features\t: fp asimd evtstrm aes", "CPU implementer\t: 0x41"],
  ...["CPU architecture: 8", "CPU variant\t: 0x3", "CPU part\t: 0xd0c", "CPU revision\t: 1", ""],
].join("\n");

/** A host that has these files and no others. */
export function hostWith(files: Readonly<Record<string, string>>): ReadHostFile {
  return (path) => files[path] ?? null;
}
