/** Paths, and the URLs of files: by Node.js' modules, which are a part of Deno, so that there is nothing to load. */
export { basename, dirname, extname, isAbsolute, join, relative, resolve } from "node:path";
export { fileURLToPath as fromFileUrl, pathToFileURL as toFileUrl } from "node:url";
