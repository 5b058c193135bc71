import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import fc from "fast-check";
import type { MeasuredBenchmark, ResultDocument, Statistics } from "./document.ts";
import type { HostFigure } from "./document_environment.ts";
import { DocumentError, MAX_DOCUMENT_BYTES, parseDocument, readDocument, writeDocument } from "./document_file.ts";
import { documentJsonSchema } from "./document_json_schema.ts";
import { assembleGroups, assembleScaling, summaryOf } from "./run/assemble.ts";
import { contradictionOf } from "./summary_contradiction.ts";
import { sampleBenchmark, sampleDocument, sampleFork, sampleSamples } from "./testdata/sample_document.ts";
import { inTempDir } from "../testdata/temp_dir.ts";

async function failure(action: () => Promise<unknown>): Promise<DocumentError> {
  const error = await assertRejects(action, DocumentError);
  assertEquals(error.message.includes("\n"), false, "one line");
  return error;
}

function withSamples(samples: Partial<typeof sampleSamples>): ResultDocument {
  const forks = sampleBenchmark.forks.map((fork) => ({ ...fork, samples: { ...sampleSamples, ...samples } }));
  return { ...sampleDocument, benchmarks: [{ ...sampleBenchmark, forks }] };
}

Deno.test("readDocument() reads what writeDocument() wrote, and nothing else is left in the folder", () =>
  inTempDir(async (folder) => {
    const path = join(folder, "result.json");
    await writeDocument(path, sampleDocument);
    await writeDocument(path, {
      ...sampleDocument,
      warnings: [{ code: "x", message: "\u{1F427}", benchmarkId: null }],
    });
    assertEquals((await readDocument(path)).warnings[0]?.message, "\u{1F427}");
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["result.json"]);
  }));

Deno.test("parseDocument() refuses an id that suite, name and parameters contradict", () => {
  for (const changes of [{ name: "other" }, { suite: "other" }, { params: { constructor: 1 } }]) {
    const document = { ...sampleDocument, benchmarks: [{ ...sampleBenchmark, ...changes }] };
    const error = assertThrows(() => parseDocument(JSON.stringify(document), "x.json"), DocumentError);
    assertStringIncludes(error.message, 'Cannot read "x.json": benchmarks[0].id is ');
  }
});

/** A benchmark of two forks, summed up as the engine does. */
function honestBenchmark(): MeasuredBenchmark {
  const forks = [[1000, 1100, 1200], [2000, 2100, 2200]].map((wallNs, fork) => ({
    ...sampleFork,
    fork,
    samples: { ...sampleSamples, wallNs, excluded: [] },
  }));
  const { statistics, outcome } = summaryOf({ ...sampleBenchmark, forks }, sampleDocument.settings.seed);
  return { ...sampleBenchmark, forks, statistics, ...outcome };
}

