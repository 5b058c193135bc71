/**
 * What the files that are run may reach: `--allow-…`, as Deno has them.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { CodePermissions } from "../../measure/code.ts";
import { ALL } from "./access_values.ts";

/** All of a kind, or what is listed with commas. */
const access = z.string().transform((text): true | readonly string[] =>
  text === ALL || /^(?:1|true|yes|on)$/i.test(text) ? true : text.split(",").map((word) => word.trim()).filter(Boolean)
).optional();

/** The options of `run` that allow something. */
export const ACCESS_OPTIONS = {
  allowRead: access,
  allowWrite: access,
  allowNet: access,
  allowEnv: access,
  allowRun: access,
  allowFfi: access,
  allowSys: access,
};

/** What was allowed. */
export type AccessOptions = { readonly allowAll: boolean } & z.output<z.ZodObject<typeof ACCESS_OPTIONS>>;

/** What a file may reach: its own folder to read, and what was allowed; null for all. */
export function permissionsOf(options: AccessOptions, path: string, cwd: string): CodePermissions | null {
  if (options.allowAll) return null;
  const paths = (allowed: true | readonly string[] | undefined, ...own: readonly string[]) =>
    allowed === true || [...own, ...(allowed ?? []).map((one) => resolve(cwd, one))];
  const listed = (allowed: true | readonly string[] | undefined) => allowed ?? [];
  return {
    read: paths(options.allowRead, dirname(path)),
    write: paths(options.allowWrite),
    net: listed(options.allowNet),
    env: listed(options.allowEnv),
    run: listed(options.allowRun),
    ffi: paths(options.allowFfi),
    sys: listed(options.allowSys),
  };
}
