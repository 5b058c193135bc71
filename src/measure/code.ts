/**
 * A file of benchmarks that is none of the program's own: measuring processes get it with each request, as one module.
 *
 * @module
 */

import type { BenchmarkIdentity, FailedBenchmark } from "./document.ts";

/** What a file may reach: all of a kind, or what is listed; the lists are as those of Deno's `--allow-…`. */
export interface CodePermissions {
  /** Files and folders that it may read; absolute paths. */
  readonly read: true | readonly string[];
  /** Files and folders that it may write; absolute paths. */
  readonly write: true | readonly string[];
  /** Hosts that it may speak with, or listen on. */
  readonly net: true | readonly string[];
  /** Variables of the environment that it may see and set. */
  readonly env: true | readonly string[];
  /** Programs that it may start. */
  readonly run: true | readonly string[];
  /** Native libraries that it may load; absolute paths. */
  readonly ffi: true | readonly string[];
  /** What it may ask about the system. */
  readonly sys: true | readonly string[];
}

/** The code of a file. */
export interface BenchmarkCode {
  /** Path of the file, for messages. */
  readonly path: string;
  /** URL that a process imports it from: a `data:` URL, or one that any process can read. */
  readonly url: string;
  /** What the suite of its benchmarks that are in none is called. */
  readonly suite: string;
  /** What it may reach; null: all. Less than all is enforced in a thread of its process. */
  readonly permissions: CodePermissions | null;
}

/** A benchmark of a file, as a process that has loaded the file tells. */
export interface OfferedBenchmark {
  /** What identifies it in the document. */
  readonly identity: BenchmarkIdentity;
  /** How long it may take in a fork, in milliseconds; null: as the settings say. */
  readonly timeoutMs: number | null;
}

/** A suite of a file, as a process that has loaded the file tells. */
export interface OfferedSuite {
  /** Its name. */
  readonly name: string;
  /** Its benchmarks, in the order of definition. */
  readonly benchmarks: readonly OfferedBenchmark[];
}

/** What became of a file when a process loaded it. */
export type ExaminedFile =
  | {
    readonly status: "loaded";
    readonly code: BenchmarkCode;
    readonly suites: readonly OfferedSuite[];
    /** How many benchmarks are left out because others of the file are marked `only`. */
    readonly leftOut: number;
  }
  | {
    readonly status: "failed";
    /** What its suite is called in the document. */
    readonly suite: string;
    /** What it is called there itself, in place of its benchmarks. */
    readonly name: string;
    /** Why it has none. */
    readonly failure: Omit<FailedBenchmark["failure"], "fork">;
  };
