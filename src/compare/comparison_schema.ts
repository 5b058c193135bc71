/**
 * The zod schema of the comparison document. What the fields mean is told where their types are declared, in `comparison.ts`.
 *
 * @module
 */

import { z } from "zod";
import { environmentSchema, warningSchema } from "../measure/document_schema.ts";
import * as comparison from "./comparison.ts";

const ratio = z.number().min(0).max(1);
const positive = z.number().positive();
const probability = ratio.nullable();
const verdictSchema = z.enum(["slower", "faster", "same", "inconclusive"]);

const intervalSchema: z.ZodType<comparison.Interval> = z.strictObject({
  low: z.number().min(0),
  high: z.number().min(0),
  level: ratio,
});

const figureSchema: z.ZodType<comparison.SideFigure> = z.strictObject({
  value: positive,
  unit: z.string(),
  estimator: z.enum(["p25", "median", "mean", "p75", "value"]),
  samples: z.number().int().min(0).nullable(),
  forks: z.array(z.array(positive).min(1)).min(1),
});

const identity = {
  id: z.string().min(1),
  suite: z.string(),
  name: z.string().min(1),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
};

const comparedSchema = z.strictObject({
  ...identity,
  status: z.literal("compared"),
  verdict: verdictSchema,
  reason: z.enum(["noise", "near_threshold", "one_process", "budget"]).nullable(),
  ratio: positive,
  interval: intervalSchema.nullable(),
  threshold: positive,
  pValue: probability,
  adjustedPValue: probability,
  equivalencePValue: probability,
  spread: z.strictObject({
    forkSd: z.number().min(0),
    runSd: z.number().min(0),
    standardError: z.number().min(0),
    degreesOfFreedom: positive,
  }).nullable(),
  baseline: figureSchema,
  current: figureSchema,
  pairRatios: z.array(positive),
  needed: z.strictObject({
    what: z.enum(["runs", "pairs"]),
    count: z.number().int().min(1),
    eachMs: z.number().min(0).nullable(),
  }).nullable(),
});

const incomparableSchema = z.strictObject({
  ...identity,
  status: z.literal("incomparable"),
  reason: z.enum(["definition_changed", "params_changed", "unit_changed", "failed", "optimized_out"]),
  failedIn: z.enum(["baseline", "current", "both"]).nullable(),
  message: z.string(),
});

const unmatchedSchema = z.strictObject({ ...identity, status: z.enum(["added", "removed"]) });

const sideSchema = z.strictObject({
  label: z.string(),
  sources: z.array(z.strictObject({
    name: z.string(),
    tool: z.string(),
    startedAt: z.string().nullable(),
    commit: z.string().nullable(),
    fingerprint: z.string().nullable(),
  })),
});

const speed = { speed: positive, interval: intervalSchema.nullable() };

const hostSpeedSchema: z.ZodType<comparison.HostSpeed> = z.strictObject({
  kind: z.enum(["cpu", "memory", "disk", "network"]),
  ...speed,
  figures: z.array(
    z.strictObject({ name: z.string(), unit: z.string(), baseline: positive, current: positive, ...speed }),
  ).min(1),
});

/** A whole comparison document. */
export const comparisonSchema: z.ZodType<comparison.Comparison> = z.strictObject({
  format: z.literal(comparison.COMPARISON_FORMAT),
  version: z.literal(comparison.COMPARISON_VERSION),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  createdAt: z.iso.datetime(),
  method: z.enum(["documents", "paired"]),
  status: z.enum(["complete", "interrupted"]),
  options: z.strictObject({
    threshold: positive,
    alpha: ratio,
    errorControl: z.enum(["fdr", "fwer"]),
    acrossHosts: z.boolean(),
  }),
  baseline: sideSchema,
  current: sideSchema,
  environment: environmentSchema.nullable(),
  differences: z.array(z.strictObject({
    kind: z.enum(["host", "runtime", "settings"]),
    field: z.string(),
    baseline: z.string(),
    current: z.string(),
  })),
  hostSpeeds: z.array(hostSpeedSchema).default([]), // the first comparisons had none
  verdict: verdictSchema,
  drift: z.strictObject({
    factor: z.strictObject({ ratio: positive, interval: intervalSchema.nullable() }).nullable(),
    sd: z.number().min(0),
    degreesOfFreedom: positive,
    from: z.enum(["references", "runs", "experience"]),
  }).nullable(),
  controls: z.array(z.strictObject({ id: z.string(), ratio: positive, interval: intervalSchema.nullable() })),
  benchmarks: z.array(z.discriminatedUnion("status", [comparedSchema, incomparableSchema, unmatchedSchema])),
  warnings: z.array(warningSchema),
  durationMs: z.number().min(0).nullable(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
});
