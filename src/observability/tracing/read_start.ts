/**
 * Answers that may be too long.
 *
 * @module
 */

/** The first bytes of a response's body as text; the rest is called off. */
export async function readStart(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder(), reader = response.body.getReader();
  let text = "", left = maxBytes;
  while (left > 0) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.length;
  }
  await reader.cancel();
  return text;
}
