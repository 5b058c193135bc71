/**
 * What decides how well a host measures, beyond what its fingerprint holds.
 *
 * @module
 */

import type { HostFacts } from "../document_environment.ts";
import { type HostReader, thisHost } from "./host_reader.ts";
import { readLinuxHost } from "./linux_host.ts";
import { readMacosHost } from "./macos_host.ts";
import { UNKNOWN_HOST } from "./unknown_host.ts";
import { readWindowsHost } from "./windows_host.ts";

/**
 * Reads a host's facts: on Linux from `/proc` and `/sys`, within some milliseconds; on macOS from `sysctl` and `pmset`, on
 * Windows from PowerShell, in about a second. What is not told, or may not be asked, is null: nothing is guessed, and it never
 * throws or prompts.
 *
 * @param folder The folder whose disk is told of: an absolute path without symbolic links.
 * @param host The host. Default: this one.
 */
export async function readHostFacts(folder: string, host: HostReader = thisHost): Promise<HostFacts> {
  switch (host.os) {
    case "linux":
    case "android":
      return readLinuxHost(folder, host);
    case "darwin":
      return await readMacosHost(host);
    case "windows":
      return await readWindowsHost(host);
    default:
      return UNKNOWN_HOST;
  }
}
