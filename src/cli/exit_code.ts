/**
 * What the program's exit code tells.
 *
 * @module
 */

/** Exit codes; `--help` lists them. */
export const EXIT_CODE = {
  /** All that was asked for is done. */
  done: 0,
  /** At least one benchmark failed; the others are measured. */
  failed: 1,
  /** A comparison found what it was told to look for: by default a benchmark that is slower, or fails and did not before. */
  regression: 1,
  /** A result that was examined has something serious against it. */
  untrusted: 1,
  /** The command line, an environment variable, a file or a folder is not what it should be. */
  usage: 2,
  /** A comparison was told to look for inconclusive benchmarks, and found nothing worse. */
  inconclusive: 3,
  /** The terminal was closed or its connection broke (SIGHUP): as Ctrl-C. */
  hungUp: 129,
  /** Ctrl-C (SIGINT): what was complete is reported and saved. */
  interrupted: 130,
  /** SIGTERM: as Ctrl-C. */
  terminated: 143,
} as const;

/** One of the exit codes. */
export type ExitCode = typeof EXIT_CODE[keyof typeof EXIT_CODE];
