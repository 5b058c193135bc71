/**
 * A document inside its own page, for download.
 *
 * @module
 */

import { constants, gzipSync } from "node:zlib";

/** A link that holds a file. */
export interface Download {
  /** A `data:` address: works without a network and without a script. */
  readonly href: string;
  /** What the file is called. */
  readonly name: string;
  /** Size of the file, in bytes. */
  readonly bytes: number;
}

/** A value as JSON, compressed with gzip: `report` and `compare` read it as it is. */
export function downloadOf(value: unknown, name: string): Download {
  // Most of a document is digits, in which short matches cost more than they save: a tenth less without them.
  const file = gzipSync(JSON.stringify(value), { level: 9, strategy: constants.Z_FILTERED });
  return {
    href: `data:application/gzip;base64,${file.toString("base64")}`,
    name: `${name}.json.gz`,
    bytes: file.length,
  };
}
