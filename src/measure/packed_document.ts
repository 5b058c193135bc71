/**
 * A document packed into its own page: half of what JSON takes once compressed and written in base64, and exact to the bit.
 *
 * Numbers leave the document for columns, one for each name, in which neighbours are alike; what is left is its shape. A fork's
 * samples are written as differences to what is known before them, and statistics that follow from them only as such. All is
 * compressed with gzip, and the bytes are written as digits of base 91, which HTML takes as they are.
 * `templates/script/unpack.js` undoes it.
 *
 * @module
 */

import { constants, gunzipSync, gzipSync } from "node:zlib";
// @ts-types="../../templates/script/unpack.d.ts"
import {
  bytesOfDigits,
  DIGITS,
  type Samples,
  statisticsOf,
  unpack,
  unpackSamples,
} from "../../templates/script/unpack.js";

const BASE = DIGITS.length;

/**
 * Packs any value that JSON has: unpacked, it is the same JSON, byte for byte. Only of a benchmark with samples no statistic may be
 * `true`, and no list of samples be beside a `leastNs`: no document has such.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { packed, unpacked } from "./packed_document.ts";
 *
 * const value = { name: "a", samples: [5.25, 3, 4], none: null };
 * assertEquals(unpacked(packed(value), 1000), value);
 * ```
 */
export function packed(value: unknown): string {
  const columns = new Map<string, number[]>();
  const shape = JSON.stringify(value, (key, value: unknown) => {
    const numbers = typeof value === "number" ? [value] : areNumbers(value) ? value : [];
    if (numbers.length === 0 || !numbers.every(Number.isFinite)) {
      if (isBenchmark(value)) return packedBenchmark(value);
      return key === "samples" && areSamples(value) ? packedSamples(value) : value;
    }
    const column = columns.get(key);
    if (column === undefined) columns.set(key, [...numbers]);
    else for (const number of numbers) column.push(number);
    return typeof value === "number" ? 0 : numbers.length; // what is left of a number, and of a list of them
  });
  const text = JSON.stringify(Object.fromEntries([...columns].map(([name, column]) => [name, digitsApart(column)])));
  // Most of it is noise, in which short matches cost more than they save, and each column has a code of its own.
  return digitsOf(gzipSync(`${text}\n${shape}`, { level: 9, strategy: constants.Z_FILTERED, memLevel: 5 }));
}

/**
 * The value that was packed.
 *
 * @param maxBytes The largest text that its bytes may unpack to.
 * @throws {RangeError} If they unpack to more.
 * @throws {Error} If the text is damaged.
 */
export function unpacked(text: string, maxBytes: number): unknown {
  return unpack(gunzipSync(bytesOfDigits(text), { maxOutputLength: maxBytes }).toString());
}

/** What the page of a result or of a comparison holds packed; undefined if the text is no such page. */
export function packedWithin(text: string): string | undefined {
  if (!/^\ufeff?<!doctype html>/i.test(text)) return undefined;
  return text.match(/<template id="packed">([^<]*)<\/template>/)?.[1]?.trim();
}

function areNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "number");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function areSamples(value: unknown): value is Samples {
  return isRecord(value) && areNumbers(value.wallNs) && areNumbers(value.startMs) && Array.isArray(value.excluded) &&
    [value.cpuNs, value.runQueueDelayNs].every((times) => times === null || areNumbers(times));
}

interface Benchmark extends Readonly<Record<string, unknown>> {
  readonly forks: readonly unknown[];
  readonly statistics: Readonly<Record<string, unknown>>;
}

function isBenchmark(value: unknown): value is Benchmark {
  return isRecord(value) && isRecord(value.statistics) && Array.isArray(value.forks) && value.forks.length > 0 &&
    value.forks.every((fork) => isRecord(fork) && areSamples(fork.samples));
}

/** What samples say need not be said again. */
function packedBenchmark(benchmark: Benchmark): Benchmark {
  const said = statisticsOf(benchmark.forks);
  const statistics = Object.entries(benchmark.statistics).map(([name, value]): [string, unknown] => [
    name,
    Object.hasOwn(said, name) && JSON.stringify(value) === JSON.stringify(said[name]) ? true : value,
  ]);
  return { ...benchmark, statistics: Object.fromEntries(statistics) };
}

/** Wall times above the least, the others in µs: processor times beyond what wall time and delay would say, starts after starts. */
function packedSamples(samples: Samples): Samples {
  const { wallNs, cpuNs, runQueueDelayNs, startMs } = samples;
  const leastNs = wallNs.reduce((a, b) => Math.min(a, b), Infinity);
  const delayUs = runQueueDelayNs?.map((delayNs) => delayNs / 1000) ?? null;
  const differences = {
    ...samples,
    wallNs: wallNs.map((value) => value - leastNs),
    cpuNs: cpuNs?.map((value, i) => value / 1000 + (delayUs?.[i] ?? 0) - Math.floor((wallNs[i] ?? 0) / 1000)) ?? null,
    runQueueDelayNs: delayUs,
    startMs: startMs.map((value, i) => value - (startMs[i - 1] ?? 0)),
    leastNs,
  };
  const isExact = JSON.stringify(unpackSamples(differences)) === JSON.stringify(samples);
  return isExact ? differences : samples;
}

/** A column of whole numbers by its digits above the least number: the lowest of all, then the next. Any other stays a list. */
function digitsApart(column: readonly number[]): readonly number[] | { least: number; digits: string[] } {
  const least = column.reduce((a, b) => Math.min(a, b), Infinity);
  const largest = column.reduce((a, b) => Math.max(a, b), -Infinity);
  const isWhole = column.every(Number.isSafeInteger) && Number.isSafeInteger(largest - least);
  if (!isWhole) return column;
  let rest = column.map((value) => value - least);
  const digits: string[] = [];
  do {
    digits.push(rest.map((value) => DIGITS[value % BASE]).join(""));
    rest = rest.map((value) => Math.floor(value / BASE));
  } while (rest.some((value) => value > 0));
  return { least, digits };
}

/** 13 bits in every two digits; where no more than 6 are left, they are one. */
function digitsOf(bytes: Uint8Array): string {
  let text = "";
  let waiting = 0;
  let bits = 0;
  for (const byte of bytes) {
    waiting |= byte << bits;
    bits += 8;
    if (bits < 13) continue;
    text += pair(waiting & 0x1fff);
    waiting >>>= 13;
    bits -= 13;
  }
  return text + (bits === 0 ? "" : bits > 6 ? pair(waiting) : DIGITS[waiting]);
}

function pair(value: number): string {
  return `${DIGITS[value % BASE]}${DIGITS[Math.floor(value / BASE)]}`;
}
