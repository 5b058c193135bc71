/**
 * What OTLP's two forms have in common.
 *
 * @module
 */

import type { HrTime, SpanContext } from "@opentelemetry/api";
import type { InstrumentationScope, ReadableSpan, ResourceView } from "./readable_span.ts";
import { requireList } from "../../coordination/require_list.ts";

/** Of `flags`: it is known whether the parent is remote; it is. */
const HAS_IS_REMOTE = 0x100, IS_REMOTE = 0x200;
/** The field has no sign, yet many a receiver reads it as if it had one. */
const LATEST_NANOS = 2n ** 63n - 1n;

/** Spans of one program. */
export interface ResourceGroup {
  /** The program. */
  readonly resource: ResourceView;
  /** Its libraries with their spans. */
  readonly scopes: readonly ScopeGroup[];
}

/** Spans of one library. */
export interface ScopeGroup {
  /** The library. */
  readonly scope: InstrumentationScope;
  /** In the order in which they were given. */
  readonly spans: readonly ReadableSpan[];
}

/** Spans by program and library: by the objects that stand for these. */
export function groupSpans(spans: readonly ReadableSpan[]): readonly ResourceGroup[] {
  return Array.from(
    Map.groupBy(requireList("write", spans, "ended spans"), (span) => span.resource),
    ([resource, ofResource]) => ({
      resource,
      scopes: Array.from(
        Map.groupBy(ofResource, (span) => span.instrumentationScope),
        ([scope, spans]) => ({ scope, spans }),
      ),
    }),
  );
}

/** The trace's flags, and whether a parent or a linked span is of another process. */
export function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return traceFlags & 0xff | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}

/** What other tracing systems have passed on; nothing if a state of somebody else's making fails, as spans share a batch. */
export function traceStateOf({ traceState }: SpanContext): string | undefined {
  try {
    const text: unknown = traceState?.serialize();
    return typeof text === "string" ? text.toWellFormed() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Nanoseconds since 1970: 0 for what is earlier, the last that fits, in the year 2262, for what is later: a number that cannot be read
 * would make a receiver refuse the whole batch.
 */
export function unixNanosOf([seconds, nanos]: HrTime): bigint {
  const isExact = Number.isSafeInteger(seconds) && Number.isSafeInteger(nanos);
  const value = isExact
    ? BigInt(seconds) * 1_000_000_000n + BigInt(nanos)
    : BigInt(Math.round(Math.min(Math.max(0, seconds * 1e9 + nanos || 0), 1e19)));
  return value < 0n ? 0n : value > LATEST_NANOS ? LATEST_NANOS : value;
}

/** Whether a number is sent as a whole one; others are sent as floating-point numbers. */
export function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}
