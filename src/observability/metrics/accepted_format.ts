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
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

const PROMETHEUS: ServedFormat = { format: "prometheus", contentType: "text/plain; version=0.0.4; charset=utf-8" };

/**
 * The format that an `Accept` header wants most: OpenMetrics only if it is named, with version 1.0.0, 0.0.1 or none; Prometheus'
 * text in all other cases, as from a browser, or if nothing that is accepted can be had.
 */
export function acceptedFormat(accept: string | null): ServedFormat {
  let best = PROMETHEUS, bestQuality = 0;
  for (const { name, parameters, quality } of accepted(accept)) {
    const served = servedAs(name, parameters.get("version"));
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

function servedAs(name: string, version: string | undefined): ServedFormat | undefined {
  if (
    name === "application/openmetrics-text" && (version === undefined || version === "1.0.0" || version === "0.0.1")
  ) {
    return {
      format: "openmetrics",
      contentType: `application/openmetrics-text; version=${version ?? "1.0.0"}; charset=utf-8`,
    };
  }
  const isText = (name === "text/plain" && (version === undefined || version === "0.0.4")) || name === "text/*" ||
    name === "*/*";
  return isText ? PROMETHEUS : undefined;
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
