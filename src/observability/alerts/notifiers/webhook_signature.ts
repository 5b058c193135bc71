/**
 * Signatures by which a receiver knows who has sent an alert, and when: those of https://www.standardwebhooks.com.
 *
 * @module
 */

import { requireOptions } from "../../../coordination/require_options.ts";

/** What a receiver got. */
export interface WebhookMessage {
  /** Its headers. */
  readonly headers: Headers;
  /** Its body, as it came. */
  readonly body: string;
  /** How far its time may be from now, in milliseconds, so that it cannot be sent again later. Default 300,000. */
  readonly toleranceMs?: number;
  /** Tells milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

const PREFIX = "whsec_";

/**
 * The key that a secret stands for: base64 after `whsec_`, or the text itself.
 *
 * @throws {TypeError} If it is none, or shorter than 16 bytes.
 */
export function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array();
  try {
    bytes = secret.startsWith(PREFIX)
      ? Uint8Array.from(atob(secret.slice(PREFIX.length)), (character) => character.charCodeAt(0))
      : new TextEncoder().encode(secret);
  } catch {
    // neither text nor base64: too short, too
  }
  if (bytes.length >= 16) return bytes;
  throw new TypeError(
    "Cannot sign webhooks with this secret: expected at least 16 bytes, as base64 after whsec_ or as text",
  );
}

/** The headers of a message: its id, its time, and HMAC-SHA256 of both and the body. */
export async function signatureHeaders(
  secret: Uint8Array<ArrayBuffer>,
  id: string,
  { body, nowMs }: { readonly body: string; readonly nowMs: number },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signature = await crypto.subtle.sign("HMAC", await keyOf(secret, "sign"), signedText(id, timestamp, body));
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${btoa(String.fromCharCode(...new Uint8Array(signature)))}`,
  };
}

/**
 * Whether a message was signed with this secret, lately. A receiver that must not take one twice remembers its `webhook-id` for as long.
 *
 * @throws {TypeError} If the secret is none.
 */
export async function verifyWebhook(secret: string, message: WebhookMessage): Promise<boolean> {
  const { headers, body, toleranceMs = 300_000, now = Date.now } = requireOptions(
    "verify a webhook's message",
    message,
    "pass { headers, body }",
  );
  const key = await keyOf(secretBytes(secret), "verify");
  const id = headers.get("webhook-id") ?? "", timestamp = headers.get("webhook-timestamp") ?? "";
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) * 1_000 - now()) > toleranceMs) return false;
  for (const signature of (headers.get("webhook-signature") ?? "").split(" ").slice(0, 10)) {
    const bytes = signature.startsWith("v1,") ? bytesOf(signature.slice(3)) : undefined;
    if (bytes !== undefined && await crypto.subtle.verify("HMAC", key, bytes, signedText(id, timestamp, body))) {
      return true;
    }
  }
  return false;
}

function keyOf(secret: Uint8Array<ArrayBuffer>, use: "sign" | "verify"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [use]);
}

function signedText(id: string, timestamp: string, body: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${id}.${timestamp}.${body}`);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
