/**
 * The facts of a Windows host, from PowerShell.
 *
 * @module
 */

import { z } from "zod";
import type { HostFacts } from "../document_environment.ts";
import type { HostReader } from "./host_reader.ts";
import { UNKNOWN_HOST } from "./unknown_host.ts";

/** One object of what `HostFacts` can be had; a desktop has no battery. */
const SCRIPT = [
  "$p = Get-CimInstance Win32_Processor | Select-Object NumberOfCores,NumberOfLogicalProcessors,MaxClockSpeed,CurrentClockSpeed,L3CacheSize",
  "$m = Get-CimInstance Win32_OperatingSystem | Select-Object FreePhysicalMemory",
  "$s = Get-CimInstance Win32_PageFileUsage | Select-Object AllocatedBaseSize,CurrentUsage",
  "$b = Get-CimInstance Win32_Battery | Select-Object BatteryStatus",
  "ConvertTo-Json -Compress @{ processors = @($p); memory = $m; pageFiles = @($s); batteries = @($b) }",
].join("; ");

const count = z.number().int().positive().nullable().catch(null);
const amount = z.number().min(0).nullable().catch(null);

const answerSchema = z.object({
  processors: z.array(z.object({
    NumberOfCores: count,
    NumberOfLogicalProcessors: count,
    MaxClockSpeed: count, // MHz
    CurrentClockSpeed: count, // MHz
    L3CacheSize: count, // KiB
  })).min(1),
  memory: z.object({ FreePhysicalMemory: amount }).nullable().catch(null), // KiB
  pageFiles: z.array(z.object({ AllocatedBaseSize: amount, CurrentUsage: amount }).nullable()).catch([]), // MiB
  batteries: z.array(z.object({ BatteryStatus: amount }).nullable()).catch([]),
});

/** Asks PowerShell; null throughout if it does not answer in time. */
export async function readWindowsHost(host: HostReader): Promise<HostFacts> {
  const answer = await host.run("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", SCRIPT]);
  return parseWindowsHost(answer ?? "");
}

/** Takes the facts from what the script prints; of several sockets the cores are added up. */
export function parseWindowsHost(answer: string): HostFacts {
  const parsed = answerSchema.safeParse(jsonOf(answer));
  if (!parsed.success) return UNKNOWN_HOST;
  const { processors, memory, pageFiles, batteries } = parsed.data;
  const total = (values: readonly (number | null | undefined)[]) =>
    values.length === 0 || values.some((value) => value === null || value === undefined)
      ? null
      : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const cores = total(processors.map(({ NumberOfCores }) => NumberOfCores));
  const logical = total(processors.map(({ NumberOfLogicalProcessors }) => NumberOfLogicalProcessors));
  const [{ MaxClockSpeed: max, CurrentClockSpeed: current, L3CacheSize: cache } = NOTHING] = processors;
  const files = pageFiles.filter((file) => file !== null);
  const [swap, used] = [
    total(files.map(({ AllocatedBaseSize }) => AllocatedBaseSize)),
    total(files.map(({ CurrentUsage }) => CurrentUsage)),
  ];
  const free = memory?.FreePhysicalMemory ?? null;
  return {
    ...UNKNOWN_HOST,
    cores,
    smt: cores === null || logical === null ? null : logical > cores,
    frequencyMhz: max === null && current === null ? null : { current, min: null, max },
    lastCacheBytes: cache === null ? null : cache * 1024,
    availableMemoryBytes: free === null ? null : free * 1024,
    swap: swap === null || used === null ? null : { totalBytes: swap * 1024 ** 2, usedBytes: used * 1024 ** 2 },
    power: powerOf(batteries.flatMap((battery) => battery?.BatteryStatus ?? [])),
  };
}

const NOTHING = { MaxClockSpeed: null, CurrentClockSpeed: null, L3CacheSize: null };

/** Win32_Battery's status: 1 is discharging, 2 on mains, 3 full, 4 and 5 low, 6 to 9 charging. */
function powerOf(statuses: readonly number[]): HostFacts["power"] {
  if (statuses.length === 0) return null;
  return statuses.some((status) => [1, 4, 5].includes(status)) ? "battery" : "mains";
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
