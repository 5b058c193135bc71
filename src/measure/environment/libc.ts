/**
 * The C library, for what the runtime does not offer, and for a thread that the runtime lets do little.
 *
 * @module
 */

const SYMBOLS = {
  sched_getaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  sched_setaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  sched_getcpu: { parameters: [], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  prctl: { parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The C library, opened. */
export interface Libc {
  /** Its functions. */
  readonly symbols: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  /** Lets go of it. */
  close(): void;
}

/** What a contained thread was given before it gave up its permissions. */
interface Kept {
  readonly libc: Libc;
  readonly helpers: readonly number[];
}

let kept: Kept | null = null;

/** Opens the C library where that can be done: on Linux with permission to load libraries, or if the thread keeps it; else null. */
export function openLibc(): Libc | null {
  if (kept !== null) return { symbols: kept.libc.symbols, close: () => {} };
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
  try {
    return Deno.dlopen("libc.so.6", SYMBOLS);
  } catch {
    return null; // a system without that library
  }
}

/**
 * Has this thread keep the C library for good, for the engine alone: to be called before the thread gives up its permission to load
 * libraries and runs the code of others. What disturbs a sample can then be told there, too.
 *
 * @param helpers Numbers of V8's helper threads, which the thread could not find out.
 */
export function keepLibc(helpers: readonly number[]): void {
  const libc = openLibc();
  if (libc !== null) kept = { libc, helpers };
}

/** The C library and V8's helper threads, if this thread keeps them. */
export function keptLibc(): Kept | null {
  return kept;
}
