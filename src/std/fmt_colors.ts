/** `@std/fmt/colors`, from the npm mirror of the Deno standard library; the mirror has no types, so they are given here. */
// @ts-types="./fmt_colors.d.ts"
export { bold, cyan, dim, green, red, setColorEnabled, stripAnsiCode, yellow } from "deno-std/fmt/colors.js";
