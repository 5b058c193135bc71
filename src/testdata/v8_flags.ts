/**
 * Flags of V8 for processes of tests.
 *
 * @module
 */

/** Lets tests collect garbage; and esbuild is WebAssembly, and not worth optimising for a few small files. */
export const V8_FLAGS = "--v8-flags=--expose-gc,--liftoff-only";
