/**
 * What a file tells `Deno.bench`, as definitions of the engine.
 *
 * @module
 */

import type { BenchmarkDefinition } from "../definition.ts";
import { SelfTiming } from "./self_timing.ts";

/** What `Deno.bench` is told of one benchmark. */
export interface Registration {
  /** Its name. */
  readonly name: string;
  /** What is measured. */
  readonly fn: BenchmarkDefinition["fn"];
  /** All else. */
  readonly options: Partial<Deno.BenchDefinition>;
}

/**
 * Understands the ways in which `Deno.bench` can be called: name, options and function, each in its place or within options.
 *
 * @throws {TypeError} If there is no function, or no name.
 */
export function readRegistration(args: readonly unknown[]): Registration {
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

/** Those that are to be measured: if any is marked `only`, no other; none that is marked `ignore`. */
export function chosen(registrations: readonly Registration[]): readonly Registration[] {
  const only = registrations.filter(({ options }) => options.only === true);
  return (only.length > 0 ? only : registrations).filter(({ options }) => options.ignore !== true);
}

/**
 * Makes definitions of them. The function is measured as it is, for a wrapper would be measured, too; `n` is the fewest iterations that
 * are timed, as with `deno bench`, which takes more of a fast function; `warmup` is the number of iterations before all others, to which
 * the engine adds as many as it takes to become steady. Those without a group are one, called `ungrouped`, if one of them is a baseline.
 *
 * @param origin URL of the file.
 */
export function definitionsOf(
  registrations: readonly Registration[],
  { origin, ungrouped }: { readonly origin: string; readonly ungrouped: string },
): BenchmarkDefinition[] {
  const groupOf = ({ group }: Registration["options"]) => group === undefined || group === "" ? undefined : group;
  const isGrouping = registrations.some(({ options }) => options.baseline === true && groupOf(options) === undefined);
  const withBaseline = new Set<string>();
  return registrations.map(({ name, fn, options }): BenchmarkDefinition => {
    const group = groupOf(options) ?? (isGrouping ? ungrouped : undefined);
    const { n = 0, warmup = 0, permissions } = options;
    // The first of two baselines counts.
    const isBaseline = options.baseline === true && group !== undefined && !withBaseline.has(group);
    if (isBaseline) withBaseline.add(group);
    return {
      name,
      isLenient: true,
      ...(n > 0 ? { leastIterations: Math.ceil(n) } : {}),
      options: {
        ...(group === undefined ? {} : { group, baseline: isBaseline }),
        ...(warmup >= 1 ? { beforeRound: warmUpOnce(fn, warmup) } : {}),
        setup: () => {
          requirePermissions(permissions);
          return new SelfTiming(name, origin);
        },
      },
      fn,
    };
  });
}

/** Runs so many iterations before the first round of each state. */
function warmUpOnce(fn: Registration["fn"], iterations: number): (state: unknown) => Promise<void> {
  const warm = new WeakSet<SelfTiming>();
  return async (state) => {
    if (!(state instanceof SelfTiming) || warm.has(state)) return;
    warm.add(state);
    for (let i = 0; i < iterations; i++) {
      state.open();
      await Reflect.apply(fn, undefined, [state]);
    }
  };
}

/** What is asked for, by kind: Deno knows each by another name. */
const TARGETS: Readonly<Record<string, (target: string) => unknown>> = {
  read: (path) => ({ name: "read", path }),
  write: (path) => ({ name: "write", path }),
  ffi: (path) => ({ name: "ffi", path }),
  net: (host) => ({ name: "net", host }),
  env: (variable) => ({ name: "env", variable }),
  run: (command) => ({ name: "run", command }),
  sys: (kind) => ({ name: "sys", kind }),
  import: (host) => ({ name: "import", host }),
};

/** A benchmark cannot have more than its file was given; less is not enforced. */
function requirePermissions(permissions: Deno.BenchDefinition["permissions"]): void {
  if (permissions === undefined || typeof permissions === "string") return;
  for (const [kind, wanted] of Object.entries(permissions)) {
    const targets: readonly unknown[] = Array.isArray(wanted) ? wanted : wanted === true ? [undefined] : [];
    for (const target of targets) {
      if (isGranted(kind, target === undefined ? undefined : String(target))) continue;
      throw new Error(
        `it asks for ${kind} access, which its file was not given; pass --allow-${kind}${
          target === undefined ? "" : `=${target}`
        }`,
      );
    }
  }
}

function isGranted(kind: string, target: string | undefined): boolean {
  const descriptor = target === undefined ? { name: kind } : TARGETS[kind]?.(target);
  return isDescriptor(descriptor) && Deno.permissions.querySync(descriptor).state === "granted";
}

function isDescriptor(value: unknown): value is Deno.PermissionDescriptor {
  return typeof value === "object" && value !== null && "name" in value && String(value.name) in TARGETS;
}
