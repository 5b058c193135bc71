/**
 * An agent's graph as Mermaid text.
 *
 * @module
 */

import { at } from "./adjacency.ts";
import type { CompiledPlan } from "./plan.ts";

/**
 * A `flowchart`: a solid arrow for a dependency, a dotted one for a declared `goto`, round ends for what starts the run. States
 * have ids of their own and their names only as labels, so that no name can break out of the picture.
 */
export function toMermaid(plan: CompiledPlan): string {
  const lines = ["flowchart TD"];
  const entries = new Set(plan.entryStates);
  plan.definitions.forEach(({ name }, state) => {
    lines.push(entries.has(state) ? `  s${state}(["${escape(name)}"])` : `  s${state}["${escape(name)}"]`);
  });
  const { start, target } = plan.children;
  plan.definitions.forEach(({ goto }, state) => {
    for (let edge = at(start, state); edge < at(start, state + 1); edge++) {
      lines.push(`  s${state} --> s${target[edge]}`);
    }
    for (const name of goto ?? []) lines.push(`  s${state} -.-> s${plan.indexOf(name)}`);
  });
  return lines.join("\n") + "\n";
}

/** Everything but letters, digits, and a few harmless signs as a character code, which Mermaid shows as the character. */
function escape(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.,:/-]/gu, (character) => `#${character.codePointAt(0)};`);
}
