/**
 * The facts of a macOS host, from `sysctl` and `pmset`.
 *
 * @module
 */

import type { HostFacts } from "../document_environment.ts";
import type { HostReader } from "./host_reader.ts";
import { UNKNOWN_HOST } from "./unknown_host.ts";

const ASKED = [
  ...["hw.physicalcpu", "hw.logicalcpu", "hw.cpufrequency", "hw.cpufrequency_min", "hw.cpufrequency_max"],
  ...["hw.l2cachesize", "hw.l3cachesize", "hw.perflevel0.l2cachesize", "vm.swapusage"],
];

/** Asks both programs; what Apple silicon does not tell, such as frequencies, is null. */
export async function readMacosHost(host: HostReader): Promise<HostFacts> {
  const [settings, supply] = await Promise.all([
    // It prints what it knows, and fails for what it does not: so all is asked for, and the wanted is picked.
    host.run("sysctl", ["hw", "vm.swapusage"]),
    host.run("pmset", ["-g", "batt"]),
  ]);
  return parseMacosHost(settings ?? "", supply ?? "");
}

/**
 * Takes the facts from what the programs print.
 *
 * @param settings `sysctl hw vm.swapusage`.
 * @param supply `pmset -g batt`.
 */
export function parseMacosHost(settings: string, supply: string): HostFacts {
  const values = new Map(ASKED.map((name) => {
    const line = settings.split("\n").find((line) => line.startsWith(`${name}:`) || line.startsWith(`${name} =`));
    return [name, line?.slice(name.length).replace(/^(:| =)\s*/, "").trim()];
  }));
  const numberOf = (name: string) => {
    const text = values.get(name) ?? "";
    return /^\d+$/.test(text) && Number(text) > 0 ? Number(text) : null;
  };
  const megahertz = (name: string) => {
    const hertz = numberOf(name);
    return hertz === null ? null : Math.round(hertz / 1e6);
  };
  const [cores, logical] = [numberOf("hw.physicalcpu"), numberOf("hw.logicalcpu")];
  const [current, min, max] = [
    megahertz("hw.cpufrequency"),
    megahertz("hw.cpufrequency_min"),
    megahertz("hw.cpufrequency_max"),
  ];
  return {
    ...UNKNOWN_HOST,
    cores,
    smt: cores === null || logical === null ? null : logical > cores,
    frequencyMhz: current === null && max === null ? null : { current, min, max },
    lastCacheBytes: numberOf("hw.l3cachesize") ?? numberOf("hw.perflevel0.l2cachesize") ?? numberOf("hw.l2cachesize"),
    swap: swapOf(values.get("vm.swapusage") ?? ""),
    power: /'Battery Power'/.test(supply) ? "battery" : /'AC Power'/.test(supply) ? "mains" : null,
  };
}

/** `total = 2048.00M  used = 1024.00M  free = 1024.00M  (encrypted)`. */
function swapOf(text: string): HostFacts["swap"] {
  const [, total] = /total = (\d+(?:\.\d+)?)M/.exec(text) ?? [];
  const [, used] = /used = (\d+(?:\.\d+)?)M/.exec(text) ?? [];
  if (total === undefined || used === undefined) return null;
  const bytes = (mebibytes: string) => Math.round(Number(mebibytes) * 1024 * 1024);
  return { totalBytes: bytes(total), usedBytes: bytes(used) };
}
