/**
 * What a trace says about the program that it comes from.
 *
 * @module
 */

import type { Attributes } from "@opentelemetry/api";
import { AttributeSet } from "./attribute_set.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** Describes the program: the same for all of its spans. Cannot be changed. */
export class TelemetryResource {
  /** As of OpenTelemetry's semantic conventions. */
  readonly attributes: Attributes;
  /** Where the conventions are described that its attributes follow. */
  readonly schemaUrl?: string;

  /** Checks and copies its attributes as a span does; there is no limit of their number. */
  constructor(attributes: Attributes, options: { readonly schemaUrl?: string } = {}) {
    this.attributes = Object.freeze(new AttributeSet().setAll(attributes, Infinity, Infinity).values);
    const { schemaUrl } = requireOptions("describe a resource", options);
    if (schemaUrl !== undefined) this.schemaUrl = schemaUrl;
  }

  /** One with the attributes of both; where they differ, those of `other` hold. */
  merge(other: { readonly attributes: Attributes; readonly schemaUrl?: string } | null): TelemetryResource {
    if (other === null) return this;
    const schemaUrl = other.schemaUrl ?? this.schemaUrl;
    return new TelemetryResource(
      { ...this.attributes, ...other.attributes },
      schemaUrl === undefined ? {} : { schemaUrl },
    );
  }

  /** Its attributes as pairs; OpenTelemetry's own SDK asks for them. */
  getRawAttributes(): [string, unknown][] {
    return Object.entries(this.attributes);
  }
}

/** What programs say by default: the name that the specification gives to a service without one, and who traces it. */
export const DEFAULT_RESOURCE: TelemetryResource = new TelemetryResource({
  "service.name": "unknown_service:deno",
  "telemetry.sdk.language": "js",
  "telemetry.sdk.name": "puffinflow",
});
