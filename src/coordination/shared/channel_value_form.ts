/**
 * The form that small JSON values have in a channel: a tag of one byte, then what it says.
 *
 * @module
 */

export const NULL = 0;
export const FALSE = 1;
export const TRUE = 2;
/** Four bytes, the lowest first; as in all that follows. */
export const INTEGER = 3;
/** Eight bytes. */
export const DOUBLE = 4;
/** A length in one byte, then a byte for each unit of the string. */
export const LATIN1 = 5;
/** A length in four bytes, then UTF-8. */
export const TEXT = 6;
/** The same, of a text that is JSON itself. */
export const JSON_TEXT = 7;
/** A count in one byte, then so many values. */
export const ARRAY = 8;
/** A count in one byte, then so many names, which are strings, and values. */
export const OBJECT = 9;
/** From here on a tag is an integer itself, less this. */
export const SMALL_INTEGER = 128;

/** Longer strings are TEXT: there the engine's own coder is faster. */
export const MOST_UNITS = 64;
/** What has more elements or properties, or lies deeper, is JSON_TEXT: there the engine's own parser is faster. */
export const MOST_ITEMS = 32;
export const MOST_DEPTH = 4;

/** The room that either side has for a message at first, and again after one of more than the second. */
export const ROOM_BYTES = 1_024;
export const MOST_KEPT_BYTES = 2 ** 20;
