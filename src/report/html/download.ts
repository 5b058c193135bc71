/**
 * A document inside its own page, for download.
 *
 * @module
 */

import { packed } from "../../measure/packed_document.ts";
import { visibleJson } from "../../visible_text.ts";

/** What a page's script makes a file of. */
export interface Download {
  /** The document, packed: nothing in it is markup. */
  readonly packed: string;
  /** What the file is called. */
  readonly name: string;
  /** Size of the file, in bytes. */
  readonly bytes: number;
}

/** A document in its page: downloaded, it is what `--format json` writes; `report` and `compare` read the page as if it were it. */
export function downloadOf(value: object, name: string): Download {
  const bytes = new TextEncoder().encode(visibleJson(value)).length + 1;
  return { packed: packed(value), name: `${name}.json`, bytes };
}
