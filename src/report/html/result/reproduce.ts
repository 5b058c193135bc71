/**
 * How to have a result again.
 *
 * @module
 */

import type { ResultDocument } from "../../../measure/document.ts";
import { shortenEnd } from "../../shorten.ts";
import { visibleText } from "../../../visible_text.ts";
import { shellCommand } from "../shell_command.ts";

/** What it takes. */
export interface Reproduction {
  /** The command, ready to be pasted. */
  readonly command: string;
  /** What else must be the same, and what was asked for. */
  readonly facts: readonly { readonly name: string; readonly text: string }[];
}

const MAX_COMMAND_COLUMNS = 2000;

/** The command of a run, with the seed that was drawn for it, and the versions that it ran with. */
export function reproductionOf({ tool, run, settings, environment }: ResultDocument): Reproduction {
  // Runs of the engine itself, without a command line, have no arguments.
  const words = run.arguments.length > 0 ? run.arguments : run.suites.length === 1 ? run.suites : ["all"];
  const seeded = words.some((word) => word === "--seed" || word.startsWith("--seed="));
  const { git, runtime, v8Flags } = environment;
  return {
    command: shortenEnd(
      shellCommand([tool.name, ...words, ...(seeded ? [] : ["--seed", String(settings.seed)])]),
      MAX_COMMAND_COLUMNS,
    ),
    facts: [
      { name: "program", text: `${tool.name} ${tool.version}${runtime.standalone ? ", executable" : ", from source"}` },
      ...(git === null ? [] : [{
        name: "checkout",
        text: `${git.commit}${git.branch === null ? "" : ` on ${git.branch}`}${git.dirty ? ", modified" : ""}`,
      }]),
      { name: "runtime", text: `Deno ${runtime.deno}, V8 ${runtime.v8}, TypeScript ${runtime.typescript}` },
      { name: "V8 flags", text: v8Flags.length === 0 ? "none" : v8Flags.join(" ") },
      { name: "run", text: `${run.id}, ${run.startedAt} to ${run.finishedAt}` },
      ...Object.entries(settings).map(([name, value]) => ({ name, text: value === null ? "–" : String(value) })),
    ].map(({ name, text }) => ({ name, text: visibleText(text) })),
  };
}
