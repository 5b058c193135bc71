/**
 * Reads Prometheus' binary format with protobufjs, by the definition of its messages; independent of what writes them.
 * See `io/prometheus/client/metrics.proto` of github.com/prometheus/client_model.
 *
 * @module
 */

import protobuf from "protobufjs";
import { z } from "zod";
import { canonicalNumber } from "../text.ts";
import type { ParsedSample } from "./parse_exposition.ts";

const DEFINITION = `
syntax = "proto2";
message Timestamp { optional int64 seconds = 1; optional int32 nanos = 2; }
message LabelPair { optional string name = 1; optional string value = 2; }
enum MetricType { COUNTER = 0; GAUGE = 1; SUMMARY = 2; UNTYPED = 3; HISTOGRAM = 4; GAUGE_HISTOGRAM = 5; }
message Gauge { optional double value = 1; }
message Counter { optional double value = 1; optional Exemplar exemplar = 2; optional Timestamp created_timestamp = 3; }
message Quantile { optional double quantile = 1; optional double value = 2; }
message Summary { optional uint64 sample_count = 1; optional double sample_sum = 2; repeated Quantile quantile = 3; }
message Histogram {
  optional uint64 sample_count = 1; optional double sample_count_float = 4; optional double sample_sum = 2;
  repeated Bucket bucket = 3; optional Timestamp created_timestamp = 15;
  optional sint32 schema = 5; optional double zero_threshold = 6; optional uint64 zero_count = 7; optional double zero_count_float = 8;
  repeated BucketSpan negative_span = 9; repeated sint64 negative_delta = 10; repeated double negative_count = 11;
  repeated BucketSpan positive_span = 12; repeated sint64 positive_delta = 13; repeated double positive_count = 14;
  repeated Exemplar exemplars = 16;
}
message Bucket {
  optional uint64 cumulative_count = 1; optional double cumulative_count_float = 4; optional double upper_bound = 2;
  optional Exemplar exemplar = 3;
}
message BucketSpan { optional sint32 offset = 1; optional uint32 length = 2; }
message Exemplar { repeated LabelPair label = 1; optional double value = 2; optional Timestamp timestamp = 3; }
message Metric {
  repeated LabelPair label = 1; optional Gauge gauge = 2; optional Counter counter = 3; optional Summary summary = 4;
  optional Histogram histogram = 7; optional int64 timestamp_ms = 6;
}
message MetricFamily {
  optional string name = 1; optional string help = 2; optional MetricType type = 3; repeated Metric metric = 4; optional string unit = 5;
}`;

/** zod takes only finite numbers for such. */
const double = z.number().or(z.literal(Infinity)).or(z.nan());
const pairs = z.array(z.object({ name: z.string(), value: z.string() })).default([])
  .transform((all) => Object.fromEntries(all.map(({ name, value }) => [name, value])));
const exemplar = z.object({
  label: pairs,
  value: z.number(),
  timestamp: z.object({ seconds: z.number(), nanos: z.number() }),
}).transform(({ label, value, timestamp }) => ({
  labels: label,
  value,
  time: timestamp.seconds + timestamp.nanos / 1e9,
})).optional();
const histogram = z.object({
  sampleCount: z.number(),
  sampleSum: z.number(),
  bucket: z.array(z.object({ cumulativeCount: z.number(), upperBound: double, exemplar })).default([]),
  schema: z.number().optional(),
  zeroThreshold: z.number().optional(),
  zeroCount: z.number().optional(),
  positiveSpan: z.array(z.object({ offset: z.number(), length: z.number() })).default([]),
  positiveDelta: z.array(z.number()).default([]),
});
const familySchema = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(["COUNTER", "GAUGE", "SUMMARY", "HISTOGRAM"]),
  unit: z.string().optional(),
  metric: z.array(z.object({
    label: pairs,
    gauge: z.object({ value: z.number() }).optional(),
    counter: z.object({ value: z.number(), exemplar }).optional(),
    summary: z.object({
      sampleCount: z.number(),
      sampleSum: z.number(),
      quantile: z.array(z.object({ quantile: z.number(), value: double })).default([]),
    }).optional(),
    histogram: histogram.optional(),
  })).default([]),
});

/** A metric family as it was read. */
export type Family = z.infer<typeof familySchema>;
/** A histogram as it was read. */
export type FamilyHistogram = z.infer<typeof histogram>;

const MetricFamily = protobuf.parse(DEFINITION).root.lookupType("MetricFamily");

/** Reads all families, each preceded by its length. */
export function decodeFamilies(bytes: Uint8Array): Family[] {
  const reader = protobuf.Reader.create(bytes), families: Family[] = [];
  while (reader.pos < reader.len) {
    const message = MetricFamily.toObject(MetricFamily.decodeDelimited(reader), { longs: Number, enums: String });
    families.push(familySchema.parse(message));
  }
  return families;
}

/** The counts of native buckets by index. */
export function nativeBuckets({ positiveSpan, positiveDelta }: FamilyHistogram): Map<number, number> {
  const buckets = new Map<number, number>(), deltas = positiveDelta.values();
  let index = 0, count = 0;
  for (const { offset, length } of positiveSpan) {
    index += offset;
    for (const end = index + length; index < end; index++) buckets.set(index, count += deltas.next().value ?? NaN);
  }
  return buckets;
}

/** What a text would say of a family. */
export function samplesOf({ name, metric }: Family): ParsedSample[] {
  return metric.flatMap(({ label: labels, gauge, counter, summary, histogram }): ParsedSample[] => {
    if (gauge !== undefined) return [{ name, labels, value: gauge.value }];
    if (counter !== undefined) return [withExemplar({ name, labels, value: counter.value }, counter.exemplar)];
    const observed = summary ?? histogram, lines: ParsedSample[] = [];
    for (const { quantile, value } of summary?.quantile ?? []) {
      lines.push({ name, labels: { ...labels, quantile: canonicalNumber(quantile) }, value });
    }
    for (const { upperBound, cumulativeCount, exemplar } of histogram?.bucket ?? []) {
      const le = canonicalNumber(upperBound);
      lines.push(withExemplar({ name: `${name}_bucket`, labels: { ...labels, le }, value: cumulativeCount }, exemplar));
    }
    lines.push({ name: `${name}_sum`, labels, value: observed?.sampleSum ?? NaN });
    lines.push({ name: `${name}_count`, labels, value: observed?.sampleCount ?? NaN });
    return lines;
  });
}

function withExemplar(sample: ParsedSample, exemplar: ParsedSample["exemplar"]): ParsedSample {
  return exemplar === undefined ? sample : { ...sample, exemplar };
}
