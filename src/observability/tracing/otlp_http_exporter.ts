/**
 * Spans to a collector.
 *
 * @module
 */

import { requireNumber } from "../../reliability/require_number.ts";
import { pause } from "../../reliability/pause.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { diagnose } from "./diagnose.ts";
import { type OtlpAnswer, partialSuccessOf, reasonOf } from "./otlp_answer.ts";
import { otlpJson } from "./otlp_json.ts";
import { otlpProtobuf } from "./otlp_protobuf.ts";
import { readStart } from "./read_start.ts";
import type { ExportResult, ReadableSpan, SpanExporter } from "./readable_span.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** The forms of OTLP over HTTP, by the names of OpenTelemetry's specification. */
export type OtlpProtocol = "http/protobuf" | "http/json";
/** How the body of a request is compressed. */
export type OtlpCompression = "none" | "gzip";

/** Every {@linkcode OtlpProtocol}. */
export const OTLP_PROTOCOLS: readonly OtlpProtocol[] = ["http/protobuf", "http/json"];
/** Every {@linkcode OtlpCompression}. */
export const OTLP_COMPRESSIONS: readonly OtlpCompression[] = ["none", "gzip"];

/** Where and how an {@linkcode OtlpHttpExporter} sends; the defaults are those of OpenTelemetry's specification. */
export interface OtlpHttpExporterOptions {
  /** Where to. Default `http://localhost:4318/v1/traces`. */
  readonly url?: string | URL;
  /** Which form: every receiver takes the first, some take no other; people can read the second. Default `"http/protobuf"`. */
  readonly protocol?: OtlpProtocol;
  /** Takes less of the network and more of the processor. Default `"none"`. */
  readonly compression?: OtlpCompression;
  /** Sent along, as for authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long an export may take with its retries, in milliseconds above 0. Default 10,000. */
  readonly timeoutMs?: number;
  /** How long it waits before the first retry; then twice as long each time, up to 5 s, less a random part. Default 1000. */
  readonly initialDelayMs?: number;
  /** Sends a request. Default `fetch`. */
  readonly fetch?: (url: URL, init: RequestInit) => Promise<Response>;
}

const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const LONGEST_BACKOFF_MS = 5000, LONGEST_ANSWER_BYTES = 65_536;

/**
 * Sends spans to an OpenTelemetry collector, or whatever else takes OTLP over HTTP, as protobuf or JSON; no SDK is needed.
 *
 * As the specification asks, 429, 502, 503, 504 and failed connections are tried again until `timeoutMs` is over, with
 * exponential backoff or after what `Retry-After` says; anything else but success fails at once, redirections included. Spans that the receiver
 * rejects are counted in {@linkcode rejected} and told through `diag`. Of an answer 64 KiB are read. Give it to a
 * {@linkcode BatchSpanProcessor}.
 */
export class OtlpHttpExporter implements SpanExporter {
  readonly #url: URL;
  readonly #isJson: boolean;
  readonly #isCompressed: boolean;
  readonly #headers: Headers;
  readonly #timeoutMs: number;
  readonly #backoffMs: number;
  readonly #fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly #exports = new Set<Promise<void>>();
  #isShutDown = false;
  #rejected = 0;

  /**
   * Sends nothing yet.
   *
   * @throws {TypeError} If the URL is none, or headers, protocol or compression are none of those that there are.
   * @throws {RangeError} If a duration is out of range.
   */
  constructor(options: OtlpHttpExporterOptions = {}) {
    requireOptions("export spans", options);
    const { url = "http://localhost:4318/v1/traces", timeoutMs = 10_000, initialDelayMs = 1000 } = options;
    const { protocol = "http/protobuf", compression = "none" } = options;
    this.#url = new URL(url);
    this.#isJson = requireOneOf("protocol", protocol, OTLP_PROTOCOLS) === "http/json";
    this.#isCompressed = requireOneOf("compression", compression, OTLP_COMPRESSIONS) === "gzip";
    this.#headers = new Headers(options.headers);
    this.#headers.set("content-type", this.#isJson ? "application/json" : "application/x-protobuf");
    if (this.#isCompressed) this.#headers.set("content-encoding", "gzip");
    this.#timeoutMs = requireNumber("timeoutMs", timeoutMs, "duration");
    this.#backoffMs = requireNumber("initialDelayMs", initialDelayMs, "duration");
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
    const encoded = this.#isJson ? otlpJson(spans) : otlpProtobuf(spans);
    const body = this.#isCompressed ? await compressed(encoded) : encoded, deadline = new AbortController();
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
  async #attempt(body: Body, signal: AbortSignal): Promise<number | "backoff" | undefined> {
    let response: Response, answer: OtlpAnswer;
    try {
      response = await this.#fetch(this.#url, {
        method: "POST",
        headers: this.#headers,
        body,
        signal,
        redirect: "manual", // spans and keys are for this receiver, and for no other that it names
      });
      answer = { type: response.headers.get("content-type"), body: await readStart(response, LONGEST_ANSWER_BYTES) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      diagnose("debug", "Could not send spans", error);
      return "backoff";
    }
    if (response.ok) return this.#readRejected(answer);
    if (!RETRYABLE.has(response.status)) {
      throw new Error(`Cannot export spans: ${this.#url.host} answered ${response.status}: ${reasonOf(answer)}`);
    }
    return retryAfterMs(response.headers.get("retry-after")) ?? "backoff";
  }

  #readRejected(answer: OtlpAnswer): undefined {
    const partial = partialSuccessOf(answer);
    if (partial === undefined) return;
    this.#rejected += partial.rejected;
    diagnose("warn", `The receiver rejected ${partial.rejected} spans: ${partial.message}`);
  }
}

type Body = string | Uint8Array<ArrayBuffer>;

function compressed(body: Body): Promise<Uint8Array<ArrayBuffer>> {
  return new Response(new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
}

function requireOneOf<Word extends string>(option: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value;
  const wanted = words.map((word) => `"${word}"`).join(" or ");
  throw new TypeError(`Cannot export spans with ${option} "${value}": expected ${wanted}; correct it`);
}

/** Milliseconds of a `Retry-After` header, which has seconds or a date; `undefined` if it has neither. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
