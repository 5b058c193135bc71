/**
 * A trace that a value came from.
 *
 * @module
 */

import type { Definition } from "./definition.ts";
import { labelsText, numberText } from "./text.ts";

/** What OpenMetrics allows the names and values of an exemplar's labels to have, in characters. */
const MOST_CHARACTERS = 128;

/**
 * Names the trace in which something was recorded, so that one gets from a slow bucket to a slow trace: a span's context (as of
 * OpenTelemetry), printed as `trace_id` and `span_id`, or labels of your own.
 *
 * A span's context that says it was not sampled is left out: nobody could look at its trace. So is an exemplar whose names and
 * values have more than 128 characters, the limit of OpenMetrics; the registry counts those.
 */
export type Exemplar = SpanExemplar | LabelExemplar;

/** The context of a span. */
export interface SpanExemplar {
  /** Which trace: 32 hexadecimal digits. */
  readonly traceId: string;
  /** Which span of it: 16 hexadecimal digits. */
  readonly spanId: string;
  /** Its lowest bit tells whether the trace is sampled; taken as sampled if there are none. */
  readonly traceFlags?: number;
}

/** Labels of one's own. */
export interface LabelExemplar {
  /** Names and values. */
  readonly labels: Readonly<Record<string, string>>;
}

/** An exemplar as it is kept. */
export interface KeptExemplar {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
  readonly timeMs: number;
}

/** What keeping an exemplar asks of the registry. */
export interface ExemplarHost {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Counts an exemplar that was too long. */
  exemplarDropped(definition: Definition): void;
}

/**
 * An exemplar as it is kept; undefined if it is not.
 *
 * @throws {TypeError} If it is neither a span's context nor labels, or OpenMetrics would not accept a label.
 */
export function keptExemplar(
  definition: Definition,
  host: ExemplarHost,
  { exemplar, value }: { readonly exemplar: Exemplar; readonly value: number },
): KeptExemplar | undefined {
  const labels = exemplarLabels(definition.name, exemplar);
  if (labels === "too long") host.exemplarDropped(definition);
  return typeof labels === "string" ? undefined : { labels, value, timeMs: host.now() };
}

/** What follows a sample in OpenMetrics: its exemplar, if there is one. */
export function exemplarSuffix(exemplar: KeptExemplar | undefined): string {
  if (exemplar === undefined) return "";
  const { labels, value, timeMs } = exemplar;
  return ` # {${labelsText(labels)}} ${numberText(value)} ${timeMs / 1_000}`;
}

/** An exemplar's labels, or why it is not kept. */
function exemplarLabels(metric: string, exemplar: Exemplar): [string, string][] | "too long" | "unsampled" {
  if (typeof exemplar !== "object" || exemplar === null) throw exemplarRefusal(metric);
  const labels = "traceId" in exemplar
    ? { trace_id: exemplar.traceId, span_id: exemplar.spanId }
    : requireLabels(metric, exemplar);
  if ("traceId" in exemplar && exemplar.traceFlags !== undefined && (exemplar.traceFlags & 1) === 0) return "unsampled";
  const entries = Object.entries(labels);
  let characters = 0;
  for (const [name, value] of entries) {
    if (typeof value !== "string" || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
      throw new TypeError(
        `Cannot keep an exemplar of metric "${metric}" with label ${JSON.stringify(name)} = ${String(value)}: ` +
          'expected a name of letters, digits and "_", and a string; correct it',
      );
    }
    if ((characters += name.length + [...value].length) > MOST_CHARACTERS) return "too long";
  }
  return entries;
}

function requireLabels(metric: string, exemplar: LabelExemplar): Readonly<Record<string, string>> {
  if (typeof exemplar.labels === "object" && exemplar.labels !== null) return exemplar.labels;
  throw exemplarRefusal(metric);
}

function exemplarRefusal(metric: string): TypeError {
  return new TypeError(
    `Cannot keep an exemplar of metric "${metric}": expected traceId and spanId, or labels; pass a span's context`,
  );
}
