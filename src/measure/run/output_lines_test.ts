import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyText } from "../../testdata/any_text.ts";
import { type ForkMessage, parseMessage } from "../fork_messages.ts";
import { messageLine } from "../message_line.ts";
import { OutputLines } from "./output_lines.ts";

const TOKEN = "0123456789abcdef ";

/** Splits bytes at the places given, and returns what came out. */
function split(text: string, places: readonly number[] = []) {
  const messages: ForkMessage[] = [];
  const lines: string[] = [];
  const output = new OutputLines(TOKEN, {
    parse: parseMessage,
    onMessage: (one) => messages.push(one),
    onText: (one) => lines.push(one),
  });
  const bytes = new TextEncoder().encode(text);
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  cuts.slice(1).forEach((end, index) => output.push(bytes.slice(cuts[index], end)));
  output.end();
  return { messages, lines };
}

const begin = (id: string): ForkMessage => ({ type: "begin", id, phase: "round" });

Deno.test("OutputLines tells messages from what benchmarks print", () => {
  const text = `hello\n${messageLine(TOKEN, begin("a"))}\nworld\n${messageLine(TOKEN, begin("b"))}`;
  assertEquals(split(text), { messages: [begin("a"), begin("b")], lines: ["hello", "", "world"] });
});

Deno.test("OutputLines puts a line together again that a message has cut", () => {
  const text = `[1:0x2] 35 ms: Scav${messageLine(TOKEN, begin("a"))}enge 9.2\nnext`;
  assertEquals(split(text), { messages: [begin("a")], lines: ["[1:0x2] 35 ms: Scavenge 9.2", "next"] });
});

Deno.test("OutputLines takes a forged message, without the token, for text", () => {
  assertEquals(split('{"type":"done"}\n'), { messages: [], lines: ['{"type":"done"}'] });
});

Deno.test("OutputLines passes an endless line on in pieces", () => {
  const { lines } = split("x".repeat(3 << 20), [1 << 20, 2 << 20]);
  assertEquals([lines.length > 1, lines.join("").length], [true, 3 << 20]);
});

Deno.test("OutputLines finds every message and every line, however the bytes are cut", () => {
  const part = fc.oneof(
    anyText().map((text) => ({ line: `printed ${text.replaceAll("\n", "").toWellFormed()}` })),
    anyText().map((id) => ({ message: begin(id.toWellFormed()) })),
  );
  fc.assert(fc.property(fc.array(part), fc.array(fc.nat(10_000)), (parts, places) => {
    const text = parts.map((one) => "line" in one ? `${one.line}\n` : messageLine(TOKEN, one.message)).join("");
    const { messages, lines } = split(text, places);
    assertEquals(messages, parts.flatMap((one) => "message" in one ? one.message : []));
    assertEquals(lines, parts.flatMap((one) => "line" in one ? one.line : []));
  }));
});
