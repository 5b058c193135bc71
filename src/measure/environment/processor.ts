/**
 * The host's processors.
 *
 * @module
 */

import { cpus } from "node:os";
import type { Environment } from "../document_environment.ts";
import type { ReadHostFile } from "./host_file.ts";
import { printable } from "./printable.ts";
import { parseCpuModel } from "./proc_text.ts";

/** What the model is called where neither runtime nor host tell. */
const UNKNOWN_MODEL = "unknown";

/** Describes the processors; the count is of those that this process may use. */
export function readProcessor(read: ReadHostFile): Environment["cpu"] {
  const count = navigator.hardwareConcurrency;
  return { model: model(read), count, governor: governor(read, count) };
}

function model(read: ReadHostFile): string {
  const mayAsk = Deno.permissions.querySync({ name: "sys", kind: "cpus" }).state === "granted";
  const named = printable((mayAsk ? cpus()[0]?.model : undefined) ?? "");
  if (named !== "" && named !== UNKNOWN_MODEL) return named;
  return printable(parseCpuModel(read("/proc/cpuinfo") ?? "") ?? "") || UNKNOWN_MODEL;
}

/** The frequency governors of all processors, each once; null where the host does not tell, as in most virtual machines. */
export function governor(read: ReadHostFile, count: number): string | null {
  const governors = new Set<string>();
  for (let cpu = 0; cpu < count; cpu++) {
    const name = printable(read(`/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`) ?? "");
    if (name !== "") governors.add(name);
  }
  return governors.size === 0 ? null : [...governors].sort().join(", ");
}