Deno.test("parseDocument() refuses a summary that its samples contradict, of benchmarks and references, and names file and field", () => {
  const honest = honestBenchmark();
  const interval = honest.statistics.medianInterval;
  assert(interval !== null);
  const edits: [Partial<Statistics>, string][] = [
    [{ forkP25: [104.5, 150] }, "statistics.forkP25[1] is 150: its samples give 204.5"],
    [{ forkP25: [104.5] }, "statistics.forkP25.length is 1"],
    [{ samples: 7 }, "statistics.samples is 7"],
    [{ forks: 3 }, "statistics.forks is 3"],
    [
      { excluded: { ...honest.statistics.excluded, steal: 1 } },
      "statistics.excluded.steal is 1: its samples give 0",
    ],
    ...(["min", "p25", "median", "p75", "p95", "p99", "max", "mean", "standardDeviation", "mad"] as const).map((
      field,
    ) => [{ [field]: 1.5 }, `statistics.${field} is 1.5: its samples give`] satisfies [Partial<Statistics>, string]),
    [{ opsPerSecond: 1 }, "statistics.opsPerSecond is 1: its median makes it"],
    [{ opsPerSecond: null }, "statistics.opsPerSecond is null: its median makes it"],
    [{ medianInterval: { ...interval, point: 1 } }, "statistics.medianInterval.point is 1: its samples give"],
    [{ medianInterval: { ...interval, low: 300 } }, "statistics.medianInterval.low is 300: its samples give"],
    [{ medianInterval: { ...interval, high: 1e6 } }, "statistics.medianInterval.high is 1000000: its samples give"],
    [
      { medianInterval: { ...interval, high: interval.point + (interval.high - interval.point) / 4 } },
      "statistics.medianInterval.high is",
    ],
    [{ medianInterval: { ...interval, level: 0.9 } }, "statistics.medianInterval.level is 0.9: it is always 0.95"],
    [{ medianInterval: null }, "statistics.medianInterval is null: its samples give one"],
    [
      { outliers: { ...honest.statistics.outliers, highMild: 1 } },
      "statistics.outliers.highMild is 1: its samples give 0",
    ],
  ];
  for (const [edit, expected] of edits) {
    const benchmark = { ...honest, statistics: { ...honest.statistics, ...edit } };
    for (const list of ["benchmarks", "references"] as const) {
      const text = JSON.stringify({ ...sampleDocument, [list]: [benchmark] });
      const error = assertThrows(() => parseDocument(text, "some/file.json"), DocumentError);
      assertEquals(error.code, "document_invalid");
      assertStringIncludes(error.message, `Cannot read "some/file.json": ${list}[0].${expected}`);
    }
  }
});

Deno.test("parseDocument() refuses an outcome that the samples contradict, and names file and field", () => {
  const honest = honestBenchmark();
  const expected = { operation: "x", minOpsPerSecond: 1e9, maxDurationMs: 1e-9 };
  const edits: [Partial<MeasuredBenchmark>, string][] = [
    [{ iterations: 61 }, "iterations is 61: its samples give 60"],
    [{ steady: false }, "steady is false: its samples give true"],
    [{ expected, meetsExpectation: true }, "meetsExpectation is true: its samples give false"],
    [{ meetsExpectation: true }, "meetsExpectation is true: its samples give null"],
  ];
  for (const [edit, words] of edits) {
    const text = JSON.stringify({ ...sampleDocument, benchmarks: [{ ...honest, ...edit }] });
    const { message } = assertThrows(() => parseDocument(text, "some/file.json"), DocumentError);
    assertStringIncludes(message, `Cannot read "some/file.json": benchmarks[0].${words}`);
  }
});

Deno.test("parseDocument() refuses scaling and ratios that the benchmarks contradict, and names file and field", () => {
  const member = (n: number, group: string | null): MeasuredBenchmark => {
    const name = group === null ? "grows" : `member ${n}`;
    const params = group === null ? { n } : {};
    const identity = { ...sampleBenchmark, name, params, group, baseline: group !== null && n === 1 };
    const id = group === null ? `numbers/grows/n=${n}` : `numbers/${name}`;
    const forks = [0, 1].map((fork) => ({
      ...sampleFork,
      fork,
      samples: { ...sampleSamples, wallNs: [1000, 1100, 1050].map((ns) => (ns + fork) * n), excluded: [] },
    }));
    const { statistics, outcome } = summaryOf({ ...identity, id, forks }, sampleDocument.settings.seed);
    return { ...identity, id, forks, statistics, ...outcome };
  };
  const benchmarks = [member(1, null), member(10, null), member(1, "g"), member(2, "g")];
  const [scaling, groups] = [assembleScaling(benchmarks), assembleGroups(benchmarks)];
  const honest = { ...sampleDocument, benchmarks, scaling, groups };
  assertEquals(parseDocument(JSON.stringify(honest), "x.json").groups, groups);
  const [[growth], [ratio]] = [scaling, groups];
  assert(growth !== undefined && ratio !== undefined && ratio.ratio !== null);
  const edits: [Partial<ResultDocument>, string][] = [
    [{ scaling: [{ ...growth, exponent: 2 }] }, "scaling[0].exponent is 2: its benchmarks give "],
    [
      { scaling: [{ ...growth, points: growth.points.map((point) => ({ ...point, p25: 1 })) }] },
      "scaling[0].points[0].p25 is 1",
    ],
    [{ scaling: [] }, "scaling.length is 0: its benchmarks give 1"],
    [{ groups: [{ ...ratio, ratio: { ...ratio.ratio, low: 1 } }] }, "groups[0].ratio.low is 1: its benchmarks give "],
    [{ groups: [{ ...ratio, ratio: null }] }, "groups[0].ratio is null"],
    [{ groups: [{ ...ratio, baselineId: "numbers/add" }] }, "groups[0].baselineId is "],
    [{ groups: [ratio, ratio] }, "groups.length is 2"],
  ];
  for (const [edit, words] of edits) {
    const text = JSON.stringify({ ...honest, ...edit });
    const { message } = assertThrows(() => parseDocument(text, "some/file.json"), DocumentError);
    assertStringIncludes(message, `Cannot read "some/file.json": ${words}`);
  }
});

