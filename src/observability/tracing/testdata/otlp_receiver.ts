import definitions from "@opentelemetry/otlp-definitions";

/** What protobufjs generates for a message. */
interface MessageType {
  fromObject(value: unknown): object;
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): unknown;
}

/** The package's types leave out what its module exports. */
function isMessageType(value: unknown): value is MessageType {
  return typeof value === "function" && ["fromObject", "decode", "toObject"].every((name) => name in value);
}

function findMessageType(path: string): MessageType {
  const found = path.split(".").reduce<unknown>((at, name) => Reflect.get(Object(at), name), definitions);
  if (!isMessageType(found)) throw new Error(`The definitions have no ${path}`);
  return found;
}

const Request = findMessageType("opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest");

/** Decodes JSON or protobuf by the official definitions, with longs as text and bytes as base64. */
export function decodeRequest(body: string | Uint8Array): unknown {
  const message = typeof body === "string" ? Request.fromObject(fromJson(body)) : Request.decode(body);
  return withoutDefaults(Request.toObject(message, { longs: String, bytes: String, enums: Number }));
}

/** A collector on loopback: keeps what arrives, decoded. */
export class OtlpReceiver implements AsyncDisposable {
  /** What has arrived, decoded. */
  readonly requests: unknown[] = [];
  /** The types and encodings of their bodies. */
  readonly forms: (readonly [string | null, string | null])[] = [];
  /** How requests are answered, one after the other; then with success. */
  readonly answers: (() => Response | Promise<Response>)[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      const body = await bodyOf(request);
      const answer = this.answers.shift();
      if (answer !== undefined) return await answer();
      const isJson = request.headers.get("content-type") === "application/json";
      this.forms.push([request.headers.get("content-type"), request.headers.get("content-encoding")]);
      this.requests.push(decodeRequest(isJson ? new TextDecoder().decode(body) : body));
      return isJson
        ? Response.json({})
        : new Response(new Uint8Array(), { headers: { "content-type": "application/x-protobuf" } });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/v1/traces`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function bodyOf(request: Request): Promise<Uint8Array> {
  if (request.headers.get("content-encoding") !== "gzip" || request.body === null) return request.bytes();
  return new Response(request.body.pipeThrough(new DecompressionStream("gzip"))).bytes();
}

/** Counts and codes of 0 and empty names may be sent or left out. */
function withoutDefaults(message: unknown): unknown {
  const isDefault = (key: string, value: unknown) =>
    value === 0 && /^dropped|^code$/.test(key) || value === "" && key === "name";
  return JSON.parse(JSON.stringify(message, (key, value) => isDefault(key, value) ? undefined : value));
}

/** OTLP's JSON has ids in hexadecimal, where protobuf's has base64; unknown fields and wrong types are refused. */
function fromJson(text: string): Record<string, unknown> {
  return JSON.parse(text, (key, value) => {
    if (!["traceId", "spanId", "parentSpanId"].includes(key)) return value;
    if (typeof value !== "string" || !/^([0-9a-f]{2})+$/.test(value)) throw new Error(`${key} is no id: ${value}`);
    return btoa(value.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16))));
  });
}
