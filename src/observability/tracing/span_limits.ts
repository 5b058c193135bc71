/**
 * How large a span may grow.
 *
 * @module
 */

import { requireNumber } from "../../reliability/require_number.ts";

/** Limits of each span; the names and defaults are those of OpenTelemetry's specification. */
export interface SpanLimits {
  /** Attributes of a span. Default 128. */
  readonly attributeCountLimit?: number;
  /** Characters of a text, and bytes of a byte array, within an attribute; what is longer is cut. Default: no limit. */
  readonly attributeValueLengthLimit?: number;
  /** Events of a span; the newest are kept. Default 128. */
  readonly eventCountLimit?: number;
  /** Links of a span; the newest are kept. Default 128. */
  readonly linkCountLimit?: number;
  /** Attributes of an event. Default 128. */
  readonly attributePerEventCountLimit?: number;
  /** Attributes of a link. Default 128. */
  readonly attributePerLinkCountLimit?: number;
}

/** Limits with nothing left open. */
export type FullSpanLimits = Required<SpanLimits>;

const DEFAULTS: FullSpanLimits = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Infinity,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

/**
 * Fills in the defaults.
 *
 * @throws {RangeError} If a limit is not a whole number of at least 0; that of lengths at least 1, or `Infinity`.
 * @throws {TypeError} If there is no limit of that name.
 */
export function fullSpanLimits(limits: SpanLimits = {}): FullSpanLimits {
  const full = { ...DEFAULTS };
  for (const [name, value] of Object.entries(limits)) {
    if (!isLimit(name)) {
      throw new TypeError(
        `Cannot limit spans by "${name}": expected one of ${Object.keys(DEFAULTS).join(", ")}; correct it`,
      );
    }
    if (value === undefined) continue;
    if (value !== Infinity) {
      requireNumber(`spanLimits.${name}`, value, name === "attributeValueLengthLimit" ? "count" : "index");
    }
    full[name] = value;
  }
  return full;
}

function isLimit(name: string): name is keyof FullSpanLimits {
  return Object.hasOwn(DEFAULTS, name);
}
