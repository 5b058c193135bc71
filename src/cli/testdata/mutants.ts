/**
 * Damaged forms of inputs: as files are cut short, edited by hand, or made to harm.
 *
 * @module
 */

import fc from "fast-check";
import { anyText } from "../../testdata/any_text.ts";

/** What often breaks a parser, in place of a value or amid a text. */
const HOSTILE_TEXTS = [
  ...[
    "",
    "null",
    "-1",
    "1e999",
    "-0",
    "NaN",
    "Infinity",
    "0x10",
    "1e-400",
    "9007199254740993",
    "[",
    "{}",
    '"',
    "\\",
    "\\u0000",
    "\n",
    "\r\n",
    "\t",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "<script>",
    "\u001b[31m",
    "\u202e",
    "\ud800",
    "\u0000",
    "%s",
    "../../etc/passwd",
    "é",
    "💥",
  ],
  "a".repeat(300),
  "[".repeat(2_000),
] as const;

const HOSTILE_VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, -1e308, Number.MIN_VALUE, 2 ** 53, "", "x", "\u001b[2J", "__proto__", "\ud800"],
  ...[[], {}, [[]], [null], ["x"], Array.from({ length: 200 }, () => 0), { length: 1e9 }, { toString: 1 }, { then: 1 }],
];

/** One of the texts, with up to four places edited. */
export function damagedText(originals: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    kind: fc.constantFrom("cut", "drop", "insert", "repeat", "flip"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 40 }),
    text: fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), anyText({ maxLength: 8 })),
  });
  return fc.tuple(fc.constantFrom(...originals), fc.array(edit, { minLength: 1, maxLength: 4 })).map((
    [original, edits],
  ) =>
    edits.reduce((text, { kind, at, length, text: inserted }) => {
      const from = Math.floor(at * text.length), before = text.slice(0, from), after = text.slice(from);
      if (kind === "cut") return before;
      if (kind === "drop") return before + after.slice(length);
      if (kind === "insert") return before + inserted + after;
      if (kind === "repeat") return before + after.slice(0, length) + after;
      return before + String.fromCharCode((after.charCodeAt(0) || 0) ^ (1 << (length % 7))) + after.slice(1);
    }, original)
  );
}

/** One of the JSON texts, with up to three of its values replaced, removed or given a sibling. */
export function damagedJson(originals: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    steps: fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
    kind: fc.constantFrom("replace", "remove", "add"),
    value: fc.oneof(fc.constantFrom(...HOSTILE_VALUES), fc.jsonValue({ maxDepth: 2 })),
    key: fc.constantFrom("__proto__", "constructor", "extra", "name", "0", ""),
  });
  return fc.tuple(fc.constantFrom(...originals), fc.array(change, { minLength: 1, maxLength: 3 })).map(
    ([original, changes]) => {
      const root: unknown = JSON.parse(original);
      for (const { steps, kind, value, key } of changes) {
        const { holder, name } = descend(root, steps);
        if (holder === undefined) continue;
        if (kind === "remove") Reflect.deleteProperty(holder, name);
        else {Object.defineProperty(holder, kind === "add" ? key : name, {
            value: structuredClone(value),
            enumerable: true,
            configurable: true,
            writable: true,
          });}
      }
      return JSON.stringify(root) ?? "";
    },
  );
}

/** Goes down as far as the steps lead, each of which chooses among the keys that there are. */
function descend(root: unknown, steps: readonly number[]): { holder: object | undefined; name: string } {
  let holder: object | undefined, name = "", value = root;
  for (const step of steps) {
    if (typeof value !== "object" || value === null) break;
    const keys = Object.keys(value);
    if (keys.length === 0) break;
    holder = value;
    name = keys[step % keys.length] ?? "";
    value = Reflect.get(holder, name);
  }
  return { holder, name };
}
