/**
 * Files that the other programs themselves have written; each is named after its program and version. `deno bench`, mitata, hyperfine
 * and pytest-benchmark also run in `real_programs_test.ts`; Go and a compiler of C++ are too large to be installed for a test.
 * Names of hosts and paths were made anonymous, lists of samples and frames cut short.
 */

/** The text of a fixture. */
export function fixture(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`./${name}`, import.meta.url));
}

/** The names of all fixtures. */
export const FIXTURES = [
  "deno_bench_2.7.11.json",
  "mitata_1.0.34.json",
  "hyperfine_1.15.0.json",
  "google_benchmark_1.7.1.json",
  "google_benchmark_1.7.1_aggregates.json",
  "pytest_benchmark_3.2.2.json",
  "go_1.19_count.txt",
  "go_1.19_cpu.txt",
  "go_1.19_three_outputs.txt",
  "go_1.19_verbose.txt",
] as const;
