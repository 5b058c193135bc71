/**
 * The document itself, as JSON.
 *
 * @module
 */

import type { ResultDocument } from "../measure/document.ts";
import type { Report } from "./report.ts";
import { visibleJson } from "../visible_text.ts";

/** The document on one line, byte for byte what a saved result holds; `jq .` lays it out. */
export const jsonReport: Report = {
  extension: "json",
  render(document: ResultDocument): string {
    return visibleJson(document) + "\n";
  },
};
