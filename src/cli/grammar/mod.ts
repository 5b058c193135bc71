/**
 * What is written from the command line's own grammar, so that it cannot differ from it: completions of shells, and the manual page.
 *
 * @module
 */

export { bashCompletions } from "./bash.ts";
export { readGrammar } from "./command_grammar.ts";
export { fishCompletions } from "./fish.ts";
export { manualPage } from "./manual_page.ts";
export { type Shell, SHELLS } from "./shells.ts";
export { zshCompletions } from "./zsh.ts";