Deno.test("parseDocument() allows what rounding does, and any interval that resampling may give", () => {
  const honest = honestBenchmark();
  const median = honest.statistics.median * (1 + 1e-9);
  const edited = { ...honest, statistics: { ...honest.statistics, median } };
  for (const benchmark of [honest, edited]) {
    parseDocument(JSON.stringify({ ...sampleDocument, benchmarks: [benchmark] }), "x.json");
  }
  fc.assert(fc.property(
    fc.array(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 6 }), {
      minLength: 1,
      maxLength: 8,
    }),
    fc.nat(),
    (values, seed) => {
      const forks = values.map((wallNs, fork) => ({
        ...sampleFork,
        fork,
        overheadNs: 0.5,
        samples: { ...sampleSamples, wallNs, excluded: [] },
      }));
      const { statistics, outcome } = summaryOf({ ...sampleBenchmark, forks }, seed);
      assertEquals(contradictionOf({ ...sampleBenchmark, forks, statistics, ...outcome }, seed), null);
    },
  ));
});

Deno.test("writeDocument() into a folder that is not there tells so, and leaves nothing", () =>
  inTempDir(async (folder) => {
    const error = await failure(() => writeDocument(join(folder, "none", "result.json"), sampleDocument));
    assertEquals(error.code, "document_unwritable");
    assertStringIncludes(error.message, "result.json");
  }));

Deno.test({
  name: "writeDocument() onto a full disk tells so, and leaves neither file",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inTempDir(async (folder) => {
      // A link to the device that is always full, in the place of the temporary file, whose name is drawn at random: so a
      // process with a limit on the size of its files stands for the disk instead.
      const path = join(folder, "result.json");
      const script = `
        import { writeDocument } from ${JSON.stringify(new URL("./document_file.ts", import.meta.url).href)};
        import { sampleDocument } from ${
        JSON.stringify(new URL("./testdata/sample_document.ts", import.meta.url).href)
      };
        const warnings = Array.from({ length: 9_000 }, () => ({ code: "x", message: "y".repeat(99), benchmarkId: null }));
        await writeDocument(${
        JSON.stringify(path)
      }, { ...sampleDocument, warnings }).catch((error) => console.log(error.code));`;
      const main = join(folder, "main.ts");
      await Deno.writeTextFile(main, script);
      const config = new URL("../../deno.json", import.meta.url).pathname;
      const shell = `trap '' XFSZ; ulimit -f 100; exec "$0" run --quiet --no-lock --config "$1" -A "$2"`;
      const { stdout } = await new Deno.Command("bash", { args: ["-c", shell, Deno.execPath(), config, main] })
        .output();
      assertEquals(new TextDecoder().decode(stdout).trim(), "document_unwritable");
      assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["main.ts"]);
    }),
});

Deno.test("readDocument() tells what is wrong with a path", () =>
  inTempDir(async (folder) => {
    assertEquals((await failure(() => readDocument(join(folder, "none.json")))).code, "document_not_found");
    assertEquals((await failure(() => readDocument(folder))).code, "document_unreadable");
  }));

