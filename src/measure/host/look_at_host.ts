/**
 * A host's facts and figures together.
 *
 * @module
 */

import { tmpdir } from "node:os";
import type { ResultDocument } from "../document.ts";
import { readHostFacts } from "../environment/mod.ts";
import { measureHost, type MeasureHostOptions } from "./measure_host.ts";

/** What {@linkcode lookAtHost} needs. */
export interface LookAtHostOptions extends Omit<MeasureHostOptions, "availableMemoryBytes" | "folder"> {
  /** The folder whose disk is meant; it must be there. Default: the system's folder of temporary files. */
  readonly folder?: string | undefined;
}

/**
 * Reads a host's facts, then measures its figures; see `readHostFacts` and {@linkcode measureHost}.
 *
 * @throws {MeasureError} If the measuring processes cannot work at all.
 */
export async function lookAtHost(options: LookAtHostOptions): Promise<Pick<ResultDocument, "host" | "hostFigures">> {
  const folder = await realPath(options.folder ?? tmpdir());
  const host = await readHostFacts(folder);
  const { availableMemoryBytes } = host;
  return { host, hostFigures: await measureHost({ ...options, folder, availableMemoryBytes }) };
}

/** What cannot be resolved is left as it is: the figure will say what is wrong with it. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    return path;
  }
}
