// What undoes src/measure/packed_document.ts: in the page, and where puffin-bench reads a page.

/** All printable characters of ASCII but the space and those that HTML has another use for: 91. */
export const DIGITS = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
  .filter((character) => !'"&<'.includes(character));
const BASE = DIGITS.length;
const VALUES = []; // by the code of the digit
for (const [value, digit] of DIGITS.entries()) VALUES[digit.charCodeAt()] = value;

/** The bytes that a text of digits stands for: 13 bits in every two, the lowest first. */
export function bytesOfDigits(text) {
  const bytes = new Uint8Array(text.length * 13 >> 4);
  const valueAt = (i) => VALUES[text.charCodeAt(i)] ?? 0;
  let place = 0;
  let waiting = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i += 2) {
    waiting |= valueAt(i) + BASE * valueAt(i + 1) << bits;
    for (bits += 13; bits >= 8; bits -= 8) {
      bytes[place++] = waiting;
      waiting >>>= 8;
    }
  }
  return bytes;
}

/** The value that a packed text stands for. */
export function unpack(text) {
  const end = text.indexOf("\n");
  const columns = new Map(
    Object.entries(JSON.parse(text.slice(0, end)))
      .map(([name, column]) => [name, { numbers: numbersOf(column), taken: 0 }]),
  );
  function take(name, count) {
    const column = columns.get(name);
    const from = column.taken;
    column.taken += count;
    if (column.taken > column.numbers.length) throw new TypeError(`the column "${name}" ends early`);
    return column.numbers.slice(from, column.taken);
  }
  return JSON.parse(text.slice(end + 1), (key, value) => {
    if (typeof value === "number") return value === 0 ? take(key, 1)[0] : take(key, value);
    if (Array.isArray(value?.wallNs) && value.leastNs !== undefined) return unpackSamples(value);
    return value?.statistics && value.forks?.[0]?.samples ? unpackStatistics(value) : value;
  });
}

/** A column whose digits are apart: the lowest of all numbers, then the next. */
function numbersOf(column) {
  if (Array.isArray(column)) return column;
  return Array.from(
    column.digits[0],
    (_, i) => column.digits.reduceRight((high, text) => BASE * high + VALUES[text.charCodeAt(i)], 0) + column.least,
  );
}

/** The samples of a fork, from differences to what is known before them. */
export function unpackSamples({ leastNs, ...samples }) {
  const wallNs = samples.wallNs.map((above) => leastNs + above);
  const { cpuNs, runQueueDelayNs } = samples;
  let now = 0;
  return {
    ...samples,
    wallNs,
    cpuNs: cpuNs && cpuNs.map((more, i) => 1000 * (Math.floor(wallNs[i] / 1000) - (runQueueDelayNs?.[i] ?? 0) + more)),
    runQueueDelayNs: runQueueDelayNs && runQueueDelayNs.map((delayUs) => 1000 * delayUs),
    startMs: samples.startMs.map((later) => now += later),
  };
}

/** A benchmark, with those of its statistics that are `true`: they are what its samples say. */
function unpackStatistics(benchmark) {
  const said = statisticsOf(benchmark.forks);
  const statistics = Object.entries(benchmark.statistics).map(([name, value]) => [name, value === true ? said[name] : value]);
  return { ...benchmark, statistics: Object.fromEntries(statistics) };
}

/** Those statistics of samples that are quantiles, or follow from one: src/measure/statistics tells what they are. */
export function statisticsOf(forks) {
  const ofForks = forks.map(({ batchSize, overheadNs, samples }) => {
    const excluded = new Set(samples.excluded.map(({ index }) => index));
    return sorted(samples.wallNs.filter((_, i) => !excluded.has(i)).map((wallNs) => wallNs / batchSize - overheadNs));
  }).filter(({ length }) => length > 0);
  const all = sorted(ofForks.flatMap((values) => [...values]));
  const [min, p25, median, p75, p95, p99, max] = [0, 0.25, 0.5, 0.75, 0.95, 0.99, 1].map((p) => quantile(all, p));
  return {
    ...{ min, p25, median, p75, p95, p99, max },
    mad: quantile(sorted(all.map((value) => Math.abs(value - median))), 0.5),
    forkP25: ofForks.map((values) => quantile(values, 0.25)),
    opsPerSecond: 1e9 / median,
  };
}

function sorted(values) {
  return Float64Array.from(values).sort();
}

function quantile(values, p) {
  const position = (values.length - 1) * p;
  const index = Math.floor(position);
  const low = values[index];
  return low + (position - index) * ((values[index + 1] ?? low) - low);
}
