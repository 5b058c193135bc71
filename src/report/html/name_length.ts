/**
 * How much of a name a page shows.
 *
 * @module
 */

/** Longer names are cut in the middle. */
export const MAX_NAME_COLUMNS = 160;

/** Where a name stands in running text, no more of it is shown. */
export const MAX_LABEL_COLUMNS = 48;
