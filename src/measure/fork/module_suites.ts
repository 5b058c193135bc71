/**
 * Suites out of a file of the user: what it defines while it is imported.
 *
 * @module
 */

import { pathToFileURL } from "node:url";
import { setCollector } from "../authoring/collector.ts";
import type { BenchmarkDefinition, Suite } from "../definition.ts";
import type { BenchmarkModule } from "../duet/protocol.ts";
import { requireFromDisk } from "./disk_require.ts";
import { chosen, definitionsOf, readRegistration, type Registration } from "./deno_registration.ts";

/** How a file is imported, and what it is called. */
export interface ModuleSource {
  /** Its path, for messages. */
  readonly path: string;
  /** URL that it is imported from. */
  readonly url: string;
  /** What the suite of its benchmarks that are in none is called. */
  readonly suite: string;
}

/**
 * Imports a file: what was made of it, or as it is on disk.
 *
 * @throws {TypeError} If it has no benchmarks. Whatever the import throws.
 */
export async function loadModuleSuites(module: BenchmarkModule): Promise<readonly Suite[]> {
  const { path, suite, url = pathToFileURL(await Deno.realPath(path)).href } = module;
  return (await collectSuites({ path, url, suite })).suites;
}

/** What a file has. */
export interface CollectedSuites {
  /** Its suites. */
  readonly suites: readonly Suite[];
  /** How many benchmarks are left out because others of the file are marked `only`. */
  readonly leftOut: number;
}

/**
 * Imports a file. Its suites are those that it defines with `suite()`, or that are its default export (one, or a list of them), and one
 * of all that it defines with `bench()`, a runner, or `Deno.bench`. A file that exports suites of another kind, such as those of an older
 * copy of this package, has no others, for that copy has told `Deno.bench` of them, too.
 *
 * @throws {TypeError} If it has no benchmarks. Whatever the import throws.
 */
export async function collectSuites({ path, url, suite }: ModuleSource): Promise<CollectedSuites> {
  const origin = pathToFileURL(path).href;
  const collected: Suite[] = [];
  const benchmarks: BenchmarkDefinition[] = [];
  const registrations: Registration[] = [];
  const register = (...args: unknown[]) => {
    registrations.push(readRegistration(args));
  };
  const only = (...args: unknown[]) => {
    const registration = readRegistration(args);
    registrations.push({ ...registration, options: { ...registration.options, only: true } });
  };
  const original = Object.getOwnPropertyDescriptor(Deno, "bench");
  const bench = Object.assign(register, { ignore: () => {}, skip: () => {}, only });
  Object.defineProperty(Deno, "bench", { value: bench, configurable: true, writable: true });
  setCollector({ suite: (made) => collected.push(made), bench: (definition) => benchmarks.push(definition) });
  requireFromDisk();
  let namespace: unknown;
  try {
    namespace = await import(url);
  } finally {
    setCollector(undefined);
    if (original !== undefined) Object.defineProperty(Deno, "bench", original);
  }
  const exported = exportedSuites(namespace).filter((made) => !collected.includes(made));
  if (exported.length > 0) return { suites: [...collected, ...exported], leftOut: 0 };
  const { measured, leftOut } = chosen(registrations);
  const own = [...benchmarks, ...definitionsOf(measured, { origin, ungrouped: suite })];
  if (own.length > 0) collected.push({ name: suite, title: `Benchmarks of ${path}`, benchmarks: withUniqueNames(own) });
  if (collected.length === 0) {
    throw new TypeError(
      `Cannot use ${JSON.stringify(path)}: it has no benchmarks${
        registrations.length > 0 ? " that are not ignored" : ""
      }; call suite, bench or Deno.bench in it, or let its default export be a suite`,
    );
  }
  return { suites: collected, leftOut };
}

/** As `deno bench`, the engine measures both of two benchmarks of one name; a document has one of each. */
function withUniqueNames(definitions: readonly BenchmarkDefinition[]): BenchmarkDefinition[] {
  const taken = new Set<string>();
  return definitions.map((definition) => {
    let { name } = definition;
    for (let copy = 2; taken.has(name); copy++) name = `${definition.name} #${copy}`;
    taken.add(name);
    return name === definition.name ? definition : { ...definition, name };
  });
}

function exportedSuites(namespace: unknown): readonly Suite[] {
  if (typeof namespace !== "object" || namespace === null || !("default" in namespace)) return [];
  const { default: exported } = namespace;
  return (Array.isArray(exported) ? exported : [exported]).filter(isSuite);
}

/** Whether a value is what `suite()` makes, be it another copy of it. */
function isSuite(value: unknown): value is Suite {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" &&
    "title" in value && typeof value.title === "string" && "benchmarks" in value && Array.isArray(value.benchmarks) &&
    value.benchmarks.every(isDefinition);
}

function isDefinition(value: unknown): value is BenchmarkDefinition {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" &&
    "fn" in value && typeof value.fn === "function" && "options" in value && typeof value.options === "object" &&
    value.options !== null;
}
