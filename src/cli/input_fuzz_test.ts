import { assert, assertEquals } from "@std/assert";
import { defaultTextMapGetter, ROOT_CONTEXT } from "@opentelemetry/api";
import fc from "fast-check";
import { comparisonFrom } from "../compare/comparison_file.ts";
import { sampleComparison, samplePairedComparison } from "../compare/testdata/sample_comparison.ts";
import { PuffinError } from "../errors.ts";
import { parseRun } from "../interchange/mod.ts";
import { fixture, FIXTURES } from "../interchange/testdata/fixture.ts";
import { parseCommand, parseDuetMessage, readDuetRequest } from "../measure/duet/protocol.ts";
import { parseDocument } from "../measure/mod.ts";
import { encodeRequest, parseMessage, parseRequest } from "../measure/protocol.ts";
import { DEFAULT_SETTINGS } from "../measure/settings.ts";
import { parseJson } from "../measure/versioned_json.ts";
import { acceptedFormat, acceptsGzip } from "../observability/metrics/accepted_format.ts";
import { BaggagePropagator } from "../observability/tracing/baggage_propagator.ts";
import { TraceContextPropagator } from "../observability/tracing/trace_context_propagator.ts";
import { parseLetters } from "../reliability/dead_letter_lines.ts";
import { sampleDocument } from "../report/testdata/sample_document.ts";
import { visibleText } from "../visible_text.ts";
import { baselineIndex, parseBaselineIndex } from "./baseline_index.ts";
import { parseConfig } from "./config_file.ts";
import { parseDurationMs } from "./duration.ts";
import { damagedJson, damagedText } from "./testdata/mutants.ts";

/** How many inputs each parser gets: enough for seconds here; `./denow task fuzz` gives each 300 times as many. */
const RUNS = Number(Deno.env.get("PUFFIN_FUZZ_RUNS") ?? 200);

/** What comes from outside, and what reads it. */
interface Parser {
  readonly name: string;
  /** Sound inputs, which are damaged. */
  readonly originals: readonly string[];
  /** Reads one; what it throws is to be one of `refusals`. */
  readonly parse: (text: string) => unknown;
  /** Errors that tell a person what is wrong; none if it is to read whatever comes. */
  readonly refusals: readonly (abstract new (...args: never[]) => Error)[];
}

const KEYS_OF_OBJECTS = Reflect.ownKeys(Object.prototype).length;
const fixtures = await Promise.all(FIXTURES.map(fixture));
const document = JSON.stringify(sampleDocument());
const comparisons = [sampleComparison(), samplePairedComparison()].map((comparison) => JSON.stringify(comparison));
const baggage = new BaggagePropagator(), traceContext = new TraceContextPropagator();
const request = encodeRequest({
  token: "0123456789abcdef",
  task: "time",
  suite: "core",
  fork: 0,
  seed: 1,
  settings: { ...DEFAULT_SETTINGS, seed: 1 },
  slowdown: 1,
  code: null,
  benchmarks: [{ id: "core/a", shape: null, reference: null }],
});
const ids = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7";

const PARSERS: readonly Parser[] = [
  {
    name: "results of any program",
    originals: [document, ...fixtures],
    parse: (text) => parseRun(text, "run.json"),
    refusals: [PuffinError],
  },
  {
    name: "documents",
    originals: [document],
    parse: (text) => parseDocument(text, "document.json"),
    refusals: [PuffinError],
  },
  {
    name: "comparisons",
    originals: comparisons,
    parse: (text) => comparisonFrom(parseJson(text, "comparison.json", "a comparison"), "comparison.json"),
    refusals: [PuffinError],
  },
  {
    name: "puffin-bench.json",
    originals: [
      '{ "threshold": 10, "thresholds": { "core/*": 15 }, "level": 95, "strict": false, "failOn": ["slower"] }',
    ],
    parse: (text) => parseConfig(text, "puffin-bench.json"),
    refusals: [PuffinError],
  },
  {
    name: "baselines",
    originals: [baselineIndex(["baselines/a.json", "baselines/b.json"])],
    parse: (text) => parseBaselineIndex(text, "baseline.json"),
    refusals: [PuffinError],
  },
  {
    name: "dead letters",
    originals: ['{"source":"a","payload":{},"error":{"name":"Error","message":"x"},"attempts":1,"addedAtMs":1}'],
    parse: parseLetters,
    refusals: [SyntaxError],
  },
  {
    name: "what a fork says",
    originals: ['token{"type":"broken","message":"x"}', 'token{"type":"done"}'],
    parse: (text) => parseMessage("token", text),
    refusals: [],
  },
  {
    name: "what a side of a duet says",
    originals: ['token{"type":"hello","protocol":1,"tool":"x"}', 'token{"type":"empty","values":[1,2]}'],
    parse: (text) => parseDuetMessage("token", text),
    refusals: [],
  },
  {
    name: "what a duet is asked",
    originals: ['{"task":"duet","protocol":1,"token":"0123456789abcdef","modules":[]}'],
    parse: readDuetRequest,
    refusals: [],
  },
  { name: "what a fork is asked", originals: [request], parse: parseRequest, refusals: [SyntaxError] },
  { name: "what a side is told", originals: ['{"do":"close"}'], parse: parseCommand, refusals: [SyntaxError] },
  { name: "durations", originals: ["500ms", "2s", "1.5m"], parse: parseDurationMs, refusals: [] },
  {
    name: "headers of a trace",
    originals: [`00-${ids}-01`],
    parse: (text) =>
      traceContext.extract(ROOT_CONTEXT, { traceparent: text, tracestate: `a=${text}` }, defaultTextMapGetter),
    refusals: [],
  },
  {
    name: "baggage",
    originals: ["user=alice;x=1,region=%F0%9F%92%A5"],
    parse: (text) => baggage.extract(ROOT_CONTEXT, { baggage: text }, defaultTextMapGetter),
    refusals: [],
  },
  {
    name: "what a scraper accepts",
    originals: ["application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.1", "gzip;q=1.0, *;q=0"],
    parse: (text) => [acceptedFormat(text), acceptsGzip(text)],
    refusals: [],
  },
];

for (const { name, originals, parse, refusals } of PARSERS) {
  Deno.test(`${name}: whatever is damaged is read or refused in a few words, and nothing else happens`, () => {
    for (const original of originals) parse(original);
    const json = originals.filter((original) => original.startsWith("{"));
    const damaged = json.length === 0 ? damagedText(originals) : fc.oneof(damagedText(originals), damagedJson(json));
    fc.assert(
      fc.property(damaged, (text) => {
        try {
          parse(text);
        } catch (error) {
          if (!(error instanceof Error) || !refusals.some((refusal) => error instanceof refusal)) throw error;
          // As the command line writes it: nothing in it acts on the terminal.
          assert(visibleText(error.message).length < 2_000, `a message of ${error.message.length} characters`);
        }
        assertEquals(Reflect.ownKeys(Object.prototype).length, KEYS_OF_OBJECTS);
      }),
      { numRuns: RUNS },
    );
  });
}
