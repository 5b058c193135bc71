/** `@std/path`, from the npm mirror of the Deno standard library; the mirror has no types, so they are given here. */
// @ts-types="./path.d.ts"
export {
  basename,
  dirname,
  extname,
  fromFileUrl,
  isAbsolute,
  join,
  relative,
  resolve,
  toFileUrl,
} from "deno-std/path/mod.js";
