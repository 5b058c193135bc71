/**
 * Which processor a thread runs on.
 *
 * @module
 */

/** The largest set of processors that is asked for, in bytes: 8,192 processors. */
const SET_BYTES = 1024;

const SYMBOLS = {
  sched_getaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  sched_setaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * Keeps the calling thread on one of the processors that it may use, and leaves the process's other threads where they are: V8's
 * helpers go on elsewhere.
 *
 * @param turn Chooses the processor: two processes that may use the same ones are on the same for the same turn. Whole, 0 or
 * above.
 * @returns The processor's number; null where it cannot be done: not on Linux, without permission, or with one processor only.
 */
export function pinThread(turn: number): number | null {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
  let library: Deno.DynamicLibrary<typeof SYMBOLS>;
  try {
    library = Deno.dlopen("libc.so.6", SYMBOLS);
  } catch {
    return null; // a system without that library
  }
  try {
    const { sched_getaffinity: read, sched_setaffinity: write } = library.symbols;
    const allowed = new Uint8Array(SET_BYTES);
    if (read(0, BigInt(SET_BYTES), allowed) < 0) return null;
    const processors = numbersIn(allowed);
    const processor = processors[turn % processors.length];
    if (processor === undefined || processors.length === 1) return null;
    const wanted = new Uint8Array(SET_BYTES);
    wanted[processor >> 3] = 1 << (processor & 7);
    return write(0, BigInt(SET_BYTES), wanted) < 0 ? null : processor;
  } finally {
    library.close();
  }
}

/** The numbers of the bits that are set. */
function numbersIn(set: Uint8Array): number[] {
  return [...set].flatMap((byte, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte >> bit & 1).map((bit) => 8 * index + bit)
  );
}
