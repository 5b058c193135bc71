/**
 * Suites out of a file of the user: those that it exports, or what it registers with `Deno.bench`.
 *
 * @module
 */

import { toFileUrl } from "@std/path";
import type { BenchmarkDefinition, Suite } from "../definition.ts";
import type { BenchmarkModule } from "../duet/protocol.ts";

/** What `Deno.bench` is told of one benchmark. */
interface Registration {
  readonly name: string;
  readonly fn: (context: Deno.BenchContext) => unknown;
  readonly options: Partial<Deno.BenchDefinition>;
}

/**
 * Imports a file. Its suites are those that are its default export (one, or a list of them); without any, what it registered
 * with `Deno.bench` is one suite, called `module.suite`.
 *
 * @throws {TypeError} If it has neither. Whatever the import throws.
 */
export async function loadModuleSuites(module: BenchmarkModule): Promise<readonly Suite[]> {
  const registrations: Registration[] = [];
  const original = Object.getOwnPropertyDescriptor(Deno, "bench");
  const register = (...args: unknown[]) => {
    registrations.push(readRegistration(args));
  };
  Object.defineProperty(Deno, "bench", {
    value: Object.assign(register, { ignore: () => {}, only: register }),
    configurable: true,
    writable: true,
  });
  let namespace: unknown;
  try {
    namespace = await import(toFileUrl(await Deno.realPath(module.path)).href);
  } finally {
    if (original !== undefined) Object.defineProperty(Deno, "bench", original);
  }
  const suites = exportedSuites(namespace);
  if (suites.length > 0) return suites;
  const only = registrations.filter(({ options }) => options.only === true);
  const chosen = (only.length > 0 ? only : registrations).filter(({ options }) => options.ignore !== true);
  if (chosen.length === 0) {
    throw new TypeError(
      `Cannot use ${
        JSON.stringify(module.path)
      }: it has no benchmarks; let its default export be a suite, or call Deno.bench`,
    );
  }
  return [suiteOf(module.suite, chosen)];
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

/** Understands the ways in which `Deno.bench` can be called: name, options and function, each in its place or within options. */
function readRegistration(args: readonly unknown[]): Registration {
  const fns = args.filter((arg) => typeof arg === "function");
  const options: Partial<Deno.BenchDefinition> = args.find((arg) => typeof arg === "object" && arg !== null) ?? {};
  const fn = fns[0] ?? options.fn;
  if (!isBenchFunction(fn)) throw new TypeError("Cannot register a benchmark with Deno.bench: it has no function");
  const name = args.find((arg) => typeof arg === "string") ?? options.name ?? fn.name;
  if (typeof name !== "string" || name === "") {
    throw new TypeError("Cannot register a benchmark with Deno.bench: it has no name");
  }
  return { name, fn, options };
}

function isBenchFunction(value: unknown): value is Registration["fn"] {
  return typeof value === "function";
}

/** The most iterations that a benchmark may fix. */
const MAX_ITERATIONS = 1_000_000_000;

function suiteOf(suite: string, registrations: readonly Registration[]): Suite {
  const taken = new Set<string>();
  const benchmarks = registrations.map((registration): BenchmarkDefinition => {
    let name = registration.name;
    for (let copy = 2; taken.has(name); copy++) name = `${registration.name} #${copy}`;
    taken.add(name);
    const { group, baseline, n } = registration.options;
    return {
      name,
      options: {
        ...(group === undefined || group === "" ? {} : { group, baseline: baseline === true }),
        ...(n === undefined ? {} : { iterations: Math.min(MAX_ITERATIONS, Math.max(1, Math.round(n))) }),
      },
      fn: bodyOf(registration),
    };
  });
  return { name: suite, title: "Registered with Deno.bench", benchmarks };
}

/** A function that takes no context is measured as it is: a wrapper would be measured, too. */
function bodyOf({ name, fn }: Registration): BenchmarkDefinition["fn"] {
  if (takesNothing(fn)) return fn;
  const refuse = () => {
    throw new TypeError(
      "it times a part of itself with b.start() and b.end(), which cannot be done here; write what surrounds that part as " +
        "setup or beforeIteration of a suite",
    );
  };
  const context: Deno.BenchContext = { name, origin: "", start: refuse, end: refuse };
  const body = () => fn(context);
  // The hash of a definition is made from the text of its function: of what is measured, not of this wrapper.
  return Object.defineProperty(body, "toString", { value: () => String(fn) });
}

function takesNothing(fn: Registration["fn"]): fn is () => unknown {
  return fn.length === 0;
}
