import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseMessage } from "./fork_messages.ts";
import { messageLine } from "./message_line.ts";
import { encodeRequest, type ForkRequest, parseRequest } from "./protocol.ts";
import { QUICK_SETTINGS } from "./settings.ts";

const TOKEN = "0123456789abcdef ";
const request: ForkRequest = {
  token: TOKEN,
  task: "time",
  suite: "numbers",
  fork: 3,
  seed: 7,
  settings: { ...QUICK_SETTINGS, seed: 1 },
  slowdown: 1,
  benchmarks: [{ id: "numbers/a\nb", shape: { kind: "async", hooks: "none" }, reference: null }],
  code: null,
};

Deno.test("parseRequest() reads what encodeRequest() wrote, in one line", () => {
  const line = encodeRequest(request);
  assertEquals(line.indexOf("\n"), line.length - 1);
  assertEquals(parseRequest(line), request);
});

Deno.test("parseRequest() tells what is wrong", () => {
  assertStringIncludes(assertThrows(() => parseRequest("{"), SyntaxError).message, "not JSON");
  const wrong = JSON.stringify({ ...request, task: "guess" });
  assertStringIncludes(assertThrows(() => parseRequest(wrong), SyntaxError).message, "task");
});

Deno.test("parseMessage() takes only lines that start with the token and hold a message", () => {
  const line = messageLine(TOKEN, { type: "begin", id: "a\nb", phase: "round" }).trim();
  assertEquals(parseMessage(TOKEN, line), { type: "begin", id: "a\nb", phase: "round" });
  assertEquals(parseMessage("another token here ", line), null);
  assertEquals(parseMessage(TOKEN, `${TOKEN}{"type":"begin"}`), null);
  assertEquals(parseMessage(TOKEN, `${TOKEN}{`), null);
  assertEquals(parseMessage(TOKEN, '{"type":"done"}'), null);
});
