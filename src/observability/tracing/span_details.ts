/**
 * What few spans have: events, links, and times of their own.
 *
 * @module
 */

import {
  type Attributes,
  type HrTime,
  isValidSpanId,
  isValidTraceId,
  type Link,
  type SpanContext,
  type SpanStatus,
  SpanStatusCode,
} from "@opentelemetry/api";
import { AttributeSet } from "./attribute_set.ts";
import type { TimedEvent } from "./readable_span.ts";
import type { FullSpanLimits } from "./span_limits.ts";
import { textOf } from "./text_of.ts";

/** What few spans have: made when it is needed, so that all others are smaller. */
export class SpanDetails {
  readonly events: TimedEvent[] = [];
  droppedEvents = 0;
  droppedLinks = 0;
  /** Times that were given as pairs, which a number would blur. */
  startTime: HrTime | undefined = undefined;
  endTime: HrTime | undefined = undefined;
}

/** An event within its limits. */
export function eventOf(name: string, time: HrTime, attributes: unknown, limits: FullSpanLimits): TimedEvent {
  if (attributes === undefined) return { name, time, attributes: {}, droppedAttributesCount: 0 };
  const set = new AttributeSet();
  set.setAll(attributes, limits.attributePerEventCountLimit, limits.attributeValueLengthLimit);
  return { name, time, attributes: set.values, droppedAttributesCount: set.dropped };
}

/** A link within its limits; `undefined` for one to no span, and for one that cannot be read. */
export function linkOf(link: Link | undefined, limits: FullSpanLimits): Link | undefined {
  try {
    const context = contextOf(link?.context);
    if (link === undefined || context === undefined) return undefined;
    const set = new AttributeSet();
    set.setAll(link.attributes, limits.attributePerLinkCountLimit, limits.attributeValueLengthLimit);
    return { context, attributes: set.values, droppedAttributesCount: set.dropped };
  } catch {
    return undefined;
  }
}

/** Reads each part once: it is checked what is kept. */
function contextOf(given: SpanContext | null | undefined): SpanContext | undefined {
  if (given === undefined || given === null) return undefined;
  const { traceId, spanId, traceFlags, traceState, isRemote } = given;
  if (!isValidTraceId(traceId) || !isValidSpanId(spanId)) return undefined;
  return {
    traceId,
    spanId,
    traceFlags: typeof traceFlags === "number" ? traceFlags : 0,
    ...(traceState === undefined ? {} : { traceState }),
    ...(isRemote === undefined ? {} : { isRemote }),
  };
}

/** A status of success, or of failure with its message; `undefined` for any other, and for one that cannot be read. */
export function statusOf(given: SpanStatus): SpanStatus | undefined {
  try {
    const { code, message } = given;
    if (code === SpanStatusCode.OK) return { code };
    if (code !== SpanStatusCode.ERROR) return undefined;
    return typeof message === "string" ? { code, message } : { code };
  } catch {
    return undefined;
  }
}

/** Adds an item and, if there are too many then, removes the oldest; answers how many were dropped. */
export function pushBounded<Item>(items: Item[], item: Item, limit: number): 0 | 1 {
  if (limit === 0) return 1;
  const isFull = items.length >= limit;
  if (isFull) items.shift();
  items.push(item);
  return isFull ? 1 : 0;
}

/** What the semantic conventions say of an exception, whatever was thrown. */
export function exceptionAttributes(exception: unknown): Attributes {
  if (typeof exception !== "object" || exception === null) return { "exception.message": textOf(exception) };
  const attributes: Attributes = {};
  for (const [attribute, property] of EXCEPTION_PROPERTIES) {
    const value = readText(exception, property);
    if (value !== undefined && attributes[attribute] === undefined) attributes[attribute] = value;
  }
  return attributes;
}

const EXCEPTION_PROPERTIES = [
  ["exception.type", "name"],
  ["exception.type", "code"],
  ["exception.message", "message"],
  ["exception.stacktrace", "stack"],
] as const;

function readText(exception: object, property: string): string | undefined {
  try {
    const value: unknown = Reflect.get(exception, property);
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  } catch {
    return undefined;
  }
}
