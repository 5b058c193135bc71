/**
 * Why an import leads nowhere.
 *
 * @module
 */

/** Thrown when a specifier cannot be resolved; the message says what to do, and the bundler adds where the import stands. */
export class ImportError extends Error {
  override readonly name = "ImportError";
}
