import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseDuetMessage } from "./messages.ts";
import { messageLine } from "../message_line.ts";
import { DUET_PROTOCOL, type DuetRequest, encodeLine, parseCommand, readDuetRequest } from "./protocol.ts";
import { DUET_SETTINGS } from "./settings.ts";

const TOKEN = "0123456789abcdef ";

const request: DuetRequest = {
  task: "duet",
  protocol: DUET_PROTOCOL,
  token: TOKEN,
  suites: null,
  modules: [{ path: "a.ts", suite: "a" }],
  ids: ["a/b"],
  controls: [],
  slowdown: 1.1,
  settings: { ...DUET_SETTINGS, seed: 1 },
};

Deno.test("readDuetRequest() reads what encodeLine() writes", () => {
  assertEquals(readDuetRequest(encodeLine(request)), { status: "ok", request });
});

Deno.test("readDuetRequest() knows a request of another version, whatever else is in it, by its token", () => {
  const line = JSON.stringify({ task: "duet", protocol: DUET_PROTOCOL + 1, token: TOKEN, novelty: [] });
  const read = readDuetRequest(line);
  assertEquals([read?.status, read?.status === "unknown" && read.token], ["unknown", TOKEN]);
});

Deno.test("readDuetRequest() leaves other requests and other text to others", () => {
  for (const line of ["", "{", "[]", "null", '{"task":"time","token":"0123456789abcdef "}']) {
    assertEquals(readDuetRequest(line), null);
  }
});

Deno.test("parseCommand() reads what encodeLine() writes, and nothing else", () => {
  const command = { do: "settle", id: "a/b", batch: 7 } as const;
  assertEquals(parseCommand(encodeLine(command)), command);
  for (const line of ["", "{}", '{"do":"settle","id":"a","batch":0}', '{"do":"sing"}']) {
    assertThrows(() => parseCommand(line), SyntaxError, "Cannot read a command");
  }
});

Deno.test("parseDuetMessage() reads what messageLine() writes; a hello of any version, with whatever it has besides", () => {
  const message = { type: "empty", values: [1, 2] } as const;
  const [blank, line, end] = messageLine(TOKEN, { ...message, values: [1, 2] }).split("\n");
  assertEquals([blank, end], ["", ""]);
  assertEquals(parseDuetMessage(TOKEN, line ?? ""), { ...message, values: [1, 2] });
  const hello = { type: "hello", protocol: 99, tool: "x 9", mood: "good" };
  assertEquals(parseDuetMessage(TOKEN, TOKEN + JSON.stringify(hello)), { type: "hello", protocol: 99, tool: "x 9" });
});

Deno.test("parseDuetMessage() takes no text for a message, and never throws", () =>
  fc.assert(fc.property(fc.string(), (text) => {
    assertEquals(parseDuetMessage(TOKEN, text), null);
    assertEquals(parseDuetMessage(TOKEN, TOKEN + text), null);
  })));
