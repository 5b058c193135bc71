/**
 * On what kind of disk a folder is.
 *
 * @module
 */

import type { HostFacts } from "../document_environment.ts";
import type { HostReader } from "./host_reader.ts";
import { printable } from "./printable.ts";

/** What is mounted somewhere. */
interface Mount {
  readonly device: string;
  readonly point: string;
  readonly type: string;
  readonly source: string;
}

const IN_MEMORY = /^(tmpfs|ramfs)$/;
const OVER_NETWORK = /^(nfs4?|cifs|smb3|smbfs|9p|virtiofs|ceph|glusterfs|lustre|fuse\.(sshfs|s3fs|gcsfuse))$/;

/**
 * The disk below a folder, by the innermost mount that holds it (`/proc/self/mountinfo`, see proc_pid_mountinfo(5)).
 *
 * @param folder An absolute path without symbolic links.
 */
export function diskOf(folder: string, host: HostReader): HostFacts["disk"] {
  const mounts = (host.read("/proc/self/mountinfo") ?? "").split("\n").flatMap(mountIn);
  const holding = mounts.filter(({ point }) => point === "/" || folder === point || folder.startsWith(`${point}/`));
  const innermost = holding.reduce<Mount | undefined>(
    (best, mount) => best === undefined || mount.point.length >= best.point.length ? mount : best, // a later one covers it
    undefined,
  );
  if (innermost === undefined) return null;
  return { fileSystem: printable(innermost.type), medium: mediumOf(innermost, host) };
}

function mediumOf({ type, source, device }: Mount, host: HostReader): NonNullable<HostFacts["disk"]>["medium"] {
  if (IN_MEMORY.test(type)) return "memory";
  if (OVER_NETWORK.test(type)) return "network";
  if (type === "overlay") return "overlay";
  if (/^\/dev\/nvme/.test(source)) return "nvme";
  if (/^\/dev\/(vd|xvd)/.test(source)) return "virtual"; // whatever the hypervisor says of its turning
  const name = source.replace(/^\/dev\//, "");
  const disks = [name, name.replace(/p?\d+$/, "")]; // a partition has no queue of its own, its disk has
  const rotational = host.read(`/sys/dev/block/${device}/queue/rotational`) ??
    disks.reduce<string | null>((known, disk) => known ?? host.read(`/sys/block/${disk}/queue/rotational`), null);
  if (rotational?.trim() === "1") return "hard_disk";
  return rotational?.trim() === "0" ? "solid_state" : "unknown";
}

/** A line of mountinfo: id, parent, device, root, mount point, options, optional fields, "-", type, source, super options. */
function mountIn(line: string): Mount[] {
  const [left = "", right = ""] = line.split(" - ");
  const [, , device, , point] = left.split(" ");
  const [type = "", source = ""] = right.split(" ");
  if (device === undefined || point === undefined || type === "") return [];
  const unescaped = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return [{ device, point: unescaped, type, source }];
}
