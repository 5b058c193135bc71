/**
 * Answers that may be too long.
 *
 * @module
 */

/** The first bytes of a response's body; the rest is called off. */
export async function readStart(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader(), chunks: Uint8Array[] = [];
  for (let left = maxBytes; left > 0;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks);
    chunks.push(value.subarray(0, left));
    left -= value.length;
  }
  await reader.cancel();
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
