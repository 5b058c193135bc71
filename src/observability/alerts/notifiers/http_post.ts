/**
 * How alerts are sent.
 *
 * @module
 */

import { ReceiverError } from "./receiver_error.ts";

/** What sends a request; `fetch` is one. */
export type SendRequest = (request: Request) => Promise<Response>;

/** What is sent, and where. */
export interface Post {
  /** Where. */
  readonly url: URL;
  /** Headers besides the type of the content. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** Calls it off. */
  readonly signal: AbortSignal;
}

const LONGEST_TEXT = 500;

/**
 * Posts JSON. Of what is answered nothing is read but the beginning of a refusal, so that a receiver cannot fill the memory. No
 * redirection is followed.
 *
 * @throws {ReceiverError} If the status is not one of success.
 */
export async function post(send: SendRequest, { url, headers, body, signal }: Post): Promise<void> {
  const request = new Request(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body,
    signal,
    redirect: "manual",
  });
  const response = await send(request);
  if (response.ok) return await response.body?.cancel();
  throw new ReceiverError(url.origin, response.status, await beginningOf(response), retryAfterMsOf(response.headers));
}

/**
 * A receiver's address.
 *
 * @throws {TypeError} If it is none of HTTP.
 */
export function requireHttpUrl(what: string, url: string | URL): URL {
  const parsed = URL.parse(String(url));
  if (parsed !== null && ["http:", "https:"].includes(parsed.protocol)) return parsed;
  throw new TypeError(
    `Cannot send alerts to ${what} at ${JSON.stringify(String(url))}: expected a URL of http or https`,
  );
}

async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  try {
    const { value } = await reader.read();
    return new TextDecoder().decode(value?.subarray(0, LONGEST_TEXT));
  } catch {
    return ""; // it has closed in the middle; the status is what matters
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Only in seconds: a date would be one of the receiver's clock. */
function retryAfterMsOf(headers: Headers): number {
  const seconds = Number(headers.get("retry-after") ?? "0");
  return seconds > 0 && seconds < Infinity ? seconds * 1_000 : 0;
}
