/**
 * Loads files of benchmarks: bundles each, and has a process of its own tell what is in it.
 *
 * @module
 */

import { basename } from "node:path";
import { Bundler } from "../../bundle/bundler.ts";
import type { ExaminedFile } from "../../measure/code.ts";
import type { Settings } from "../../measure/document.ts";
import type { ForkLauncher } from "../../measure/fork_launcher.ts";
import { examine } from "../../measure/run/examine.ts";
import { visibleText } from "../../visible_text.ts";
import { type AccessOptions, permissionsOf } from "./access.ts";
import type { BenchmarkFile, FoundFiles } from "./benchmark_files.ts";

/** How files are loaded. */
export interface LoadOptions {
  /** What they may reach. */
  readonly access: AccessOptions;
  /** The folder that relative paths of `access` are relative to. */
  readonly cwd: string;
  /** How the run's processes are started. */
  readonly launcher: ForkLauncher;
  /** How they will be measured. */
  readonly settings: Settings;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** Shows a line for good. */
  note(line: string): void;
  /** Shows a line that a file printed. */
  print(line: string): void;
}

/** The files, and what is on disk of them. */
export interface LoadedFiles {
  /** What became of each. */
  readonly files: readonly ExaminedFile[];
  /** Paths of all that was read for them. */
  readonly sources: ReadonlySet<string>;
}

/**
 * Loads files. One that cannot be loaded is among them, with the reason; the others are none the worse.
 *
 * @throws The signal's reason, if it is aborted.
 */
export async function loadFiles({ files, empty }: FoundFiles, options: LoadOptions): Promise<LoadedFiles> {
  const sources = new Set<string>();
  const loaded: ExaminedFile[] = [...empty].map(([word, reason]) =>
    failed({ suite: word, name: word }, `Cannot run ${reason}`)
  );
  using bundler = new Bundler();
  for (const file of files) {
    options.signal.throwIfAborted();
    loaded.push(await loadFile(file, bundler, { ...options, sources }));
  }
  return { files: withUniqueSuites(loaded), sources };
}

async function loadFile(
  { path, suite }: BenchmarkFile,
  bundler: Bundler,
  { access, cwd, sources, note, print, ...options }: LoadOptions & { readonly sources: Set<string> },
): Promise<ExaminedFile> {
  const bundle = await bundler.bundle(path);
  for (const file of bundle.files) sources.add(file);
  if (bundle.status === "failed") {
    for (const line of bundle.frame?.split("\n") ?? []) note(visibleText(line));
    return failed({ suite, name: basename(path) }, bundle.message, bundle.frame);
  }
  const permissions = permissionsOf(access, path, cwd);
  const examined = await examine({ path, url: bundle.url, suite, permissions }, { ...options, onText: print });
  if (examined.status === "loaded" && examined.leftOut > 0) note(visibleText(leftOutText(path, examined.leftOut)));
  return examined;
}

/** `deno bench` fails then, so that nobody leaves such a mark behind. */
function leftOutText(path: string, count: number): string {
  const what = count === 1 ? "1 benchmark is" : `${count} benchmarks are`;
  return `Warning: ${path}: ${what} left out, because others are marked "only"; take the mark away to measure all`;
}

function failed(
  { suite, name }: { readonly suite: string; readonly name: string },
  message: string,
  stack: string | null = null,
): ExaminedFile {
  return { status: "failed", suite, name, failure: { reason: "setup_failed", message, stack } };
}

/** A document has one suite of each name: a file whose suite is called as one of a file before it has failed. */
function withUniqueSuites(files: readonly ExaminedFile[]): ExaminedFile[] {
  const owners = new Map<string, string>([["references", "puffin-bench"], ["calibration", "puffin-bench"]]);
  const claim = (suite: string, owner: string): string => {
    let name = suite;
    for (let copy = 2; owners.has(name); copy++) name = `${suite} #${copy}`;
    owners.set(name, owner);
    return name;
  };
  return files.map((file): ExaminedFile => {
    if (file.status === "failed") return { ...file, suite: claim(file.suite, file.name) };
    const { code: { path, suite }, suites } = file;
    const names = suites.map(({ name }) => name);
    const twice = names.find((name, index) => owners.has(name) || names.indexOf(name) !== index);
    if (twice === undefined) {
      for (const name of names) claim(name, path);
      return file;
    }
    const owner = owners.get(twice) ?? "its own";
    const message = `its suite "${twice}" is called as one of ${owner}; name each suite once`;
    return failed({ suite: claim(suite, path), name: basename(path) }, message);
  });
}
