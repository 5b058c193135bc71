const chunk = new TextEncoder().encode("one line\n".repeat(10));

Deno.bench("decode a stream", { n: 20, warmup: 5 }, async () => {
  const stream = ReadableStream.from([chunk, chunk]).pipeThrough(new TextDecoderStream());
  let length = 0;
  for await (const text of stream) length += text.length;
  if (length !== 180) throw new Error("a chunk was lost");
});