Deno.test("readDocument() refuses a huge file by its size, before it reads it", () =>
  inTempDir(async (folder) => {
    const path = join(folder, "huge.json");
    await Deno.writeTextFile(path, "");
    await Deno.truncate(path, 2 * MAX_DOCUMENT_BYTES); // sparse: it takes no room
    const error = await failure(() => readDocument(path));
    assertEquals(error.code, "document_too_large");
    assertStringIncludes(error.message, "512 MB");
  }));

Deno.test("parseDocument() names the file, the place and the value of what is wrong", () => {
  const text = JSON.stringify(sampleDocument);
  const edited = (edit: object) => JSON.stringify({ ...sampleDocument, ...edit });
  const cases: [string, string, string][] = [
    ["", "document_not_json", "empty"],
    ["hello", "document_not_json", "not JSON"],
    [text.slice(0, text.length / 2), "document_not_json", "perhaps cut off"],
    ["[]", "document_wrong_format", "found missing"],
    ["null", "document_wrong_format", "found missing"],
    [edited({ format: "other" }), "document_wrong_format", 'found "other"'],
    [edited({ version: 99 }), "document_wrong_version", "found 99"],
    [edited({ settings: { ...sampleDocument.settings, forks: 0 } }), "document_invalid", "settings.forks is 0"],
    [edited({ warnings: [{ code: 1 }] }), "document_invalid", "warnings[0].code is 1"],
    [edited({ surplus: 1 }), "document_invalid", "surplus"],
    [edited({ benchmarks: [sampleBenchmark, sampleBenchmark] }), "document_invalid", "benchmarks[1].id"],
    [JSON.stringify(withSamples({ startMs: [1] })), "document_invalid", "startMs"],
    [
      JSON.stringify(withSamples({ excluded: [{ index: 3, cause: "steal" }] })),
      "document_invalid",
      "excluded[0].index is 3",
    ],
    [JSON.stringify(withSamples({ garbageCollected: [0, 3] })), "document_invalid", "garbageCollected[1] is 3"],
  ];
  for (const [input, code, expected] of cases) {
    const error = assertThrows(() => parseDocument(input, "some/file.json"), DocumentError);
    assertEquals(error.code, code);
    assertStringIncludes(error.message, expected);
    assertStringIncludes(error.message, "some/file.json");
    assertEquals(error.message.includes("\n"), false, error.message);
  }
});

Deno.test("parseDocument() refuses a name that records would drop in silence, and names file and field", () => {
  for (const list of ["benchmarks", "references"] as const) {
    const text = JSON.stringify({ ...sampleDocument, benchmarks: [], [list]: [sampleBenchmark] });
    const edited = text.replaceAll(`"params":{}`, `"params":{"__proto__":1}`);
    const { message } = assertThrows(
      () => parseDocument(edited, "x.json"),
      DocumentError,
    );
    assertStringIncludes(message, `Cannot read "x.json": ${list}[0].params.__proto__ is 1`);
  }
});

Deno.test("parseDocument() reads a valid document as it is", () => {
  assertEquals(parseDocument(JSON.stringify(sampleDocument), "x"), sampleDocument);
  assertEquals(parseDocument(`\ufeff${JSON.stringify(sampleDocument)}`, "x"), sampleDocument, "a byte order mark");
});

Deno.test("parseDocument() reads a document of version 1, which has no references, as one of the version of today", () => {
  const { references: _, ...old } = { ...sampleDocument, version: 1 };
  assertEquals(parseDocument(JSON.stringify(old), "old.json"), { ...sampleDocument, references: [] });
  const incomplete = { ...old, version: 2 };
  const { message } = assertThrows(() => parseDocument(JSON.stringify(incomplete), "new.json"), DocumentError);
  assertStringIncludes(message, "references");
});

