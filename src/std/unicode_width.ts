/** `@std/cli/unicode-width`, from the npm mirror of the Deno standard library; the mirror has no types, so they are given here. */
// @ts-types="./unicode_width.d.ts"
export { unicodeWidth } from "deno-std/cli/unicode_width.js";
