/**
 * Who measured.
 *
 * @module
 */

/** Whether a puffin-bench measured something, by the tool's name and version: only that can `ab` measure, too. */
export function isOurs({ tool }: { readonly tool: string }): boolean {
  return tool.split(" ")[0] === "puffin-bench";
}