Deno.test("parseDocument() reads a document that does not tell of collections within samples, of either version", () => {
  const { garbageCollected: _, ...untold } = sampleSamples;
  const forks = sampleBenchmark.forks.map((fork) => ({ ...fork, samples: untold }));
  for (const version of [1, 2]) {
    const old = { ...sampleDocument, version, benchmarks: [{ ...sampleBenchmark, forks }] };
    assertEquals(parseDocument(JSON.stringify(old), "old.json"), withSamples({ garbageCollected: null }));
  }
});

Deno.test("parseDocument() reads a document that does not tell what an iteration gets through, and one that does", () => {
  const { throughput: _, ...untold } = sampleBenchmark;
  const old = { ...sampleDocument, benchmarks: [untold] };
  assertEquals(parseDocument(JSON.stringify(old), "old.json"), sampleDocument);
  const told = { ...sampleDocument, benchmarks: [{ ...sampleBenchmark, throughput: { bytes: 64, elements: null } }] };
  assertEquals(parseDocument(JSON.stringify(told), "new.json"), told);
  const wrong = { ...sampleDocument, benchmarks: [{ ...sampleBenchmark, throughput: { bytes: 0, elements: null } }] };
  assertThrows(() => parseDocument(JSON.stringify(wrong), "x.json"), DocumentError, "benchmarks[0].throughput.bytes");
});

Deno.test("parseDocument() reads a document that does not tell of its host, and refuses a figure that is none", () => {
  const { host: _, hostFigures: __, quietness, ...older } = structuredClone(sampleDocument);
  const { otherProcessors: _o, thermalThrottles: _t, quotaThrottledMs: _q, swappedPages: _s, ...quiet } = quietness;
  const parsed = parseDocument(JSON.stringify({ ...older, quietness: quiet }), "old.json");
  assertEquals(parsed, sampleDocument);
  const figure: HostFigure = {
    ...{ name: "integer", kind: "cpu", unit: "Mop/s", better: "higher", status: "measured", samples: 12, forks: 1 },
    value: { point: 3000, low: 2900, high: 3100, level: 0.95 },
  };
  const withFigure = (changes: object) =>
    JSON.stringify({ ...sampleDocument, hostFigures: [{ ...figure, ...changes }] });
  assertEquals(parseDocument(withFigure({}), "new.json").hostFigures, [figure]);
  for (const changes of [{ kind: "gpu" }, { value: { ...figure.value, point: 0 } }, { status: "missing" }]) {
    assertThrows(() => parseDocument(withFigure(changes), "odd.json"), DocumentError, "hostFigures");
  }
});

Deno.test("documentJsonSchema() demands no field that documents of its version may lack", () => {
  const text = JSON.stringify(documentJsonSchema());
  assertMatch(text, /"garbageCollected":/);
  assertMatch(text, /"definitionHash","expected"[,\]](?!"throughput")/);
  assertMatch(text, /"required":\["wallNs","cpuNs","runQueueDelayNs","involuntarySwitches","startMs","excluded"\]/);
});

Deno.test("parseDocument() holds references to the rules of benchmarks", () => {
  const read = (references: ResultDocument["references"]) =>
    parseDocument(JSON.stringify({ ...sampleDocument, references }), "x.json").references;
  assertEquals(read([sampleBenchmark]), [sampleBenchmark], "an id may be a benchmark's, too");
  const { message } = assertThrows(() => read([sampleBenchmark, sampleBenchmark]), DocumentError);
  assertStringIncludes(message, "references[1].id");
  assertStringIncludes(message, "twice");
});

Deno.test("contradictionOf() refuses no honest interval of processes with two speeds, of which few resamples tell little", () => {
  for (let seed = 0; seed < 30; seed++) {
    const forks = Array.from({ length: 8 }, (_, fork) => ({
      ...sampleFork,
      fork,
      samples: { ...sampleSamples, wallNs: [1000, 1010, 1020].map((ns) => (fork < 2 ? 2 : 1) * ns), excluded: [] },
    }));
    const { statistics, outcome } = summaryOf({ ...sampleBenchmark, forks }, seed);
    assertEquals(contradictionOf({ ...sampleBenchmark, forks, statistics, ...outcome }, seed), null);
  }
});
