/**
 * The kinds of access that `run` can allow, and their flags among a program's arguments.
 *
 * @module
 */

/** The kinds of access that can be allowed. */
export const ACCESS_KINDS = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;

/** What the bare flag is given, since a word after it is a file to be run. */
export const ALL = "*";

/** Gives each bare `--allow-…` a value of its own: the word that follows it is none, as it is none for Deno. */
export function withAccessValues(args: readonly string[]): string[] {
  const bare = new Set(ACCESS_KINDS.map((kind) => `--allow-${kind}`));
  return args.map((arg) => bare.has(arg) ? `${arg}=${ALL}` : arg);
}
