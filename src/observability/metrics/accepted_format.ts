/**
 * Which format a reader wants.
 * See https://prometheus.io/docs/instrumenting/content_negotiation/ and RFC 9110, section 12.5.
 *
 * @module
 */

import type { ExpositionFormat } from "./metric.ts";

/** One item of an `Accept` or `Accept-Encoding` header. */
interface AcceptedItem {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** How much it is wanted: 0 to 1. */
  readonly quality: number;
}

/** What a response is served with. */
export interface ServedFormat {
  readonly format: ExpositionFormat | "protobuf";
  readonly contentType: string;
}

const PROMETHEUS: ServedFormat = { format: "prometheus", contentType: "text/plain; version=0.0.4; charset=utf-8" };
const MESSAGE = "io.prometheus.client.MetricFamily";
const PROTOBUF: ServedFormat = {
  format: "protobuf",
  contentType: `application/vnd.google.protobuf; proto=${MESSAGE}; encoding=delimited`,
};

/**
 * The format that an `Accept` header wants most, the first of them if it wants several as much: Prometheus' binary format and OpenMetrics only
 * if they are named, the latter with version 1.0.0, 0.0.1 or none; Prometheus' text in all other cases, as from a browser, or if nothing that
 * is accepted can be had.
 */
export function acceptedFormat(accept: string | null): ServedFormat {
  const items = accepted(accept), named = items.map((item) => ({ served: servedAs(item), quality: item.quality }));
  if (!named.some(({ served }) => served === PROMETHEUS)) { // then a range has it, the narrower one sooner
    const range = items.find(({ name }) => name === "text/*") ?? items.find(({ name }) => name === "*/*");
    named.push({ served: PROMETHEUS, quality: range?.quality ?? 0 });
  }
  let best = PROMETHEUS, bestQuality = 0;
  for (const { served, quality } of named) {
    if (served === undefined || quality <= bestQuality) continue;
    best = served;
    bestQuality = quality;
  }
  return best;
}

/** Whether a body may be compressed by gzip. */
export function acceptsGzip(acceptEncoding: string | null): boolean {
  const items = accepted(acceptEncoding);
  const item = items.find(({ name }) => name === "gzip" || name === "x-gzip") ?? items.find(({ name }) => name === "*");
  return item !== undefined && item.quality > 0;
}

/** The format that an item names. */
function servedAs({ name, parameters }: AcceptedItem): ServedFormat | undefined {
  const version = parameters.get("version");
  if (name === "application/vnd.google.protobuf") {
    return parameters.get("proto") === MESSAGE && parameters.get("encoding") === "delimited" ? PROTOBUF : undefined;
  }
  if (
    name === "application/openmetrics-text" && (version === undefined || version === "1.0.0" || version === "0.0.1")
  ) {
    return {
      format: "openmetrics",
      contentType: `application/openmetrics-text; version=${version ?? "1.0.0"}; charset=utf-8`,
    };
  }
  return name === "text/plain" && (version === undefined || version === "0.0.4") ? PROMETHEUS : undefined;
}

function accepted(header: string | null): AcceptedItem[] {
  return (header ?? "").split(",").map((item) => {
    const [name = "", ...rest] = item.split(";").map((part) => part.trim());
    const parameters = new Map(rest.map((parameter) => {
      const [key = "", value = ""] = parameter.split("=");
      return [key.trim().toLowerCase(), value.trim().replaceAll('"', "")];
    }));
    const quality = Number(parameters.get("q") ?? 1);
    return { name: name.toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
  });
}
