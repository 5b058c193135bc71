/**
 * What the comparison needs to know of one run, whichever tool has measured it.
 *
 * @module
 */

import type { Parameters } from "../measure/definition.ts";
import type { Warning } from "../measure/document.ts";
import type { Environment, HostFigure } from "../measure/document_environment.ts";
import type { ComparedIdentity, SideFigure } from "./comparison.ts";

/** What one process, or as many as an unknown number of processes, measured of a benchmark. */
export interface ProcessFigure {
  /** The estimate; above 0 and finite. */
  readonly value: number;
  /** Samples behind it; null if the file does not tell. */
  readonly samples: number | null;
  /**
   * Number of the fork: processes of one run with the same number ran next to each other. Without it a process is told by its
   * place in the list.
   */
  readonly fork?: number;
}

/** One benchmark of a run. */
export interface BenchmarkData extends ComparedIdentity {
  /** Values of its parameters. */
  readonly params: Parameters;
  /** Whether it has figures. */
  readonly status: "ok" | "optimized_out" | "failed";
  /** Why it failed; empty if it did not. */
  readonly message: string;
  /** Hash of what was measured; null if the file does not tell. */
  readonly definitionHash: string | null;
  /** Unit of the figures: `ns` for a time of one iteration. */
  readonly unit: string;
  /** Whether a smaller or a larger figure is better. */
  readonly better: "lower" | "higher";
  /** What stands for a process. */
  readonly estimator: SideFigure["estimator"];
  /** One figure a process, in the order in which they ran; a single one if the file does not tell processes apart. */
  readonly processes: readonly ProcessFigure[];
}

/** One run. */
export interface RunData {
  /** Path of its file, as the user named it. */
  readonly source: string;
  /** Tool and version that measured. */
  readonly tool: string;
  /** When it began, as ISO 8601; null if the file does not tell. */
  readonly startedAt: string | null;
  /** How long it took, in milliseconds; null if the file does not tell. */
  readonly durationMs: number | null;
  /** Commit of the measured checkout; null if unknown. */
  readonly commit: string | null;
  /** Where it was measured: ours only. */
  readonly environment: Environment | null;
  /** What must agree besides the environment, by name: settings of our documents, context of other tools' files. */
  readonly settings: Readonly<Record<string, string>>;
  /** Its benchmarks, in the order of the file; ids are unique. */
  readonly benchmarks: readonly BenchmarkData[];
  /** Reference benchmarks that were measured along with them: the same code in every run. */
  readonly references: readonly BenchmarkData[];
  /** How fast its host is; absent if the file does not tell. */
  readonly hostFigures?: readonly HostFigure[];
  /** What its file says of how far the figures can be trusted; absent if the file does not tell. */
  readonly warnings?: readonly Warning[];
}
