/** Texts of any characters at all. */
import fc from "fast-check";

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/**
 * Any code point but a surrogate: what `unit: "binary"` makes, from the same numbers. That one tells whether a character is among them by
 * a map of all 1.1 million, which takes a second to make.
 */
const codePoint = fc.nat(0x10ffff - SURROGATES).map(
  (index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES),
  (text) => {
    const point = typeof text === "string" ? text.codePointAt(0) : undefined;
    if (point === undefined || text !== String.fromCodePoint(point) || !text.isWellFormed()) {
      throw new TypeError(`Cannot find the code point of ${JSON.stringify(text)}: it must be a single character`);
    }
    return point < FIRST_SURROGATE ? point : point - SURROGATES;
  },
);

/** Strings of any code points but surrogates, among them names that every object has. */
export function anyText(constraints: Omit<fc.StringConstraints, "unit"> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: codePoint });
}
