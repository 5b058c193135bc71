import { gzipSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { defaultTextMapGetter, ROOT_CONTEXT } from "@opentelemetry/api";
import fc from "fast-check";
import { ImportError } from "../bundle/import_error.ts";
import { importMapAt, mapSpecifier, parseConfig as parseImportConfig } from "../bundle/import_map.ts";
import { comparisonFrom } from "../compare/comparison_file.ts";
import { sampleComparison, samplePairedComparison } from "../compare/testdata/sample_comparison.ts";
import { PuffinError } from "../errors.ts";
import { parseRun } from "../interchange/mod.ts";
import { fixture, FIXTURES } from "../interchange/testdata/fixture.ts";
import { splitWords } from "../measure/commands/command_words.ts";
import { hostFactsSchema } from "../measure/document_schema.ts";
import { parseDuetMessage } from "../measure/duet/messages.ts";
import { parseCommand, readDuetRequest } from "../measure/duet/protocol.ts";
import { parseGitStatus } from "../measure/environment/git.ts";
import { readHostCounts } from "../measure/environment/host_counts.ts";
import { readHostFacts, readProcesses } from "../measure/environment/mod.ts";
import { governor, readProcessor } from "../measure/environment/processor.ts";
import { parseHostTimes } from "../measure/environment/proc_text.ts";
import {
  CONTAINER_V1,
  CONTAINER_V2,
  INTEL_LAPTOP,
  PMSET_BATTERY,
  SYSCTL_INTEL,
  WINDOWS_LAPTOP,
} from "../measure/environment/testdata/recorded_hosts.ts";
import { detectVirtualization } from "../measure/environment/virtualization.ts";
import { inputText } from "../measure/input_text.ts";
import { parseDocument } from "../measure/mod.ts";
import { packed } from "../measure/packed_document.ts";
import { parseMessage } from "../measure/fork_messages.ts";
import { encodeRequest, parseRequest } from "../measure/protocol.ts";
import { inUsersTerms } from "../measure/run/fork_failure.ts";
import { attributePauses } from "../measure/run/gc_trace.ts";
import { parseJournal } from "../measure/run/journal.ts";
import { DEFAULT_SETTINGS } from "../measure/settings.ts";
import { parseJson } from "../measure/versioned_json.ts";
import { Access } from "../observability/dashboard/access.ts";
import { EnvironmentReader } from "../observability/environment/environment.ts";
import { acceptedFormat, acceptsGzip } from "../observability/metrics/accepted_format.ts";
import { BaggagePropagator } from "../observability/tracing/baggage_propagator.ts";
import { partialSuccessOf, reasonOf } from "../observability/tracing/otlp_answer.ts";
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
  /** Reads one; what it throws, or rejects with, is to be one of `refusals`. */
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
const journal = [
  {
    ...{
      type: "header",
      format: "puffin-bench/journal",
      version: 1,
      runId: "a",
      startedAt: "2026-01-01T00:00:00.000Z",
    },
    ...{ tool: { name: "puffin-bench", version: "0.1.0" }, planHash: "b", fingerprint: "0123456789ab" },
    settings: { ...DEFAULT_SETTINGS, seed: 7 },
  },
  { type: "failed", id: "core/a", failure: { reason: "threw", message: "x", stack: null, fork: 0 } },
].map((line) => `${JSON.stringify(line)}\n`).join("");
const page = `<!doctype html><template id="packed">${packed(sampleComparison())}</template>`;
const access = new Access({ hostname: "127.0.0.1", hosts: [], token: "0123456789abcdef", port: 80 });

/** Bytes as text, a character each, so that they can be damaged as text is. */
const bytesAsText = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A host each of whose files, and each program's answer, is the same text. */
const hostOf = (os: string, text: string) => ({
  os,
  read: () => text,
  list: () => ["cpu0", "index0", "thermal_zone0", "BAT0", "1"],
  run: () => Promise.resolve(text),
});
const linuxTexts = [INTEL_LAPTOP, CONTAINER_V1, CONTAINER_V2].flatMap((files) => [...new Set(Object.values(files))]);
const processTexts = ["1 (a) b) S 0 1 1 0 -1 0 0 0 0 0 25 5 900 0 20 0 1 0 100 1 1\n", "cpu  1 2 3 4 5 6 7 8 0 0\n"];

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
    name: "files, compressed or in a page",
    originals: [bytesAsText(gzipSync(comparisons[0] ?? "")), page],
    parse: (text) => inputText(bytesOf(text), "run.html", 1e6),
    refusals: [PuffinError],
  },
  {
    name: "journals",
    originals: [journal, journal.slice(0, journal.indexOf("\n"))],
    parse: (text) => parseJournal(text.endsWith("\n") ? text : `${text}\n`, "a.jsonl", () => {}),
    refusals: [PuffinError],
  },
  {
    name: "import maps",
    originals: [
      '{ "imports": { "a": "./a.ts", "b/": "//[b/" }, "scopes": { "./in/": { "c/": "npm:/c@1/" }, "//[": {} } }',
      '{ "importMap": "m.json", /* with a comment */ }',
    ],
    parse: (text) => {
      const map = importMapAt("file:///a/deno.json", parseImportConfig(text, "deno.json"));
      for (const name of ["a", "b/x", "c/x", "//[", text]) mapSpecifier(map, name, "file:///a/in/x.ts");
    },
    refusals: [ImportError],
  },
  { name: "command lines", originals: [`node -e 'a b' "c \\" d" e\\ f`], parse: splitWords, refusals: [SyntaxError] },
  {
    name: "what Linux tells",
    originals: [...linuxTexts, ...processTexts],
    parse: async (text) => {
      const host = hostOf("linux", text);
      hostFactsSchema.parse(await readHostFacts("/tmp", host));
      for (const { name, cpuMs } of (await readProcesses(host))?.values() ?? []) {
        assert(cpuMs >= 0 && name === visibleText(name));
      }
      for (const count of Object.values(readHostCounts(host))) assert(count === null || count >= 0, text);
      for (const name of [readProcessor(host.read).model, detectVirtualization(host.read), governor(host.read, 1)]) {
        assert(name === null || name === visibleText(name));
      }
      parseHostTimes(text);
    },
    refusals: [],
  },
  {
    name: "what macOS and Windows tell",
    originals: [
      SYSCTL_INTEL,
      PMSET_BATTERY,
      WINDOWS_LAPTOP,
      "  501     1  1-02:03:04.00 /Applications/My App.app/My App\n",
    ],
    parse: async (text) => {
      for (const os of ["darwin", "windows"]) hostFactsSchema.parse(await readHostFacts("/tmp", hostOf(os, text)));
      for (const { name, cpuMs } of (await readProcesses(hostOf("darwin", text)))?.values() ?? []) {
        assert(cpuMs >= 0 && name === visibleText(name));
      }
    },
    refusals: [],
  },
  {
    name: "what git tells",
    originals: [`# branch.oid ${"a".repeat(40)}\n# branch.head main\n1 .M N... 100644 100644 100644 a b c.ts\n`],
    parse: parseGitStatus,
    refusals: [],
  },
  {
    name: "V8's trace of collections amid output",
    originals: [
      "[1:0x7f] 35 ms: Scavenge 9.2 (10.6) -> 9.2 (11.1) MB, pooled: 0 MB, 0.22 / 0.00 ms  (average mu = 1) testing;\n"
        .repeat(8),
    ],
    parse: (text) => {
      for (const { totalMs, maxMs } of attributePauses(text.split("\n"), 1) ?? []) assert(totalMs >= 0 && maxMs >= 0);
    },
    refusals: [],
  },
  {
    name: "stacks of benchmarks",
    originals: [
      ...["/tmp/a%20b.ts", "/tmp/%ff.ts", "//[x/c.ts"].map((path) => `Error: x\n    at a (file://${path}:1:2)\n`),
    ],
    parse: (text) => inUsersTerms({ message: text, stack: text }),
    refusals: [],
  },
  {
    name: "what a receiver of spans answers",
    originals: [
      '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"full"}}',
      "\x0a\x08\x08\x03\x12\x04full",
      "\x08\x03\x12\x04full",
    ],
    parse: (text) => {
      for (const type of ["application/x-protobuf", "application/json", null]) {
        const answer = { type, body: bytesOf(text) };
        assert((partialSuccessOf(answer)?.rejected ?? 0) >= 0 && reasonOf(answer).length <= 200);
      }
    },
    refusals: [],
  },
  {
    name: "variables of OpenTelemetry",
    originals: ["a=1,b=x%20y", "0.25", "512", "true", "tracecontext,baggage"],
    parse: (text) => {
      const reader = new EnvironmentReader({ get: () => text }, { warn: () => {} });
      const number = reader.integer("N", { min: 0, max: 9 });
      assert(number === undefined || number <= 9);
      return [reader.pairs("P"), reader.ratio("R"), reader.flag("F"), reader.choices("C", ["baggage", "tracecontext"])];
    },
    refusals: [],
  },
  {
    name: "requests to the live view",
    originals: ["127.0.0.1:80", "Bearer 0123456789abcde", "puffin_dashboard_80=0123; a=b"],
    parse: (text) => {
      const value = text.replace(/[^\x20-\x7e\x80-\xff]/g, "");
      const headers = { host: value, authorization: value, cookie: value };
      for (const each of [headers, { ...headers, host: "localhost" }]) {
        const { status } = access.refusal(new Request(`http://a/?${encodeURIComponent(value)}`, { headers: each })) ??
          {};
        assert(status === 401 || status === 421, `${status}`); // the token is in none of them
      }
    },
    refusals: [],
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

function isJson(text: string): boolean {
  try {
    return text.startsWith("{") && typeof JSON.parse(text) === "object";
  } catch {
    return false; // JSON with comments, or in lines
  }
}

for (const { name, originals, parse, refusals } of PARSERS) {
  Deno.test(`${name}: whatever is damaged is read or refused in a few words, and nothing else happens`, async () => {
    for (const original of originals) await parse(original);
    const json = originals.filter(isJson);
    const damaged = json.length === 0 ? damagedText(originals) : fc.oneof(damagedText(originals), damagedJson(json));
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        try {
          await parse(text);
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
