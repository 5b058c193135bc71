import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineReader } from "./line_reader.ts";

/** Hands out bytes in pieces that end at the places given. */
function readerOf(text: string, places: readonly number[]): LineReader {
  const bytes = new TextEncoder().encode(text);
  const cuts = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((left, right) => left - right);
  let at = 0;
  return new LineReader({
    readSync: (buffer) => {
      if (at === bytes.length) return null;
      while ((cuts[0] ?? bytes.length) <= at) cuts.shift();
      const piece = bytes.subarray(at, cuts.shift());
      buffer.set(piece);
      at += piece.length;
      return piece.length;
    },
  });
}

function readAll(reader: LineReader): string[] {
  const lines: string[] = [];
  for (let line = reader.read(); line !== null; line = reader.read()) lines.push(line);
  return lines;
}

Deno.test("LineReader reads the same lines wherever the input is cut", () =>
  fc.assert(fc.property(
    fc.array(fc.string({ unit: fc.constantFrom("a", "é", "🐧", " ") })),
    fc.array(fc.nat()),
    (lines, places) => {
      assertEquals(readAll(readerOf(lines.map((line) => `${line}\n`).join(""), places)), lines);
    },
  )));

Deno.test("LineReader gives a last line without an end, then null for ever", () => {
  const reader = readerOf("one\ntwo", []);
  assertEquals([reader.read(), reader.read(), reader.read(), reader.read()], ["one", "two", null, null]);
});
