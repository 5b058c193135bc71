import { assertEquals, assertRejects } from "@std/assert";
import { streamOutput } from "./output.ts";
import { UsageError } from "./usage_error.ts";

/** A stream that takes three bytes at a time, and throws `error` once `room` bytes are written. */
function narrowStream(room: number, error: Error, isTerminal = false) {
  const bytes: number[] = [];
  const writeSync = (chunk: Uint8Array) => {
    if (bytes.length >= room) throw error;
    const taken = chunk.subarray(0, 3);
    bytes.push(...taken);
    return taken.length;
  };
  const write = (chunk: Uint8Array) => new Promise<number>((resolve) => resolve(writeSync(chunk)));
  return {
    stream: { write, writeSync, isTerminal: () => isTerminal },
    text: () => new TextDecoder().decode(new Uint8Array(bytes)),
  };
}

Deno.test("streamOutput writes all of a text, however little the stream takes at once", async () => {
  const { stream, text } = narrowStream(Infinity, new Error());
  const output = streamOutput(stream);
  assertEquals(await output.write("wörter, "), true);
  output.writeNow("noch mehr");
  assertEquals(text(), "wörter, noch mehr");
});

Deno.test("streamOutput drops the rest when the reader has closed the pipe", async () => {
  const output = streamOutput(narrowStream(3, new Deno.errors.BrokenPipe()).stream);
  assertEquals(await output.write("a long text"), false);
  output.writeNow("more");
});

Deno.test("streamOutput tells any other failure, but not of progress", async () => {
  const output = streamOutput(narrowStream(3, new Error("No space left on device")).stream);
  await assertRejects(() => output.write("a long text"), UsageError, "Cannot write the output: No space left");
  output.writeNow("more");
});

Deno.test("streamOutput takes a terminal that was closed for a reader who is gone, but no broken disk", async () => {
  const broken = Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
  assertEquals(await streamOutput(narrowStream(3, broken, true).stream).write("a long text"), false);
  const file = streamOutput(narrowStream(3, broken).stream);
  await assertRejects(() => file.write("a long text"), UsageError, "Input/output error");
});
