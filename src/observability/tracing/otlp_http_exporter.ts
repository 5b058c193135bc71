/**
 * Spans to a collector.
 *
 * @module
 */

import { diag } from "@opentelemetry/api";
import { requireNumber } from "../../reliability/require_number.ts";
import { pause } from "../../reliability/pause.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { otlpJson } from "./otlp_json.ts";
import { readStart } from "./read_start.ts";
import type { ExportResult, ReadableSpan, SpanExporter } from "./readable_span.ts";

/** Where and how an {@linkcode OtlpHttpExporter} sends; the defaults are those of OpenTelemetry's specification. */
export interface OtlpHttpExporterOptions {
  /** Where to. Default `http://localhost:4318/v1/traces`. */
  readonly url?: string | URL;
  /** Sent along, as for authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long an export may take with its retries, in milliseconds above 0. Default 10,000. */
  readonly timeoutMs?: number;
  /** How long it waits before the first retry; then twice as long each time, up to 5 s, less a random part. Default 1000. */
  readonly initialBackoffMs?: number;
  /** Sends a request. Default `fetch`. */
  readonly fetch?: (url: URL, init: RequestInit) => Promise<Response>;
}

const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const LONGEST_BACKOFF_MS = 5000, LONGEST_ANSWER_BYTES = 65_536;

/**
 * Sends spans to an OpenTelemetry collector, or whatever else takes OTLP over HTTP, as JSON; no SDK is needed.
 *
 * As the specification asks, 429, 502, 503, 504 and failed connections are tried again until `timeoutMs` is over, with
 * exponential backoff or after what `Retry-After` says; anything else but success fails at once, redirections included. Spans that the receiver
 * rejects are counted in {@linkcode rejected} and told through `diag`. Of an answer 64 KiB are read. Give it to a
 * {@linkcode BatchSpanProcessor}.
 */
export class OtlpHttpExporter implements SpanExporter {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #backoffMs: number;
  readonly #fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly #exports = new Set<Promise<void>>();
  #isShutDown = false;
  #rejected = 0;

  /**
   * Sends nothing yet.
   *
   * @throws {TypeError} If the URL is none.
   * @throws {RangeError} If a duration is out of range.
   */
  constructor(options: OtlpHttpExporterOptions = {}) {
    const { url = "http://localhost:4318/v1/traces", headers = {}, timeoutMs = 10_000, initialBackoffMs = 1000 } =
      options;
    this.#url = new URL(url);
    this.#headers = { ...headers, "content-type": "application/json" };
    this.#timeoutMs = requireNumber("timeoutMs", timeoutMs, "duration");
    this.#backoffMs = requireNumber("initialBackoffMs", initialBackoffMs, "duration");
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
  }

  /** How many spans the receiver has rejected of exports that it took otherwise. */
  get rejected(): number {
    return this.#rejected;
  }

  /** Sends spans, and calls back with what has become of it. */
  export(spans: readonly ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (this.#isShutDown) return resultCallback({ code: 1, error: new Error("The exporter is shut down") });
    const done = this.#send(spans).then(
      () => resultCallback({ code: 0 }),
      (error) => resultCallback({ code: 1, error: error instanceof Error ? error : new Error(String(error)) }),
    );
    this.#exports.add(done);
    const forget = () => void this.#exports.delete(done);
    done.then(forget, forget);
  }

  /** Resolves when what is being sent has arrived, or failed. */
  async forceFlush(): Promise<void> {
    await Promise.allSettled(this.#exports);
  }

  /** Takes no more, and resolves as {@linkcode forceFlush} does. */
  shutdown(): Promise<void> {
    this.#isShutDown = true;
    return this.forceFlush();
  }

  async #send(spans: readonly ReadableSpan[]): Promise<void> {
    const body = otlpJson(spans), deadline = new AbortController();
    const timer = timers.schedule(this.#timeoutMs, {
      fire: () => deadline.abort(new DOMException(`No success within ${this.#timeoutMs} ms`, "TimeoutError")),
    });
    try {
      for (let backoffMs = this.#backoffMs;; backoffMs = Math.min(2 * backoffMs, LONGEST_BACKOFF_MS)) {
        const waitMs = await this.#attempt(body, deadline.signal);
        if (waitMs === undefined) return;
        await pause(waitMs === "backoff" ? backoffMs * (0.5 + Math.random() / 2) : waitMs, deadline.signal);
      }
    } finally {
      timers.cancel(timer);
    }
  }

  /** `undefined` for success, or when to try again; rejects if that is of no use. */
  async #attempt(body: string, signal: AbortSignal): Promise<number | "backoff" | undefined> {
    let response: Response, text: string;
    try {
      response = await this.#fetch(this.#url, {
        method: "POST",
        headers: this.#headers,
        body,
        signal,
        redirect: "manual", // spans and keys are for this receiver, and for no other that it names
      });
      text = await readStart(response, LONGEST_ANSWER_BYTES);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      diag.debug("Could not send spans", error);
      return "backoff";
    }
    if (response.ok) return this.#readRejected(text);
    if (!RETRYABLE.has(response.status)) {
      throw new Error(`Cannot export spans: ${this.#url.host} answered ${response.status}: ${text.slice(0, 200)}`);
    }
    return retryAfterMs(response.headers.get("retry-after")) ?? "backoff";
  }

  #readRejected(text: string): undefined {
    let answer: unknown;
    try {
      answer = JSON.parse(text === "" ? "{}" : text);
    } catch {
      return diag.debug("The answer to an export is no JSON"), undefined;
    }
    const partial = propertyOf(answer, "partialSuccess");
    const count = Number(propertyOf(partial, "rejectedSpans") ?? 0), message = propertyOf(partial, "errorMessage");
    if (!(count > 0) && (message === undefined || message === "")) return;
    if (Number.isSafeInteger(count) && count > 0) this.#rejected += count;
    diag.warn(`The receiver rejected ${count} spans: ${String(message)}`);
  }
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Milliseconds of a `Retry-After` header, which has seconds or a date; `undefined` if it has neither. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
