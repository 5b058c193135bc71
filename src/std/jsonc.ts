/** `@std/jsonc`, from the npm mirror of the Deno standard library; the mirror has no types, so they are given here. */
// @ts-types="./jsonc.d.ts"
export { parse } from "deno-std/jsonc/mod.js";
