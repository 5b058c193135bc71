import { assertEquals } from "@std/assert";
import { ask } from "./ask.ts";

/** The answer to a question when this is typed; `undefined`: there is no terminal. */
async function answerTo(typed: string | undefined) {
  let asked = "";
  const answer = await ask({
    text: "Replace it?",
    stderr: { write: () => Promise.resolve(true), writeNow: (text) => void (asked += text) },
    stdin: {
      isTerminal: () => typed !== undefined,
      read: (buffer) => Promise.resolve(new TextEncoder().encodeInto(typed ?? "", buffer).written || null),
    },
  });
  return { answer, asked };
}

Deno.test("ask takes y and yes for yes, and all else for no", async () => {
  for (const yes of ["y\n", "Yes\r\n", " y \n"]) assertEquals((await answerTo(yes)).answer, true, yes);
  for (const no of ["\n", "n\n", "", "yeah\n", "\x1b[Ay\n"]) assertEquals((await answerTo(no)).answer, false, no);
  assertEquals((await answerTo("y\n")).asked, "Replace it? [y/N] ");
});

Deno.test("ask asks nobody off a terminal", async () => {
  assertEquals(await answerTo(undefined), { answer: undefined, asked: "" });
});
