/**
 * Prometheus' binary format: a message for each metric family, preceded by its length.
 * See `io/prometheus/client/metrics.proto` of github.com/prometheus/client_model.
 *
 * @module
 */

import type { MetricType } from "./definition.ts";
import type { KeptExemplar } from "./exemplar.ts";
import { ZERO_THRESHOLD } from "./logarithmic_scale.ts";
import type { ProtobufWriter } from "../protobuf_writer.ts";
import type { SketchBuckets } from "./sketch_arena.ts";

/** The type of a family; what the format does not know is a gauge, as in Prometheus' text. */
export const FAMILY_TYPE: Readonly<Record<MetricType, number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  histogram: 4,
  info: 1,
  stateset: 1,
};

/** Fields of a family. */
export const FAMILY = { name: 1, help: 2, type: 3, metric: 4, unit: 5 } as const;
/** Fields of a metric, which is what the format calls a series. */
export const METRIC = { label: 1, gauge: 2, counter: 3, summary: 4, histogram: 7 } as const;
/** Fields of a gauge and of a counter. */
export const SCALAR = { value: 1, exemplar: 2 } as const;
/** Fields of a summary and of a histogram. */
export const OBSERVED = { count: 1, sum: 2, quantile: 3, bucket: 3 } as const;
/** Fields of a histogram's bucket. */
const BUCKET = { cumulativeCount: 1, upperBound: 2, exemplar: 3 } as const;
/** Fields of a histogram with native buckets. */
const NATIVE = { schema: 5, zeroThreshold: 6, zeroCount: 7, positiveSpan: 12, positiveDelta: 13 } as const;
/** So many empty buckets take less than what begins another span. */
const WORTH_BRIDGING = 2;

/** Writes a label. */
export function writeLabel(writer: ProtobufWriter, [name, value]: readonly [name: string, value: string]): void {
  const label = writer.begin(METRIC.label);
  writer.string(1, name);
  writer.string(2, value);
  writer.end(label);
}

/** Writes an exemplar, if there is one. */
export function writeExemplar(writer: ProtobufWriter, field: number, exemplar: KeptExemplar | undefined): void {
  if (exemplar === undefined) return;
  const message = writer.begin(field), seconds = Math.floor(exemplar.timeMs / 1_000);
  for (const label of exemplar.labels) writeLabel(writer, label); // which have the number that a series' labels have
  writer.double(2, exemplar.value);
  const timestamp = writer.begin(3);
  writer.int(1, seconds);
  writer.int(2, Math.floor((exemplar.timeMs - 1_000 * seconds) * 1e6));
  writer.end(timestamp);
  writer.end(message);
}

/** Writes a bucket with a bound: how many values are not above it. */
export function writeBucket(
  writer: ProtobufWriter,
  { bound, count }: { readonly bound: number; readonly count: number },
  exemplar: KeptExemplar | undefined,
): void {
  const bucket = writer.begin(OBSERVED.bucket);
  writer.int(BUCKET.cumulativeCount, count);
  writer.double(BUCKET.upperBound, bound);
  writeExemplar(writer, BUCKET.exemplar, exemplar);
  writer.end(bucket);
}

/** Writes a quantile of a summary. */
export function writeQuantile(writer: ProtobufWriter, q: number, value: number): void {
  const quantile = writer.begin(OBSERVED.quantile);
  writer.double(1, q);
  writer.double(2, value);
  writer.end(quantile);
}

/** Writes buckets that grow by a constant factor: spans of neighbours, and how their counts differ from one to the next. */
export function writeNativeBuckets(
  writer: ProtobufWriter,
  schema: number,
  { zeros, start, counts }: SketchBuckets,
): void {
  writer.sint(NATIVE.schema, schema);
  writer.double(NATIVE.zeroThreshold, ZERO_THRESHOLD);
  writer.int(NATIVE.zeroCount, zeros);
  const deltas: number[] = [];
  let end = 0, before = 0;
  for (let at = 0; at < counts.length;) {
    if (counts[at] === 0) {
      at++;
      continue;
    }
    const length = spanLength(counts, at), span = writer.begin(NATIVE.positiveSpan);
    writer.sint(1, start + at - end);
    writer.int(2, length);
    writer.end(span);
    for (const last = at + length; at < last; at++) {
      deltas.push(counts[at]! - before);
      before = counts[at]!;
    }
    end = start + at;
  }
  writer.packedSints(NATIVE.positiveDelta, deltas);
}

/** How many buckets from one on make a span. */
function spanLength(counts: Float64Array, from: number): number {
  let last = from;
  for (let at = from + 1; at < counts.length && at - last - 1 <= WORTH_BRIDGING; at++) if (counts[at] !== 0) last = at;
  return last - from + 1;
}
